import { modelSchema } from "../../../config/config";
import { modelSettings } from "../../../config/settings";
import { configOf, messageOf } from "../../stacks/config-messages";

const DAY_MS = 86_400_000;

describe("policy.adaptive in retrigger.yaml", () => {
  it.each<[string, object, object]>([
    ["a price in steps", { price: 0 }, { price: { steps: 0 }, stepMs: DAY_MS }],
    ["a price in USD", { price: { trainUsd: 150, usdPerErrorStep: 2000 } }, { price: { steps: 0.075 }, stepMs: DAY_MS }],
    ["a number of trainings", { price: { trainingsPerMonth: 4 } }, { price: { trainingsPerMonth: 4 }, stepMs: DAY_MS }],
    [
      "all that it may say",
      { price: 0.5, step: "1h", metric: "accuracy", period: "3h", attainable: 0.12, variance: 0.001 },
      { price: { steps: 0.5 }, stepMs: 3_600_000, metric: "accuracy", periodMs: 10_800_000, attainable: 0.12, variance: 0.001 },
    ],
  ])("should hand on %s", (_case, adaptive, expected) => {
    const model = modelSchema.parse({ data: { bucket: "acme" }, pipeline: { name: "training" }, policy: { adaptive } });

    expect(messageOf(configOf({ one: { policy: { adaptive } } }))).toBe("no mistake");
    expect(modelSettings("dev", "one", model).policy.adaptive).toEqual(expected);
  });

  it.each<[string, object, string]>([
    ["no price", {}, "policy.adaptive.price: missing; expected the price of a training in steps of full error, such as 0.5"],
    ["a price below 0", { price: -1 }, "policy.adaptive.price: got -1; expected 0 or more"],
    ["a price as text", { price: "0.5" }, 'policy.adaptive.price: got "0.5"; expected the price of a training'],
    [
      "errors that cost nothing",
      { price: { trainUsd: 150, usdPerErrorStep: 0 } },
      "policy.adaptive.price.usdPerErrorStep: got 0; expected more than 0",
    ],
    [
      "half of a price in USD",
      { price: { trainUsd: 150 } },
      'policy.adaptive.price: got {"trainUsd":150}; usdPerErrorStep is missing, what a step costs',
    ],
    [
      "the other half",
      { price: { usdPerErrorStep: 2000 } },
      'policy.adaptive.price: got {"usdPerErrorStep":2000}; trainUsd is missing, what a training costs',
    ],
    [
      "two kinds of price",
      { price: { trainUsd: 150, usdPerErrorStep: 2000, trainingsPerMonth: 4 } },
      "give one of trainUsd with usdPerErrorStep, or trainingsPerMonth",
    ],
    ["an empty price", { price: {} }, "policy.adaptive.price: got {}; expected the price of a training in steps of full error"],
    ["no training at all", { price: { trainingsPerMonth: 0 } }, "got 0; expected more than 0"],
    [
      "a step of a minute",
      { price: 1, step: "1m" },
      'policy.adaptive.step: got "1m"; expected a whole number and a unit, 1h to 7d',
    ],
    ["two steps as a period", { price: 1, period: "2d" }, 'policy.adaptive.period: got "2d"; expected at least 3 steps of 1d'],
    [
      "an error in percent",
      { price: 1, attainable: 12 },
      "policy.adaptive.attainable: got 12; expected a number, 0 to 1, such as 0",
    ],
    [
      "a variance of no error from 0 to 1",
      { price: 1, variance: 1e308 },
      "policy.adaptive.variance: got 1e+308; expected a number, 0 to 0.5, such as 0",
    ],
    ["a misspelt key", { price: 1, perriod: "14d" }, "policy.adaptive.perriod: unknown key; did you mean period?"],
  ])("should explain %s", (_case, adaptive, expected) => {
    expect(messageOf(configOf({ one: { policy: { adaptive } } }))).toContain(expected);
  });

  it("should say in one sentence that the policy of objects and age has another name", () => {
    const message = messageOf(configOf({ one: { policy: { adaptive: { objects: 5, age: "7d" } } } }));

    expect(message).toContain("1 mistake");
    expect(message).toContain(
      "models.one.policy.adaptive: a training by new objects and age is called volume now: write volume in place of adaptive, with the same objects and age",
    );
  });

  it("should tell all mistakes at once", () => {
    const adaptive = { price: -1, step: "1m", attainable: 2 };

    expect(messageOf(configOf({ one: { policy: { adaptive } } }))).toContain("3 mistakes");
  });
});
