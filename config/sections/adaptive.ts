// The section `policy.adaptive` of a model: when the error that a training would have saved has cost as much as the training.
import * as z from "zod";
import { isMapping } from "../../functions/core/json-path";
import type { AdaptivePolicy } from "../../functions/core/quality/adaptive-policy";
import { durationMs, durationWithin, part } from "./fields";

/** The highest price of a training, in steps of full error: nobody waits so long. */
export const DEAREST = 1_000_000;

const PRICE_EXPECTATION =
  "expected the price of a training in steps of full error, such as 0.5, or {trainUsd: 150, usdPerErrorStep: 2000}, or {trainingsPerMonth: 4}";

/** What a mapping lacks or has too much of, which its author can see at once; else all that a price may be. */
function priceExpectation(price: unknown): string {
  if (!isMapping(price)) return PRICE_EXPECTATION;
  const { trainUsd, usdPerErrorStep, trainingsPerMonth } = price;
  const isMoney = trainUsd !== undefined || usdPerErrorStep !== undefined;
  if (isMoney && trainingsPerMonth !== undefined) return "give one of trainUsd with usdPerErrorStep, or trainingsPerMonth";
  if (trainUsd !== undefined && usdPerErrorStep === undefined)
    return "usdPerErrorStep is missing, what a step costs in which every answer is wrong: such as {trainUsd: 150, usdPerErrorStep: 2000}";
  if (usdPerErrorStep !== undefined && trainUsd === undefined)
    return "trainUsd is missing, what a training costs: such as {trainUsd: 150, usdPerErrorStep: 2000}";
  return PRICE_EXPECTATION;
}

const moneySchema = part(
  {
    trainUsd: z.number().min(0).describe("What a training costs, in USD; 0 or more"),
    usdPerErrorStep: z
      .number()
      .gt(0, { error: "expected more than 0" })
      .describe("What a step costs in which every answer is wrong, in USD: answers in a step x cost of a wrong one; more than 0"),
  },
  "{trainUsd: 150, usdPerErrorStep: 2000}",
).refine(({ trainUsd, usdPerErrorStep }) => trainUsd <= DEAREST * usdPerErrorStep, {
  error: "expected a training of at most 1,000,000 steps of full error",
});

const paceSchema = part(
  {
    trainingsPerMonth: z
      .number()
      .gt(0, { error: "expected more than 0" })
      .max(1000)
      .describe("Trainings that a UTC month may have, from which a price follows; more than 0, up to 1000"),
  },
  "{trainingsPerMonth: 4}",
);

const priceSchema = z.union([z.number().min(0, { error: "expected 0 or more" }).max(DEAREST), moneySchema, paceSchema], {
  error: ({ input }) => priceExpectation(input),
});

/** Break-even: starts when the excess error of the model that serves has cost as much as a training. */
export const adaptiveSchema = z
  .strictObject({
    price: priceSchema.describe(
      "What a training costs: in steps of full error (a number, 0 or more; 0 trains whenever the model is worse than a training would be), as trainUsd and usdPerErrorStep, or as trainingsPerMonth, which limits nothing but makes trainings dearer when there were many",
    ),
    step: durationWithin("1h", "7d", "1d")
      .default("1d")
      .describe("The period over which an error is aggregated, with 100 labelled rows or more; 1h to 7d"),
    metric: z
      .string()
      .min(1)
      .max(256)
      .optional()
      .describe("The metric of the quality signals that count, such as accuracy; without it every signal counts"),
    period: durationWithin("3h", "3650d", "14d")
      .optional()
      .describe(
        "Time between trainings that suited the history best: a training starts then on half the evidence, and without any where labels stopped; 3 steps or more",
      ),
    attainable: z
      .number()
      .min(0)
      .max(1)
      .optional()
      .describe("The error that a training reaches, from a backtest; 0 to 1; learned without it"),
    variance: z
      .number()
      .min(0)
      .max(0.5)
      .optional()
      .describe("Variance of a step's error, from a backtest; 0 to 0.5, and no more of an error from 0 to 1; learned without it"),
  })
  .describe("Trains when the error that a training would have saved has cost as much as the training; needs quality signals");

export type AdaptiveConfig = z.output<typeof adaptiveSchema>;

/**
 * What the check `adaptive` judges by.
 * @param isPromoted whether promotion says what serves, rather than the end of a run
 */
export function adaptivePolicy(section: AdaptiveConfig, isPromoted: boolean): AdaptivePolicy {
  const { price, step, metric, period, attainable, variance } = section;
  return {
    price: priceOf(price),
    stepMs: durationMs(step),
    ...(metric !== undefined && { metric }),
    ...(period !== undefined && { periodMs: durationMs(period) }),
    ...(attainable !== undefined && { attainable }),
    ...(variance !== undefined && { variance }),
    ...(isPromoted && { isPromoted }),
  };
}

function priceOf(price: AdaptiveConfig["price"]): AdaptivePolicy["price"] {
  if (typeof price === "number") return { steps: price };
  return "trainUsd" in price ? { steps: price.trainUsd / price.usdPerErrorStep } : price;
}
