import { RetryableError } from "../../../../functions/core/errors";
import type { Traffic } from "../../../../functions/core/promotion/rollout/traffic";
import { orderOf, reach } from "../../../contracts/endpoint-traffic.contract";
import type { Fields } from "../../../simulation/variant-scaling";
import { awsError } from "../loopback-server";
import { CANDIDATE, CHAMPION, ENDPOINT, type EndpointWorldOptions, openEndpointWorld, type SageMakerWorld } from "./endpoint-world";

const BEFORE: Traffic = { is: "champion" };
const SHADOW: Traffic = { is: "shadow" };
const ALONE: Traffic = { is: "candidate" };
const split = (percent: number): Traffic => ({ is: "split", percent });

const SERVICE = { ServiceNamespace: "sagemaker", ScalableDimension: "sagemaker:variant:DesiredInstanceCount" };
const LIMITS = { MinCapacity: 2, MaxCapacity: 9 };
const CANDIDATE_VARIANT = "retrigger-a";

describe("sageMakerEndpointTraffic, of variants that scale", () => {
  let world: SageMakerWorld | undefined;

  afterEach(() => world?.stop());

  /** The champion has eight instances, 2 to 9, by two policies. */
  async function openWorld(options: EndpointWorldOptions = {}) {
    world = await openEndpointWorld({ variant: { InitialInstanceCount: 8 }, ...options });
    const target = { ...SERVICE, ResourceId: resourceId(CHAMPION.variant), ...LIMITS };
    const suspended = { ScheduledScalingSuspended: true };
    world.simulated.call("RegisterScalableTarget", { ...target, RoleARN: "arn:role", SuspendedState: suspended });
    for (const policy of policiesOf(CHAMPION.variant)) world.simulated.call("PutScalingPolicy", { ...target, ...policy });
    return world;
  }

  it("should raise the candidate's instances one stage ahead, and never lower any", async () => {
    const opened = await openWorld();
    const counts: unknown[] = [];

    let from: Traffic = BEFORE;
    for (const percent of [5, 25, 50, 100]) {
      await reach(opened, from, split(percent));
      from = split(percent);
      counts.push(instances(opened));
    }

    expect(counts).toEqual([
      { AllTraffic: 8, [CANDIDATE_VARIANT]: 2 },
      // 95 % are on 8 instances, so that all may need 9, and a half 5.
      { AllTraffic: 8, [CANDIDATE_VARIANT]: 5 },
      { AllTraffic: 8, [CANDIDATE_VARIANT]: 9 },
      { AllTraffic: 8, [CANDIDATE_VARIANT]: 9 },
    ]);
  });

  it("should give a champion that has scaled in what a split needs of it again", async () => {
    const opened = await openWorld();
    await reach(opened, BEFORE, split(50));
    await reach(opened, split(50), split(100));
    scale(opened, CHAMPION.variant, 2);

    await reach(opened, split(100), split(50));

    expect(instances(opened)).toEqual({ AllTraffic: 5, [CANDIDATE_VARIANT]: 9 });
  });

  it("should set the weights alone when it goes back, with no look at what scales", async () => {
    const opened = await openWorld();
    await reach(opened, BEFORE, split(50));
    scale(opened, CHAMPION.variant, 2);
    const looks = opened.server.inputs("DescribeScalableTargets").length;

    await opened.traffic.step(orderOf(opened, split(50), BEFORE));

    expect(opened.server.inputs("DescribeScalableTargets")).toHaveLength(looks);
    expect(opened.server.inputs("UpdateEndpointWeightsAndCapacities").at(-1)).toEqual({
      EndpointName: ENDPOINT,
      DesiredWeightsAndCapacities: [
        { VariantName: CHAMPION.variant, DesiredWeight: 100 },
        { VariantName: CANDIDATE_VARIANT, DesiredWeight: 0 },
      ],
    });
  });

  it("should hand scaling over to the candidate before the champion is removed", async () => {
    const opened = await openWorld();
    await reach(opened, BEFORE, split(100));

    await reach(opened, split(100), ALONE);

    expect([...opened.simulated.targets]).toEqual([
      [resourceId(CANDIDATE_VARIANT), expect.objectContaining({ ...LIMITS, SuspendedState: { ScheduledScalingSuspended: true } })],
    ]);
    const policies = [...(opened.simulated.policies.get(resourceId(CANDIDATE_VARIANT))?.values() ?? [])];
    const [tracking] = policiesOf(CANDIDATE_VARIANT);
    expect(policies).toMatchObject([tracking ?? {}]);
    expect(instances(opened)).toEqual({ [CANDIDATE_VARIANT]: 8 });
  });

  it.each(["RegisterScalableTarget", "PutScalingPolicy", "DeregisterScalableTarget", "UpdateEndpoint"])(
    "should lose no scaling by a crash at %s",
    async (crashed) => {
      const crashing = new Set<string>();
      const refuse = (operation: string) => (crashing.has(operation) ? ("hang up" as const) : undefined);
      const opened = await openWorld({ refuse });
      await reach(opened, BEFORE, split(100));
      crashing.add(crashed);
      await expect(opened.traffic.step(orderOf(opened, split(100), ALONE))).rejects.toThrow(RetryableError);
      crashing.clear();

      await reach(opened, split(100), ALONE);

      expect([...opened.simulated.targets.keys()]).toEqual([resourceId(CANDIDATE_VARIANT)]);
      expect(opened.simulated.policies.get(resourceId(CANDIDATE_VARIANT))?.size).toBe(1);
    },
  );

  it.each([
    ["from the candidate alone", [split(100), ALONE]],
    ["from a split", [split(50)]],
    ["from the shadow", [SHADOW]],
  ] as const)("should leave the champion scaling when it went back %s", async (_, stages) => {
    const opened = await openWorld();
    let from: Traffic = BEFORE;
    for (const stage of stages) {
      await reach(opened, from, stage);
      from = stage;
    }

    const looks = await reach(opened, from, BEFORE);

    expect(looks.at(-1)?.answered).toEqual({ champion: 100, candidate: 0 });
    expect([...opened.simulated.targets]).toEqual([[resourceId(CHAMPION.variant), expect.objectContaining(LIMITS)]]);
    const [tracking] = policiesOf(CHAMPION.variant);
    expect(opened.simulated.policies.get(resourceId(CHAMPION.variant))?.get("follow")).toMatchObject(tracking ?? {});
    expect(instances(opened)).toEqual({ AllTraffic: 8 });
  });

  it("should not let the champion scale as a shadow did", async () => {
    world = await openEndpointWorld();
    await reach(world, BEFORE, SHADOW);
    world.simulated.targets.set(resourceId(CANDIDATE_VARIANT), {
      ...SERVICE,
      ResourceId: resourceId(CANDIDATE_VARIANT),
      ...LIMITS,
    });

    await reach(world, SHADOW, BEFORE);

    expect([...world.simulated.targets]).toEqual([]);
  });

  it("should leave the limits that somebody gave the candidate", async () => {
    const opened = await openWorld();
    await reach(opened, BEFORE, split(100));
    const ResourceId = resourceId(CANDIDATE_VARIANT);
    opened.simulated.call("RegisterScalableTarget", { ...SERVICE, ResourceId, MinCapacity: 3, MaxCapacity: 4 });

    await reach(opened, split(100), ALONE);

    expect([...opened.simulated.targets]).toEqual([[ResourceId, expect.objectContaining({ MinCapacity: 3, MaxCapacity: 4 })]]);
  });

  it("should go on where somebody else stopped the scaling first", async () => {
    const gone = awsError("ObjectNotFoundException", "No scalable target registered");
    const refuse = (operation: string) => {
      if (operation !== "DeregisterScalableTarget") return undefined;
      world?.simulated.targets.delete(resourceId(CHAMPION.variant));
      return gone;
    };
    const opened = await openWorld({ refuse });
    await reach(opened, BEFORE, split(100));

    await reach(opened, split(100), ALONE);

    expect(instances(opened)).toEqual({ [CANDIDATE_VARIANT]: 8 });
  });

  it("should go straight to the candidate by a split in which both stand", async () => {
    const opened = await openWorld();

    await reach(opened, BEFORE, ALONE);

    expect(opened.server.inputs("UpdateEndpoint").map(({ EndpointConfigName }) => EndpointConfigName)).toEqual([
      "rt-89abcdef-0123abcd-split-100",
      "rt-89abcdef-0123abcd-alone",
    ]);
    expect([...opened.simulated.targets.keys()]).toEqual([resourceId(CANDIDATE_VARIANT)]);
  });

  it.each([
    ["throttles", awsError("ThrottlingException", "Rate exceeded")],
    ["denies", awsError("AccessDeniedException", "not authorized")],
    ["breaks off", "hang up"],
  ] as const)("should go back from the candidate alone where Application Auto Scaling %s looks", async (_, answer) => {
    const looks = new Set<string>();
    const opened = await openWorld({ refuse: (operation) => (looks.has(operation) ? answer : undefined) });
    await reach(opened, BEFORE, split(100));
    await reach(opened, split(100), ALONE);
    looks.add("DescribeScalableTargets").add("DescribeScalingPolicies");

    await reach(opened, ALONE, BEFORE);

    expect(opened.serve(100)).toEqual({ champion: 100, candidate: 0 });
  });

  it("should go back from the candidate alone by one update, with nothing made and no package", async () => {
    const opened = await openWorld();
    await reach(opened, BEFORE, split(100));
    await reach(opened, split(100), ALONE);
    opened.simulated.packages.delete(CANDIDATE);
    const before = opened.server.changes().length;

    await reach(opened, ALONE, BEFORE);

    expect(opened.server.changes().slice(before)).toEqual([
      ...["DeregisterScalableTarget", "UpdateEndpoint"],
      ...["RegisterScalableTarget", "PutScalingPolicy"],
    ]);
  });

  it("should end a rollback where the champion's scaling is not let be put back, and tell so", async () => {
    const denied = awsError("AccessDeniedException", "not authorized");
    const refused = new Set<string>();
    const opened = await openWorld({ refuse: (operation) => (refused.has(operation) ? denied : undefined) });
    await reach(opened, BEFORE, split(100));
    await reach(opened, split(100), ALONE);
    refused.add("RegisterScalableTarget");
    const order = orderOf(opened, ALONE, BEFORE);
    await opened.traffic.step(order);
    opened.settle();

    const seen = await opened.traffic.look(order);
    const result = await opened.traffic.step(order);

    expect(seen).toEqual({ is: "behind", step: expect.stringContaining("scale as retrigger-a did"), isSafe: true });
    expect(result).toEqual({ is: "taken", did: expect.stringContaining("could not let the variant AllTraffic") });
    expect(await opened.traffic.look(order)).toEqual({ is: "reached" });
  });

  it("should keep the champion's scaling where it was put back only at the second try", async () => {
    const opened = await openWorld({
      refuse: (operation, before) => (operation === "RegisterScalableTarget" && before === 1 ? "hang up" : undefined),
    });
    await reach(opened, BEFORE, split(100));
    await reach(opened, split(100), ALONE);
    const order = orderOf(opened, ALONE, BEFORE);
    await opened.traffic.step(order);
    opened.settle();

    await expect(opened.traffic.step(order)).rejects.toThrow(RetryableError);
    await reach(opened, ALONE, BEFORE);

    expect([...opened.simulated.targets]).toEqual([[resourceId(CHAMPION.variant), expect.objectContaining(LIMITS)]]);
  });

  it.each([
    ["back", BEFORE, [CHAMPION.config]],
    ["forward", split(5), ["rt-89abcdef-0123abcd-split-5"]],
  ] as const)(
    "should give the candidate no more, on its way %s, out of a variant of somebody else that scales",
    async (_, to, configs) => {
      const opened = await openWorld();
      await reach(opened, BEFORE, split(25));
      opened.simulated.targets.clear();
      const hand = { VariantName: "hand", ModelName: CHAMPION.model, InstanceType: "ml.m5.large", InitialInstanceCount: 1 };
      opened.simulated.call("CreateEndpointConfig", { EndpointConfigName: "by-hand", ProductionVariants: [hand] });
      opened.simulated.call("UpdateEndpoint", { EndpointName: ENDPOINT, EndpointConfigName: "by-hand" });
      opened.settle();
      opened.simulated.call("RegisterScalableTarget", { ...SERVICE, ResourceId: resourceId("hand"), ...LIMITS });
      const before = opened.server.inputs("UpdateEndpoint").length;

      const result = await opened.traffic.step({ ...orderOf(opened, split(25), to), overrides: true });

      expect(result).toMatchObject({ is: "taken" });
      const updates = opened.server.inputs("UpdateEndpoint").slice(before);
      expect(updates.map(({ EndpointConfigName }) => EndpointConfigName)).toEqual(configs);
      expect([...opened.simulated.targets]).toEqual([]);
    },
  );

  it("should meet autoscaling's own update as busy", async () => {
    const opened = await openWorld({ staleMs: 60_000 });
    await reach(opened, BEFORE, split(25));
    const wish = { VariantName: CHAMPION.variant, DesiredInstanceCount: 3 };
    opened.simulated.call("UpdateEndpointWeightsAndCapacities", { EndpointName: ENDPOINT, DesiredWeightsAndCapacities: [wish] });

    expect(await opened.traffic.step(orderOf(opened, split(25), BEFORE))).toEqual({
      is: "busy",
      why: expect.stringContaining("Cannot update in-progress endpoint"),
    });
    opened.settle();
    await reach(opened, split(25), BEFORE);
  });

  it("should tell that it may not look at what scales", async () => {
    const denied = awsError("AccessDeniedException", "not authorized to perform: application-autoscaling:DescribeScalableTargets");
    const opened = await openWorld({ refuse: (operation) => (operation === "DescribeScalableTargets" ? denied : undefined) });

    expect(await opened.traffic.step(orderOf(opened, BEFORE, split(5)))).toEqual({
      is: "refused",
      why: expect.stringContaining("DescribeScalableTargets); see"),
    });
  });

  it("should try again where another change of the scaling is under way", async () => {
    const busy = awsError("ConcurrentUpdateException", "already has a pending update");
    const opened = await openWorld({ refuse: (operation) => (operation === "RegisterScalableTarget" ? busy : undefined) });
    await reach(opened, BEFORE, split(100));

    await expect(opened.traffic.step(orderOf(opened, split(100), ALONE))).rejects.toThrow(RetryableError);
  });
});

// Helpers

function resourceId(variant: string): string {
  return `endpoint/${ENDPOINT}/variant/${variant}`;
}

/** One that follows the requests of the variant, and one that steps by an alarm of its own. */
function policiesOf(variant: string): readonly Fields[] {
  const Dimensions = [
    { Name: "EndpointName", Value: ENDPOINT },
    { Name: "VariantName", Value: variant },
  ];
  const CustomizedMetricSpecification = {
    MetricName: "CPUUtilization",
    Namespace: "/aws/sagemaker/Endpoints",
    Dimensions,
    Statistic: "Average",
  };
  return [
    {
      PolicyName: "follow",
      PolicyType: "TargetTrackingScaling",
      TargetTrackingScalingPolicyConfiguration: { TargetValue: 50, CustomizedMetricSpecification },
    },
    { PolicyName: "steps", PolicyType: "StepScaling", StepScalingPolicyConfiguration: { AdjustmentType: "ChangeInCapacity" } },
  ];
}

/** Autoscaling changes the instances of a variant. */
function scale({ simulated, settle }: SageMakerWorld, VariantName: string, DesiredInstanceCount: number): void {
  const DesiredWeightsAndCapacities = [{ VariantName, DesiredInstanceCount }];
  simulated.call("UpdateEndpointWeightsAndCapacities", { EndpointName: ENDPOINT, DesiredWeightsAndCapacities });
  settle();
}

function instances({ simulated }: SageMakerWorld): Record<string, unknown> {
  const { ProductionVariants } = simulated.call("DescribeEndpoint", { EndpointName: ENDPOINT });
  const variants = ProductionVariants as readonly Fields[];
  return Object.fromEntries(variants.map(({ VariantName, CurrentInstanceCount }) => [String(VariantName), CurrentInstanceCount]));
}
