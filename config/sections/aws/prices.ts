// Under `aws`: what instances cost.
import * as z from "zod";
import { text } from "../fields";

/** When the prices below were last compared with the price list. */
export const PRICES_AS_OF = "2026-11";

/**
 * USD per hour of common SageMaker training instances, on demand, in us-east-1. They are approximate: other regions and contracts
 * differ, and AWS changes its prices. `aws.prices` overrides and extends them. https://aws.amazon.com/sagemaker/ai/pricing/
 */
const SHIPPED_USD_PER_HOUR: Readonly<Record<string, number>> = {
  "ml.m5.large": 0.115,
  "ml.m5.xlarge": 0.23,
  "ml.m5.2xlarge": 0.461,
  "ml.m5.4xlarge": 0.922,
  "ml.m5.12xlarge": 2.765,
  "ml.m6i.xlarge": 0.23,
  "ml.m6i.4xlarge": 0.922,
  "ml.c5.xlarge": 0.204,
  "ml.c5.2xlarge": 0.408,
  "ml.c5.4xlarge": 0.816,
  "ml.g4dn.xlarge": 0.736,
  "ml.g4dn.12xlarge": 4.89,
  "ml.g5.xlarge": 1.408,
  "ml.g5.2xlarge": 1.515,
  "ml.g5.12xlarge": 7.09,
  "ml.g5.48xlarge": 20.36,
  "ml.p3.2xlarge": 3.825,
  "ml.p3.8xlarge": 14.688,
  "ml.p4d.24xlarge": 25.251,
};

/**
 * USD per hour by instance type: the table above, overridden by the configured prices, sorted by name so that the plan reads well.
 */
export function instancePrices(configured: Readonly<Record<string, number>>): Readonly<Record<string, number>> {
  const merged = Object.entries({ ...SHIPPED_USD_PER_HOUR, ...configured });
  return Object.fromEntries(merged.sort(([a], [b]) => (a < b ? -1 : 1)));
}

const PRICE_EXPECTATION = "expected a number of USD per hour, more than 0, such as 1.21";

/** USD per hour by instance type. */
export const pricesSchema = z.record(
  text(/^ml\.[a-z0-9-]{1,24}\.[a-z0-9-]{1,24}$/, "expected a SageMaker instance type, such as ml.m5.xlarge"),
  z.number({ error: PRICE_EXPECTATION }).positive({ error: PRICE_EXPECTATION }),
);
