import fc from "fast-check";
import type { TrafficOrder } from "../../../../functions/core/promotion/rollout/ports";
import type { Traffic } from "../../../../functions/core/promotion/rollout/traffic";
import {
  deployedModelIds,
  type EndpointStep,
  planEndpoint,
  vertexChampion,
} from "../../../../functions/gcp/adapters/vertex/endpoint-plan";
import type { VertexEndpoint } from "../../../../functions/gcp/adapters/vertex/vertex-endpoint";
import { CHAMPION, ENDPOINT } from "../endpoint-server";
import { ALONE, BACK, order, split } from "./endpoint-world";

const CANDIDATE = "256";
const STAGES: readonly Traffic[] = [split(5), split(25), split(50), split(100), ALONE];
const BEFORE: VertexEndpoint = { etag: "1", deployedModels: [deployed(CHAMPION.id, "3")], trafficSplit: { [CHAMPION.id]: 100 } };

describe("deployedModelIds", () => {
  it("should be ids of at most ten digits, none of which is 0, apart for every two rollouts and within each", () => {
    const rollout = fc.nat(0xffffffff).map((number) => number.toString(16).padStart(8, "0"));
    fc.assert(
      fc.property(rollout, rollout, (one, other) => {
        const ids = [one, other].flatMap((id) => Object.values(deployedModelIds(id)));

        for (const id of ids) expect(id).toMatch(/^[1-9]\d{0,9}$/);
        expect(new Set(ids).size).toBe(one === other ? 2 : 4);
      }),
      { examples: [["00000000", "ffffffff"]] },
    );
  });

  it.each(["", "123", "0123ABCD", "0123456789"])("should refuse the rollout %p", (rolloutId) => {
    expect(() => deployedModelIds(rolloutId)).toThrow("expected 8 hexadecimal digits");
  });
});

describe("planEndpoint", () => {
  it("should refuse a champion of another cloud", () => {
    const champion = { on: "sagemaker", config: "c", variant: "v", model: "m" } as const;

    expect(() => planEndpoint(order(BACK, split(5), { champion }), BEFORE)).toThrow("expected one on vertex");
    expect(() => vertexChampion(champion)).toThrow("sagemaker");
  });

  it("should end every order, by shares that it or the one before names alone, and undeploy nothing that gets requests", () => {
    const forward = fc.constantFrom(...STAGES);
    fc.assert(
      fc.property(fc.array(forward, { maxLength: 5 }), forward, fc.nat(3), (reached, broken, steps) => {
        let endpoint = BEFORE;
        let seen = BACK;
        const go = (to: Traffic, most: number) => {
          for (let step = 0; step < most; step++) {
            const plan = planEndpoint(order(seen, to), endpoint);
            if (plan.is === "reached") return true;
            if (plan.is !== "behind") throw new Error(`${plan.is}: ${plan.why}`);
            endpoint = after(endpoint, plan.step);
            const share = endpoint.trafficSplit[CANDIDATE] ?? 0;
            if (to.is !== "champion") expect([shareOf(seen), shareOf(to)]).toContain(share);
          }
          return false;
        };
        for (const to of reached) {
          expect(go(to, 4)).toBe(true);
          seen = to;
        }

        // A way back may come before the order under way is reached.
        go(broken, steps);

        expect(go(BACK, 4)).toBe(true);
        expect(Object.values(endpoint.trafficSplit)).toEqual([100]);
        expect(endpoint.deployedModels.map(({ modelVersionId }) => modelVersionId)).toEqual(["3"]);
      }),
    );
  });

  it("should change nothing forward on an endpoint that somebody changed, whatever the change", () => {
    const stranger = "12";
    const percents = fc
      .tuple(fc.nat(100), fc.nat(100))
      .map(([one, other]) => [Math.min(one, other), Math.abs(one - other)] as const);
    fc.assert(
      fc.property(percents, ([candidate, other]) => {
        fc.pre(!(other === 0 && [5, 25].includes(candidate)));
        const trafficSplit = { [CHAMPION.id]: 100 - candidate - other, [CANDIDATE]: candidate, [stranger]: other };
        const deployedModels = [deployed(CHAMPION.id, "3"), deployed(CANDIDATE, "4"), deployed(stranger, "2")];
        const endpoint = { etag: "1", deployedModels, trafficSplit };

        expect(planEndpoint(order(split(5), split(25)), endpoint)).toMatchObject({
          is: "changed",
          why: expect.stringContaining(ENDPOINT),
        });
        expect(planEndpoint(order(split(5), BACK), endpoint).is).toBe(other > 0 ? "changed" : "behind");
        expect(planEndpoint(order(split(5), split(25), { overrides: true }), endpoint)).toMatchObject({
          step: { kind: "split", split: { [CHAMPION.id]: 75, [CANDIDATE]: 25 } },
        });
      }),
    );
  });

  it("should give the champion all requests where nobody gets any", () => {
    const closed = { ...BEFORE, trafficSplit: {} };

    expect(planEndpoint(order(split(5), BACK), closed)).toMatchObject({ step: { kind: "split", split: { [CHAMPION.id]: 100 } } });
  });

  it("should take the champion that gets requests, where it is deployed twice", () => {
    const { restored } = deployedModelIds("000000ff");
    const twice = {
      etag: "1",
      deployedModels: [deployed(CHAMPION.id, "3"), deployed(restored, "3")],
      trafficSplit: { [restored]: 100 },
    };

    expect(planEndpoint(order(ALONE, BACK), twice)).toEqual({ is: "reached" });
  });

  it("should take an id that the champion was recorded with for its own, deployed or not", () => {
    const gone = { etag: "1", deployedModels: [deployed(CANDIDATE, "4")], trafficSplit: { [CHAMPION.id]: 100 } };

    expect(planEndpoint(order(split(100), BACK), gone)).toMatchObject({ step: { kind: "deploy", model: `${CHAMPION.model}@3` } });
    expect(planEndpoint(order(split(100), split(50)), gone)).toMatchObject({
      is: "changed",
      why: expect.stringContaining("0% go"),
    });
  });

  it("should not go on with a candidate that gets requests and is not deployed any more", () => {
    const gone = { ...BEFORE, trafficSplit: { [CHAMPION.id]: 95, [CANDIDATE]: 5 } };

    expect(planEndpoint(order(split(5), split(25)), gone)).toMatchObject({
      is: "changed",
      why: expect.stringContaining("not deployed any more"),
    });
    expect(planEndpoint(order(split(5), BACK), gone)).toMatchObject({ step: { kind: "split", split: { [CHAMPION.id]: 100 } } });
  });

  describe.each([
    ["another version", "9"],
    ["no version", ""],
  ])("where %s serves under an id of the rollout's", (_, version) => {
    const swapped = (id: string): VertexEndpoint => ({
      etag: "1",
      deployedModels: [deployed(CHAMPION.id, "3"), deployed(CANDIDATE, "4")].map((one) =>
        one.id === id ? { ...one, modelVersionId: version } : one,
      ),
      trafficSplit: { [CHAMPION.id]: 95, [CANDIDATE]: 5 },
    });

    it("should go back whatever the candidate's id serves", () => {
      expect(stepsOf(order(split(5), BACK), swapped(CANDIDATE))).toEqual([`split {"${CHAMPION.id}":100}`, `undeploy ${CANDIDATE}`]);
    });

    it.each([
      [split(25), `split {"${CANDIDATE}":25,"${CHAMPION.id}":75}`],
      [split(100), `split {"${CANDIDATE}":100}`],
    ])("should deploy the candidate again where an order to %j overrides", (to, last) => {
      expect(planEndpoint(order(split(5), to), swapped(CANDIDATE)).is).toBe("changed");
      expect(stepsOf(order(split(5), to, { overrides: true }), swapped(CANDIDATE))).toEqual([
        `split {"${CHAMPION.id}":100}`,
        `undeploy ${CANDIDATE}`,
        `deploy ${CANDIDATE}`,
        last,
      ]);
    });

    it("should never leave an endpoint without an answer where the candidate serves alone", () => {
      const { restored } = deployedModelIds("000000ff");
      const alone = { etag: "1", deployedModels: [deployed(CANDIDATE, version)], trafficSplit: { [CANDIDATE]: 100 } };

      expect(stepsOf(order(ALONE, ALONE, { overrides: true }), alone)).toEqual([
        `deploy ${restored}`,
        `split {"${restored}":100}`,
        `undeploy ${CANDIDATE}`,
        `deploy ${CANDIDATE}`,
        `split {"${CANDIDATE}":100}`,
        `undeploy ${restored}`,
      ]);
    });

    it("should deploy the champion beside what took its id, where an order overrides", () => {
      const { restored } = deployedModelIds("000000ff");

      expect(planEndpoint(order(split(5), BACK), swapped(CHAMPION.id)).is).toBe("changed");
      expect(stepsOf(order(split(5), BACK, { overrides: true }), swapped(CHAMPION.id))).toEqual([
        `deploy ${restored}`,
        `split {"${restored}":100}`,
        `undeploy ${CANDIDATE}`,
      ]);
    });
  });

  it("should keep out of an endpoint on which only somebody else's model serves, and give up one without any", () => {
    const foreign = { etag: "1", deployedModels: [deployed("12", "2")], trafficSplit: { "12": 100 } };
    const asked = (fields: Partial<TrafficOrder>, endpoint: VertexEndpoint) =>
      planEndpoint(order(split(5), BACK, fields), endpoint).is;

    expect(asked({}, foreign)).toBe("changed");
    expect(asked({ overrides: true }, foreign)).toBe("lost");
    expect(asked({}, { etag: "1", deployedModels: [], trafficSplit: {} })).toBe("lost");
  });
});

// Helpers

function deployed(id: string, modelVersionId: string): VertexEndpoint["deployedModels"][number] {
  return { id, model: CHAMPION.model, modelVersionId, dedicatedResources: {} };
}

function shareOf(traffic: Traffic): number {
  return traffic.is === "split" ? traffic.percent : traffic.is === "candidate" ? 100 : 0;
}

/** All steps of an order, one after another. */
function stepsOf(wanted: TrafficOrder, before: VertexEndpoint): string[] {
  const steps: string[] = [];
  let endpoint = before;
  for (let step = 0; step < 10; step++) {
    const plan = planEndpoint(wanted, endpoint);
    if (plan.is === "reached") return steps;
    if (plan.is !== "behind") throw new Error(`${plan.is}: ${plan.why}`);
    endpoint = after(endpoint, plan.step);
    steps.push(`${plan.step.kind} ${plan.step.kind === "split" ? JSON.stringify(plan.step.split) : plan.step.id}`);
  }
  throw new Error(`not reached after ${steps.join("; ")}`);
}

/** What Vertex AI makes of a step; it refuses to undeploy what gets requests. */
function after({ etag, deployedModels, trafficSplit }: VertexEndpoint, step: EndpointStep): VertexEndpoint {
  switch (step.kind) {
    case "deploy":
      expect(deployedModels.map(({ id }) => id)).not.toContain(step.id);
      return { etag, deployedModels: [...deployedModels, deployed(step.id, step.model.split("@")[1] ?? "")], trafficSplit };
    case "split":
      expect(Object.values(step.split).reduce((sum, percent) => sum + percent, 0)).toBe(100);
      return { etag, deployedModels, trafficSplit: { ...step.split } };
    case "undeploy":
      expect(trafficSplit[step.id] ?? 0).toBe(0);
      return { etag, deployedModels: deployedModels.filter(({ id }) => id !== step.id), trafficSplit };
  }
}
