import type { SimulatedPolicy } from "../simulated-policy";

/** The policies that can be tried by their names. */
export const POLICY_NAMES = ["periodic", "data", "hybrid", "adaptive", "drift"] as const;

export type PolicyName = (typeof POLICY_NAMES)[number];

/** What the named policies of a model are made of. */
export interface PolicyParts {
  /** As its functions would get them; without `policy.adaptive`, the policy `adaptive` has the default price. */
  readonly settings: SimulatedPolicy["settings"];
  /** Of `periodic` and `hybrid`, milliseconds; in words such as `7d` too. */
  readonly periodMs: number;
  readonly period: string;
  /** Over which errors are aggregated, milliseconds. */
  readonly stepMs: number;
  /** Of a training, in steps of full error, where the settings have none. */
  readonly price: number;
}

const NOTHING = { data: false, drift: false, quality: false, schedule: false } as const;

/** A policy by its name, held to the same limits as every other. */
export function namedPolicy(name: PolicyName, parts: PolicyParts): SimulatedPolicy {
  const { periodMs, period } = parts;
  const { adaptive, ...limits } = parts.settings.policy;
  // No other policy than the adaptive one is held to the price of a training.
  const settings = { ...parts.settings, policy: limits };
  switch (name) {
    case "periodic":
      return { name, settings, causes: { ...NOTHING, everyMs: periodMs }, sentence: `Asks for a training every ${period}.` };
    case "data":
      return { name, settings, causes: { ...NOTHING, data: true }, sentence: "Asks when a batch of new data is complete." };
    case "hybrid":
      return {
        name,
        settings,
        causes: { ...NOTHING, data: true, everyMs: periodMs },
        sentence: `Asks when a batch of new data is complete, and every ${period}.`,
      };
    case "adaptive":
      return {
        name,
        settings: {
          ...settings,
          policy: { ...limits, adaptive: adaptive ?? { price: { steps: parts.price }, stepMs: parts.stepMs } },
        },
        causes: { ...NOTHING, data: true, quality: true },
        // A configured check is simulated as it would run.
        ...(adaptive === undefined && { isBacktested: true }),
        sentence: "Asks when the error that a training would save reaches its price; data goes along.",
      };
    case "drift":
      return { name, settings, causes: { ...NOTHING, drift: true }, sentence: "Asks when a drift report says so." };
  }
}
