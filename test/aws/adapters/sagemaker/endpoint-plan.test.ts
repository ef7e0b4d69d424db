import type { EndpointStatus } from "@aws-sdk/client-sagemaker";
import { endpointOrder } from "../../../../functions/aws/adapters/sagemaker/endpoint-order";
import { type EndpointView, planOf } from "../../../../functions/aws/adapters/sagemaker/endpoint-plan";
import type { SeenEndpoint, SeenVariant } from "../../../../functions/aws/adapters/sagemaker/endpoint-state";
import type { Traffic } from "../../../../functions/core/promotion/rollout/traffic";
import { CANDIDATE, CHAMPION, ENDPOINT, ROLE, settingsOf } from "./endpoint-world";

const BEFORE: Traffic = { is: "champion" };
const split = (percent: number): Traffic => ({ is: "split", percent });
const NAMES = "rt-89abcdef-0123abcd";
const SPLIT = `${NAMES}-split-5`;

describe("planOf", () => {
  it.each([
    ["weights that go to nobody but are not there yet", {}, [champion(95, 100), candidate(5, 0)], false],
    ["weights that are there", {}, [champion(100), candidate(0)], true],
    ["weights that give it requests again", {}, [champion(100, 75), candidate(0, 25)], false],
    ["weights that are not told", {}, [{ name: CHAMPION.variant }, { name: "retrigger-a" }], false],
    ["an update back, from a split without requests", { pendingConfig: CHAMPION.config }, [champion(100), candidate(0)], true],
    ["an update back, from a split with requests", { pendingConfig: CHAMPION.config }, [champion(95), candidate(5)], false],
    ["an update back that has its name already", { config: CHAMPION.config }, [champion(1), candidate(0)], true],
    [
      "an update back from the candidate alone",
      { config: `${NAMES}-alone`, pendingConfig: CHAMPION.config },
      [candidate(1)],
      false,
    ],
    ["the same, that has its name already", { config: CHAMPION.config }, [candidate(1)], false],
    ["an update to a split", { config: CHAMPION.config, pendingConfig: SPLIT }, [champion(1)], false],
    ["the same, that has its name already", { pendingConfig: SPLIT }, [champion(1)], false],
    ["an update to the shadow", { config: CHAMPION.config, pendingConfig: `${NAMES}-shadow` }, [champion(1)], true],
    ["an update to something else", { config: CHAMPION.config, pendingConfig: "by-hand" }, [champion(1)], false],
    ["maintenance of the champion", { config: CHAMPION.config, status: "SystemUpdating" as const }, [champion(1)], true],
  ])("should know whether the candidate may get requests during %s", (_, fields, variants, isSafe) => {
    const { sighting } = planOf(orderFrom(split(5), BEFORE), viewOf({ status: "Updating", variants, ...fields }));

    expect(sighting).toMatchObject({ is: "busy", isSafe });
  });

  it("should know nothing of it where the candidate has the champion's variant", () => {
    const native = { shift: { type: "canary" as const, percent: 10 }, waitSec: 600, alarms: ["flights-errors"] };
    const settings = settingsOf({ sagemaker: { role: ROLE, namePrefix: "rt-89abcdef", native } });
    const order = endpointOrder({ ...orderOf(BEFORE, BEFORE), settings });

    const { sighting } = planOf(order, viewOf({ status: "RollingBack", config: CHAMPION.config, variants: [champion(1)] }));

    expect(sighting).toMatchObject({ is: "busy", isSafe: false });
  });

  it("should wait for a deployment that is told of in service", () => {
    const view = viewOf({ pendingConfig: "next", variants: [champion(95), candidate(5)] });

    expect(planOf(orderFrom(split(5), split(25)), view).sighting).toMatchObject({
      is: "busy",
      why: expect.stringContaining("next"),
    });
  });

  it("should never call a way forward safe", () => {
    const view = viewOf({ status: "Updating", variants: [champion(100), candidate(0)] });

    expect(planOf(orderFrom(BEFORE, split(5)), view).sighting).toMatchObject({ is: "busy", isSafe: false });
  });

  it.each([
    [5, 25, "behind"],
    [25, 25, "reached"],
    [50, 25, "changed"],
    [0, 25, "changed"],
    [0.05, 25, "changed"],
    [5.0000001, 25, "behind"],
  ])("should take a share of %d % on the way from 5 to %d % for %s", (share, percent, is) => {
    const { sighting } = planOf(
      orderFrom(split(5), split(percent)),
      viewOf({ variants: [champion(100 - share), candidate(share)] }),
    );

    expect(sighting.is).toBe(is);
  });

  it("should not compare weights that it was asked for, but those that are", () => {
    const view = viewOf({ variants: [champion(95, 75), candidate(5, 25)] });

    expect(planOf(orderFrom(split(5), split(25)), view)).toMatchObject({ sighting: { is: "behind" }, next: { percent: 25 } });
  });

  it("should hold where the weights give nobody a share, and yet go back", () => {
    const view = viewOf({ variants: [champion(0), candidate(0)] });

    expect(planOf(orderFrom(split(5), split(25)), view).sighting).toMatchObject({
      is: "changed",
      why: expect.stringContaining("nobody"),
    });
    expect(planOf(orderFrom(split(5), BEFORE), view).next).toEqual({ does: "weights", percent: 0 });
  });

  it("should name everything in at most 63 characters that SageMaker takes", () => {
    const { names } = orderFrom(BEFORE, BEFORE);

    for (const name of [names.model, ...(["shadow", "alone", "native", { split: 100 }] as const).map(names.config)]) {
      expect(name).toMatch(/^[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}$/);
    }
  });

  it("should refuse a champion of the other cloud", () => {
    const champion = { on: "vertex", deployedModel: "1", model: "m", version: "1" } as const;

    expect(() => endpointOrder({ ...orderOf(BEFORE, BEFORE), champion })).toThrow(
      "got a champion on vertex; expected one on sagemaker",
    );
  });
});

// Helpers

function orderOf(from: Traffic, to: Traffic) {
  return { settings: settingsOf(), rolloutId: "0123abcd", champion: CHAMPION, candidate: CANDIDATE, from, to };
}

function orderFrom(from: Traffic, to: Traffic) {
  return endpointOrder(orderOf(from, to));
}

function champion(weight: number, desiredWeight = weight): SeenVariant {
  return { name: CHAMPION.variant, weight, desiredWeight };
}

function candidate(weight: number, desiredWeight = weight): SeenVariant {
  return { name: "retrigger-a", weight, desiredWeight };
}

/** An endpoint on a split of the rollout, unless something else is said. */
function viewOf(fields: Partial<SeenEndpoint> & { readonly status?: EndpointStatus }): EndpointView {
  return {
    endpoint: { name: ENDPOINT, status: "InService", config: SPLIT, variants: [], shadows: [], isAsync: false, ...fields },
    variants: [
      { VariantName: CHAMPION.variant, ModelName: CHAMPION.model },
      { VariantName: "retrigger-a", ModelName: `${NAMES}-model` },
    ],
    shadows: [],
  };
}
