import { RetryableError } from "../../../../functions/core/errors";
import type { Sighting, StepResult } from "../../../../functions/core/promotion/rollout/ports";
import type { Traffic } from "../../../../functions/core/promotion/rollout/traffic";
import { orderOf, reach } from "../../../contracts/endpoint-traffic.contract";
import type { Fields } from "../../../simulation/variant-scaling";
import { type Answer, awsError } from "../loopback-server";
import {
  CANDIDATE,
  CHAMPION,
  DIGEST,
  ENDPOINT,
  type EndpointWorldOptions,
  openEndpointWorld,
  ROLE,
  type SageMakerWorld,
  settingsOf,
} from "./endpoint-world";

const BEFORE: Traffic = { is: "champion" };
const SHADOW: Traffic = { is: "shadow" };
const ALONE: Traffic = { is: "candidate" };
const split = (percent: number): Traffic => ({ is: "split", percent });

const NAMES = "rt-89abcdef-0123abcd";
const THROTTLED = awsError("ThrottlingException", "Rate exceeded");
const DENIED = awsError("AccessDeniedException", "User: role/promoter is not authorized to perform: sagemaker:UpdateEndpoint");
const IN_PROGRESS = awsError(
  "ValidationException",
  `Cannot update in-progress endpoint "arn:aws:sagemaker:x:1:endpoint/${ENDPOINT}".`,
);

describe("sageMakerEndpointTraffic", () => {
  let world: SageMakerWorld | undefined;

  afterEach(() => world?.stop());

  async function openWorld(options: EndpointWorldOptions = {}) {
    world = await openEndpointWorld(options);
    return world;
  }

  describe("survey", () => {
    it.each([
      ["asynchronous", { config: { AsyncInferenceConfig: { OutputConfig: { S3OutputPath: "s3://out" } } } }],
      ["serverless", { variant: { ServerlessConfig: { MemorySizeInMB: 2048, MaxConcurrency: 1 }, InstanceType: undefined } }],
      ["inference components", { variant: { ModelName: undefined } }],
      ["2 production variants", { config: { ProductionVariants: [variant("a"), variant("b")] } }],
      ["shadow variant", { config: { ShadowProductionVariants: [variant("shadow")] } }],
      ["KMS key", { config: { KmsKeyId: "alias/flights" } }],
      ["pool of instance types", { variant: { InstanceType: undefined, InstancePools: [{ InstanceType: "ml.m5.large" }] } }],
    ])("should refuse an endpoint by its name: %s", async (kind, options) => {
      const { traffic, settings } = await openWorld(options);

      expect(await traffic.survey(settings)).toEqual({
        is: "unsupported",
        why: expect.stringMatching(new RegExp(`flights .*${kind}.*; `)),
      });
    });

    it.each([
      ["Creating", "busy"],
      ["Updating", "busy"],
      ["SystemUpdating", "busy"],
      ["RollingBack", "busy"],
      ["Failed", "unsupported"],
      ["OutOfService", "unsupported"],
      ["Deleting", "unsupported"],
      ["UpdateRollbackFailed", "unsupported"],
    ])("should tell what the status %s means: %s", async (status, is) => {
      const { traffic, settings, simulated } = await openWorld();
      simulated.change(ENDPOINT, { status });

      expect(await traffic.survey(settings)).toEqual({ is, why: expect.stringContaining(ENDPOINT) });
    });
  });

  describe("what it makes", () => {
    it("should make the model of the package's containers, in the champion's network", async () => {
      const opened = await openWorld();

      await reach(opened, BEFORE, SHADOW);

      expect(opened.server.inputs("CreateModel")).toEqual([
        {
          ModelName: `${NAMES}-model`,
          ExecutionRoleArn: ROLE,
          Containers: [
            {
              Image: `123456789012.dkr.ecr.eu-central-1.amazonaws.com/delay@${DIGEST}`,
              ModelDataUrl: "s3://models/7/model.tar.gz",
              Environment: { THRESHOLD: "0.5" },
            },
          ],
          VpcConfig: { SecurityGroupIds: ["sg-1"], Subnets: ["subnet-1"] },
          EnableNetworkIsolation: true,
        },
      ]);
    });

    it("should take an image without a digest as it is, and a source of data before its address", async () => {
      const source = { S3DataSource: { S3Uri: "s3://models/7/", S3DataType: "S3Prefix", CompressionType: "None" } };
      const container = { Image: "registry:5000/delay:1.0", ModelDataUrl: "s3://models/7/", ModelDataSource: source };
      const pinned = { Image: "registry:5000/delay", ImageDigest: DIGEST.toUpperCase() };
      const opened = await openWorld({ candidate: { InferenceSpecification: { Containers: [container, pinned] } } });

      await reach(opened, BEFORE, SHADOW);

      expect(opened.server.inputs("CreateModel")).toMatchObject([
        { Containers: [{ Image: "registry:5000/delay:1.0", ModelDataSource: source }, { Image: `registry:5000/delay@${DIGEST}` }] },
      ]);
      expect(JSON.stringify(opened.server.inputs("CreateModel"))).not.toMatch(/ModelDataUrl|ModelPackageName/);
    });

    it("should keep all of the champion's configuration but its variants", async () => {
      const opened = await openWorld();
      const base = opened.simulated.configs.get(CHAMPION.config)?.fields ?? {};

      await reach(opened, BEFORE, SHADOW);
      await reach(opened, SHADOW, split(5));
      await reach(opened, split(5), ALONE);

      const [template] = base.ProductionVariants as Fields[];
      const champion = { ...template, InitialInstanceCount: 2 };
      const candidate = { ...champion, VariantName: "retrigger-a", ModelName: `${NAMES}-model` };
      const { DataCaptureConfig } = base;
      const kept = { DataCaptureConfig };
      expect(opened.server.inputs("CreateEndpointConfig")).toEqual([
        { ...kept, EndpointConfigName: `${NAMES}-shadow`, ProductionVariants: [champion], ShadowProductionVariants: [candidate] },
        {
          ...kept,
          EndpointConfigName: `${NAMES}-split-5`,
          ProductionVariants: [
            { ...champion, InitialVariantWeight: 95 },
            { ...candidate, InitialVariantWeight: 5 },
          ],
        },
        { ...kept, EndpointConfigName: `${NAMES}-alone`, ProductionVariants: [candidate] },
      ]);
    });

    it("should change as little as the way needs, and delete nothing", async () => {
      const opened = await openWorld();

      for (const [from, to] of [
        [BEFORE, SHADOW],
        [SHADOW, split(5)],
        [split(5), split(25)],
        [split(25), BEFORE],
      ] as const) {
        await reach(opened, from, to);
      }

      expect(opened.server.changes()).toEqual([
        ...["CreateModel", "CreateEndpointConfig", "UpdateEndpoint"],
        ...["CreateEndpointConfig", "UpdateEndpoint"],
        "UpdateEndpointWeightsAndCapacities",
        ...["UpdateEndpointWeightsAndCapacities", "UpdateEndpoint"],
      ]);
      expect(opened.server.inputs("UpdateEndpointWeightsAndCapacities")).toEqual(
        [25, 0].map((percent) => ({
          EndpointName: ENDPOINT,
          DesiredWeightsAndCapacities: [
            { VariantName: CHAMPION.variant, DesiredWeight: 100 - percent },
            { VariantName: "retrigger-a", DesiredWeight: percent },
          ],
        })),
      );
      expect(opened.server.inputs("UpdateEndpoint")).toEqual(
        [`${NAMES}-shadow`, `${NAMES}-split-5`, CHAMPION.config].map((EndpointConfigName) => ({
          EndpointName: ENDPOINT,
          EndpointConfigName,
          RetainAllVariantProperties: true,
          ExcludeRetainedVariantProperties: [{ VariantPropertyType: "DesiredWeight" }],
        })),
      );
    });

    it("should keep the instances that the champion has now", async () => {
      const opened = await openWorld();
      const DesiredWeightsAndCapacities = [{ VariantName: CHAMPION.variant, DesiredInstanceCount: 5 }];
      opened.simulated.call("UpdateEndpointWeightsAndCapacities", { EndpointName: ENDPOINT, DesiredWeightsAndCapacities });
      opened.settle();

      await reach(opened, BEFORE, split(5));
      expect(instances(opened)).toEqual({ AllTraffic: 5, "retrigger-a": 5 });

      await reach(opened, split(5), BEFORE);
      expect(instances(opened)).toEqual({ AllTraffic: 5 });
    });

    it("should give the next candidate the other variant name", async () => {
      const opened = await openWorld({ variant: { VariantName: "retrigger-a" } });
      const champion = { ...CHAMPION, variant: "retrigger-a" };

      await reach({ ...opened, champion }, BEFORE, split(5));

      expect(Object.keys(instances(opened))).toEqual(["retrigger-a", "retrigger-b"]);
    });
  });

  describe("what cannot be deployed", () => {
    const container = { Image: "delay:1", ModelDataUrl: "s3://models/7" };

    it.each([
      ["is a product of AWS Marketplace", { InferenceSpecification: { Containers: [{ ...container, ProductId: "p" }] } }],
      ["is InProgress", { ModelPackageStatus: "InProgress" }],
      ["has no containers", { InferenceSpecification: undefined }],
      ["a container without an image", { InferenceSpecification: { Containers: [{ ...container, Image: undefined }] } }],
      ["is not there", { ModelPackageRegistrationType: "Logged" }],
    ])("should refuse a package that %s", async (why, candidate) => {
      const opened = await openWorld({ candidate });

      const result = await opened.traffic.step(orderOf(opened, BEFORE, split(5)));

      expect(result).toEqual({ is: "refused", why: expect.stringMatching(new RegExp(`${CANDIDATE} .*${why}`)) });
      expect(opened.server.changes()).toEqual([]);
    });

    it("should refuse where the names are taken by something else", async () => {
      const opened = await openWorld();
      opened.simulated.call("CreateModel", {
        ModelName: `${NAMES}-model`,
        ExecutionRoleArn: ROLE,
        PrimaryContainer: { Image: "other" },
      });

      const first = await opened.traffic.step(orderOf(opened, BEFORE, SHADOW));
      opened.simulated.models.delete(`${NAMES}-model`);
      const ProductionVariants = [variant(CHAMPION.variant)];
      opened.simulated.call("CreateEndpointConfig", { EndpointConfigName: `${NAMES}-shadow`, ProductionVariants });
      const second = await opened.traffic.step(orderOf(opened, BEFORE, SHADOW));

      expect([first, second]).toEqual([
        { is: "refused", why: expect.stringContaining(`the model ${NAMES}-model is there already`) },
        { is: "refused", why: expect.stringContaining(`the configuration ${NAMES}-shadow is there already`) },
      ]);
      expect(opened.server.inputs("UpdateEndpoint")).toEqual([]);
    });

    it.each([
      ["another role", () => ({ ExecutionRoleArn: "arn:aws:iam::123456789012:role/other" })],
      ["one more container", ({ Containers }: Fields) => ({ Containers: [Containers, { Image: "more" }].flat() })],
    ])("should not take a model with %s for its own", async (_, change) => {
      const opened = await openWorld();
      await reach(opened, BEFORE, SHADOW);
      const name = `${NAMES}-model`;
      const made = opened.simulated.models.get(name);
      opened.simulated.models.set(name, { at: 0, fields: { ...made?.fields, ...change(made?.fields ?? {}) } });

      expect(await opened.traffic.step(orderOf(opened, SHADOW, split(5)))).toEqual({
        is: "refused",
        why: expect.stringContaining(`the model ${name} is there already`),
      });
    });

    it("should take for its own a configuration that was made when there were other instances", async () => {
      const opened = await openWorld({
        refuse: (operation, before) => (operation === "UpdateEndpoint" && before === 0 ? "hang up" : undefined),
      });
      await expect(opened.traffic.step(orderOf(opened, BEFORE, split(5)))).rejects.toThrow(RetryableError);
      const DesiredWeightsAndCapacities = [{ VariantName: CHAMPION.variant, DesiredInstanceCount: 5 }];
      opened.simulated.call("UpdateEndpointWeightsAndCapacities", { EndpointName: ENDPOINT, DesiredWeightsAndCapacities });
      opened.settle();

      await reach(opened, BEFORE, split(5));

      expect(instances(opened)).toEqual({ AllTraffic: 5, "retrigger-a": 2 });
    });

    it("should go on with what was made before a crash", async () => {
      const opened = await openWorld({
        refuse: (operation, before) => (operation === "UpdateEndpoint" && before === 0 ? "hang up" : undefined),
      });
      const step = () => opened.traffic.step(orderOf(opened, BEFORE, split(5)));

      await expect(step()).rejects.toThrow(RetryableError);
      expect(await step()).toMatchObject({ is: "taken" });

      expect(opened.server.changes()).toEqual(["CreateModel", "CreateEndpointConfig", "UpdateEndpoint", "UpdateEndpoint"]);
    });

    it("should go on with a model that was made when its package is gone", async () => {
      const opened = await openWorld();
      await reach(opened, BEFORE, split(100));
      opened.simulated.packages.delete(CANDIDATE);

      await reach(opened, split(100), ALONE);

      expect(opened.serve(100)).toEqual({ champion: 0, candidate: 100 });
    });

    it("should hide what the containers are given where SageMaker quotes it, and secrets by their form", async () => {
      const Environment = { API_TOKEN: "sk-live-123456", SEED: "0.5", MODE: "canary-of-12" };
      const words = "Value '{API_TOKEN=sk-live-123456, SEED=0.5}' at 'environment', canary-of-12, password=hunter2";
      const container = { Image: "delay:1", ModelDataUrl: "s3://models/7", Environment };
      const opened = await openWorld({
        candidate: { InferenceSpecification: { Containers: [container] } },
        refuse: (operation) => (operation === "CreateModel" ? awsError("ValidationException", words) : undefined),
      });

      expect(await opened.traffic.step(orderOf(opened, BEFORE, SHADOW))).toEqual({
        is: "refused",
        why: expect.stringContaining("'{API_TOKEN=<hidden>, SEED=<hidden>}' at 'environment', <hidden>, password=<hidden>"),
      });
    });

    it("should not begin where the champion could not be put back", async () => {
      const opened = await openWorld();
      opened.simulated.configs.delete(CHAMPION.config);

      const seen = await opened.traffic.look(orderOf(opened, BEFORE, split(5)));

      expect(seen).toEqual({ is: "changed", why: expect.stringContaining(`${CHAMPION.config} was deleted`) });
    });

    it("should take the candidate out of the traffic also where the champion's configuration is gone", async () => {
      const opened = await openWorld();
      await reach(opened, BEFORE, split(25));
      opened.simulated.configs.delete(CHAMPION.config);

      const weights = await opened.traffic.step(orderOf(opened, split(25), BEFORE));
      opened.settle();
      const update = await opened.traffic.step(orderOf(opened, split(25), BEFORE));

      expect([weights.is, update]).toEqual([
        "taken",
        { is: "refused", why: expect.stringContaining("Could not find endpoint configuration") },
      ]);
      expect(opened.serve(100)).toEqual({ champion: 100, candidate: 0 });
    });
  });

  describe("refusals", () => {
    const cases: readonly (readonly [string, Answer, StepResult["is"]])[] = [
      ["an endpoint that is being updated", IN_PROGRESS, "busy"],
      ["a quota", awsError("ResourceLimitExceeded", "The account-level service limit is 4 Instances"), "over-quota"],
      ["a missing permission", DENIED, "refused"],
      ["an instance type that is not there", awsError("ValidationException", "Requested instance type is unsupported"), "refused"],
    ];

    it.each(cases)("should say what %s means, by configuration and by weights", async (_, answer, is) => {
      const refused = new Set<string>();
      const opened = await openWorld({
        refuse: (operation) => (refused.has(operation) ? answer : undefined),
      });
      const step = (from: Traffic, to: Traffic) => opened.traffic.step(orderOf(opened, from, to));
      refused.add("UpdateEndpoint");
      const byConfig = await step(BEFORE, split(5));
      refused.clear();
      await reach(opened, BEFORE, split(5));
      refused.add("UpdateEndpointWeightsAndCapacities");
      const byWeights = await step(split(5), split(25));

      expect([byConfig, byWeights]).toEqual([
        { is, why: expect.stringContaining(`the endpoint flights to the configuration ${NAMES}-split-5`) },
        { is, why: expect.stringContaining("the weights of the endpoint flights to 75 and 25") },
      ]);
    });

    it.each([
      "DescribeEndpoint",
      "DescribeEndpointConfig",
      "DescribeModel",
      "CreateModel",
      "DescribeScalableTargets",
      "UpdateEndpoint",
    ])("should try again where %s is throttled, breaks off or fails", async (refused) => {
      const answers: readonly Answer[] = [THROTTLED, "hang up", awsError("InternalFailure", "a fault", 500)];
      const opened = await openWorld({ refuse: (operation, before) => (operation === refused ? answers[before] : undefined) });
      const step = () => opened.traffic.step(orderOf(opened, BEFORE, split(5)));

      for (const _ of answers) await expect(step()).rejects.toThrow(RetryableError);
      expect(await step()).toMatchObject({ is: "taken" });
    });

    it.each(["CreateModel", "CreateEndpointConfig", "UpdateEndpoint", "UpdateEndpointWeightsAndCapacities"])(
      "should do once what %s did, and whose answer was lost",
      async (lost) => {
        const opened = await openWorld({ loses: (operation) => operation === lost });
        for (const [from, to] of [
          [BEFORE, split(5)],
          [split(5), split(25)],
          [split(25), BEFORE],
        ] as const) {
          for (let turn = 0; turn < 6; turn++) {
            await opened.traffic
              .step(orderOf(opened, from, to))
              .catch((error: unknown) => expect(error).toBeInstanceOf(RetryableError));
            opened.settle();
          }
          expect(await opened.traffic.look(orderOf(opened, from, to))).toEqual({ is: "reached" });
        }

        expect([...opened.server.changes()].sort()).toEqual([
          "CreateEndpointConfig",
          "CreateModel",
          ...["UpdateEndpoint", "UpdateEndpoint"],
          ...["UpdateEndpointWeightsAndCapacities", "UpdateEndpointWeightsAndCapacities"],
        ]);
      },
    );

    it("should reject with what to do where it may not look", async () => {
      const { traffic, settings } = await openWorld({ refuse: () => DENIED });

      const failure = await traffic.survey(settings).catch((error: unknown) => error);

      expect(failure).not.toBeInstanceOf(RetryableError);
      expect(String(failure)).toMatch(/refused to describe the endpoint flights .*; check/);
    });

    it("should hold at a quota, and go on when there is room", async () => {
      const opened = await openWorld({ maxInstances: 5 });

      expect(await opened.traffic.step(orderOf(opened, BEFORE, split(5)))).toMatchObject({ is: "over-quota" });

      expect(opened.serve(100)).toEqual({ champion: 100, candidate: 0 });
      expect(await opened.traffic.look(orderOf(opened, BEFORE, split(5)))).toMatchObject({ is: "behind" });
    });

    it("should meet the update of somebody else, told late, as busy", async () => {
      const opened = await openWorld({ staleMs: 60_000 });
      await reach(opened, BEFORE, split(5));
      opened.moveByHand(5);

      expect(await opened.traffic.look(orderOf(opened, split(5), split(25)))).toMatchObject({ is: "behind" });
      expect(await opened.traffic.step(orderOf(opened, split(5), split(25)))).toMatchObject({ is: "busy" });
    });
  });

  describe("what somebody changed", () => {
    it("should not update again and again to a champion's configuration that was made again with another model", async () => {
      const opened = await openWorld();
      await reach(opened, BEFORE, split(5));
      opened.replaceByHand();
      opened.settle();
      const made = opened.simulated.configs.get("by-hand");
      if (made !== undefined) opened.simulated.configs.set(CHAMPION.config, made);
      const order = { ...orderOf(opened, split(5), BEFORE), overrides: true };
      await opened.traffic.step(order);
      opened.settle();
      const before = opened.server.changes().length;

      expect(await opened.traffic.step(order)).toEqual({
        is: "refused",
        why: expect.stringMatching(/flights-2026 has other content; make it as it was.*flights-by-hand/),
      });
      expect(opened.server.changes()).toHaveLength(before);
    });

    it.each([
      ["back, whatever the weights are", BEFORE, false, CHAMPION.config],
      ["forward, where it is to be overridden", ALONE, true, `${NAMES}-alone`],
    ] as const)("should go out of a mixture of two configurations: %s", async (_, to, overrides, config) => {
      const opened = await openWorld();
      await reach(opened, BEFORE, split(100));
      opened.simulated.change(ENDPOINT, { status: "UpdateRollbackFailed", failure: "no room" });
      const order = { ...orderOf(opened, split(100), to), overrides };

      expect(await opened.traffic.look(order)).toMatchObject({ is: "behind", isSafe: false });
      expect(await opened.traffic.step(order)).toMatchObject({ is: "taken", did: expect.stringContaining(config) });
      opened.settle();
      expect(await opened.traffic.look(order)).toEqual({ is: "reached" });
    });

    it("should hold on its way forward at a mixture of two configurations", async () => {
      const opened = await openWorld();
      opened.simulated.change(ENDPOINT, { status: "UpdateRollbackFailed", failure: "no room" });

      expect(await opened.traffic.look(orderOf(opened, BEFORE, split(5)))).toEqual({
        is: "changed",
        why: expect.stringMatching(/serves a mixture of two configurations.*no room/),
      });
    });
  });

  describe("a configuration that may not be looked at", () => {
    async function openUnseen(answer: Answer) {
      const hidden = new Set<string>();
      const opened = await openWorld({ refuse: (operation) => (hidden.has(operation) ? answer : undefined) });
      await reach(opened, BEFORE, split(25));
      hidden.add("DescribeEndpointConfig");
      return opened;
    }

    it("should not keep a rollback from being made", async () => {
      const opened = await openUnseen(DENIED);

      await reach(opened, split(25), BEFORE);

      expect(opened.serve(100)).toEqual({ champion: 100, candidate: 0 });
    });

    it("should keep nothing from the way out, where SageMaker cannot tell for now", async () => {
      const opened = await openUnseen(THROTTLED);
      const order = orderOf(opened, split(25), BEFORE);

      for (let turn = 0; turn < 2; turn++) {
        expect(await opened.traffic.step(order)).toMatchObject({ is: "taken" });
        opened.settle();
      }

      expect(opened.serve(100)).toEqual({ champion: 100, candidate: 0 });
      await expect(opened.traffic.look(order)).rejects.toThrow(RetryableError);
    });

    it("should keep a rollout from going on", async () => {
      const opened = await openUnseen(DENIED);

      await expect(opened.traffic.look(orderOf(opened, split(25), split(50)))).rejects.toThrow("refused to describe");
    });
  });

  describe("updates that do not succeed", () => {
    it("should tell why an update was rolled back, and only of one that was tried", async () => {
      const opened = await openWorld();
      opened.simulated.change(ENDPOINT, { failure: "an old one" });
      const look = () => opened.traffic.look(orderOf(opened, BEFORE, split(5)));
      const first = await look();
      opened.simulated.let("rolls back");
      await opened.traffic.step(orderOf(opened, BEFORE, split(5)));
      opened.simulated.advance(600_000);
      const meanwhile = await look();
      opened.settle();

      expect(first).not.toHaveProperty("failed");
      expect(meanwhile).toMatchObject({ is: "busy", why: expect.stringContaining("RollingBack") });
      expect(await look()).toMatchObject({ is: "behind", failed: expect.stringContaining("ping health check") });
      await reach(opened, BEFORE, split(5));
    });

    it("should tell in one line why the way back was rolled back, and try again", async () => {
      const opened = await openWorld();
      await reach(opened, BEFORE, SHADOW);
      opened.simulated.change(ENDPOINT, { failure: `no\u001b[2J room\n${"x".repeat(1_000)}` });

      const seen = await opened.traffic.look(orderOf(opened, SHADOW, BEFORE));

      expect(seen).toMatchObject({ is: "behind", isSafe: true, failed: expect.stringMatching(/^no\\u001b\[2J room x{1,300}…$/) });
      await reach(opened, SHADOW, BEFORE);
    });

    it("should tell that an endpoint failed, and cannot be put back", async () => {
      const opened = await openWorld();
      opened.simulated.let("fails");
      await opened.traffic.step(orderOf(opened, BEFORE, split(5)));
      opened.settle();

      for (const to of [split(5), BEFORE]) {
        expect(await opened.traffic.look(orderOf(opened, BEFORE, to))).toEqual({
          is: "lost",
          why: expect.stringContaining("ping health check"),
        });
        expect(await opened.traffic.step(orderOf(opened, BEFORE, to))).toMatchObject({ is: "refused" });
      }
    });

    it("should set weights again that autoscaling's update rolled back", async () => {
      const opened = await openWorld();
      await reach(opened, BEFORE, split(5));
      opened.simulated.let("rolls back");
      await opened.traffic.step(orderOf(opened, split(5), split(25)));
      opened.simulated.advance(30_000);

      expect(await opened.traffic.look(orderOf(opened, split(5), split(25)))).toMatchObject({ is: "busy" });
      await reach(opened, split(5), split(25));
      expect(opened.serve(100)).toEqual({ champion: 75, candidate: 25 });
    });

    it("should go back as soon as a forward update that is under way has ended", async () => {
      const opened = await openWorld();
      await opened.traffic.step(orderOf(opened, BEFORE, split(5)));

      const looks = await reach(opened, BEFORE, BEFORE);

      expect(looks.map(({ sighting }) => summary(sighting))).toEqual([
        "busy",
        "behind",
        "busy",
        "behind, safe",
        "busy, safe",
        "reached",
      ]);
    });
  });

  it("should see that another model has the name of a configuration", async () => {
    const opened = await openWorld();
    await reach(opened, BEFORE, split(25));
    const made = opened.simulated.configs.get(`${NAMES}-split-25`);
    opened.simulated.configs.set(`${NAMES}-split-25`, {
      at: 0,
      fields: { ...made?.fields, ProductionVariants: [variant(CHAMPION.variant), variant("retrigger-a")] },
    });

    expect(await opened.traffic.look(orderOf(opened, split(25), split(50)))).toEqual({
      is: "changed",
      why: expect.stringContaining(`retrigger-a with the model ${CHAMPION.model}`),
    });
  });

  describe("SageMaker's own blue/green", () => {
    const native = { shift: { type: "canary" as const, percent: 10 }, waitSec: 600, alarms: ["flights-errors"] };
    const settings = { sagemaker: { role: ROLE, namePrefix: "rt-89abcdef", native } };

    it("should update once, with the guardrails, and put the champion back", async () => {
      const opened = await openWorld({ settings });

      await opened.traffic.step(orderOf(opened, BEFORE, ALONE));
      expect(opened.serve(100)).toEqual({ champion: 90, candidate: 10 });
      await reach(opened, BEFORE, ALONE);

      expect(opened.serve(100)).toEqual({ champion: 0, candidate: 100 });
      expect(opened.server.inputs("UpdateEndpoint")).toMatchObject([
        {
          EndpointConfigName: `${NAMES}-native`,
          DeploymentConfig: {
            BlueGreenUpdatePolicy: {
              TrafficRoutingConfiguration: {
                Type: "CANARY",
                CanarySize: { Type: "CAPACITY_PERCENT", Value: 10 },
                WaitIntervalInSeconds: 600,
              },
              TerminationWaitInSeconds: 600,
              MaximumExecutionTimeoutInSeconds: 4800,
            },
            AutoRollbackConfiguration: { Alarms: [{ AlarmName: "flights-errors" }] },
          },
        },
      ]);
      const looks = await reach(opened, ALONE, BEFORE);
      expect(looks.map(({ sighting }) => summary(sighting))).toEqual(["behind", "busy", "reached"]);
      expect(opened.server.inputs("UpdateEndpoint")[1]).not.toHaveProperty("DeploymentConfig");
      expect(opened.serve(100)).toEqual({ champion: 100, candidate: 0 });
    });

    it("should ask for no longer a deployment than SageMaker allows", async () => {
      const slow = { ...native, shift: { type: "linear" as const, percent: 10 }, waitSec: 2_400 };
      const opened = await openWorld({ settings: { sagemaker: { ...settings.sagemaker, native: slow } } });

      await reach(opened, BEFORE, ALONE);

      expect(opened.server.inputs("UpdateEndpoint")).toMatchObject([
        {
          DeploymentConfig: {
            BlueGreenUpdatePolicy: { MaximumExecutionTimeoutInSeconds: 28_800, TerminationWaitInSeconds: 2_400 },
          },
        },
      ]);
    });

    it("should not take the failure of an older update for its own, where a quota kept it from being made", async () => {
      const full = awsError("ResourceLimitExceeded", "The account-level service limit is 4 Instances");
      const refuse = (operation: string, before: number) => (operation === "UpdateEndpoint" && before === 0 ? full : undefined);
      const opened = await openWorld({ settings, refuse });
      opened.simulated.change(ENDPOINT, { failure: "an update of last month failed" });
      opened.simulated.advance(60_000);
      const order = orderOf(opened, BEFORE, ALONE);

      expect(await opened.traffic.step(order)).toMatchObject({ is: "over-quota" });

      expect(await opened.traffic.look(order)).not.toHaveProperty("failed");
      await reach(opened, BEFORE, ALONE);
    });

    it("should tell that an alarm rolled it back", async () => {
      const linear = { ...native, shift: { type: "linear" as const, percent: 20 } };
      const opened = await openWorld({ settings: { sagemaker: { ...settings.sagemaker, native: linear } } });
      opened.simulated.let("rolls back");
      await opened.traffic.step(orderOf(opened, BEFORE, ALONE));
      opened.settle();

      expect(await opened.traffic.look(orderOf(opened, BEFORE, ALONE))).toMatchObject({
        is: "behind",
        failed: "an alarm went off",
      });
      expect(await opened.traffic.look(orderOf(opened, BEFORE, BEFORE))).toEqual({ is: "reached" });
    });
  });

  it("should refuse settings of the other cloud", async () => {
    const opened = await openWorld();
    const { sagemaker: _sagemaker, ...settings } = settingsOf();

    await expect(opened.traffic.look({ ...orderOf(opened, BEFORE, SHADOW), settings })).rejects.toThrow("have no sagemaker");
  });
});

// Helpers

function variant(name: string) {
  return { VariantName: name, ModelName: CHAMPION.model, InstanceType: "ml.m5.large", InitialInstanceCount: 1 };
}

function instances({ simulated }: SageMakerWorld): Record<string, unknown> {
  const { ProductionVariants } = simulated.call("DescribeEndpoint", { EndpointName: ENDPOINT });
  const variants = ProductionVariants as readonly Fields[];
  return Object.fromEntries(variants.map(({ VariantName, CurrentInstanceCount }) => [String(VariantName), CurrentInstanceCount]));
}

function summary(sighting: Sighting): string {
  return "isSafe" in sighting && sighting.isSafe ? `${sighting.is}, safe` : sighting.is;
}
