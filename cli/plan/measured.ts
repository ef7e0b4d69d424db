// What Retrigger itself takes, as the benches measured it; docs/plan.md has the tables, and a test holds these numbers to them.
import type { Cloud } from "../../config/model-cloud";

/** What a minute's tick of the sweeper takes where all models idle. */
export interface TickCost {
  readonly models: number;
  /** Read units of DynamoDB, or documents of Firestore. */
  readonly reads: number;
  /** Bytes of log, without what the cloud adds. */
  readonly logBytes: number;
  /** The longest of 20 ticks, with 5 ms for each call of the store. */
  readonly seconds: number;
}

/** `npm run bench -- ticks`, 2026-12-01. */
export const TICKS: Readonly<Record<Cloud, readonly TickCost[]>> = {
  aws: [
    { models: 1, reads: 5, logBytes: 1_600, seconds: 0.07 },
    { models: 10, reads: 33, logBytes: 12_900, seconds: 0.15 },
    { models: 25, reads: 68, logBytes: 16_000, seconds: 0.18 },
    { models: 100, reads: 230, logBytes: 18_300, seconds: 0.16 },
    { models: 300, reads: 659, logBytes: 19_200, seconds: 0.46 },
  ],
  gcp: [
    { models: 1, reads: 5, logBytes: 500, seconds: 0.05 },
    { models: 10, reads: 41, logBytes: 3_700, seconds: 0.06 },
    { models: 25, reads: 89, logBytes: 4_600, seconds: 0.06 },
    { models: 100, reads: 316, logBytes: 5_300, seconds: 0.12 },
    { models: 300, reads: 917, logBytes: 5_500, seconds: 0.23 },
  ],
};

/** What a training takes, from the decision about its request to the end of its run. */
export interface TrainingCost {
  /** Write units of DynamoDB, or documents of Firestore. */
  readonly writes: number;
  /** Read units of DynamoDB, or documents of Firestore. */
  readonly reads: number;
  readonly logBytes: number;
}

/** `npm run bench -- plan`, 2026-12-01. */
export const TRAININGS: Readonly<Record<Cloud, TrainingCost>> = {
  aws: { writes: 8.7, reads: 7, logBytes: 1_815 },
  gcp: { writes: 6, reads: 9, logBytes: 655 },
};

/**
 * What a landed object takes until its batch is published, of batches of 1,000: on AWS ten objects an invocation, on Google Cloud
 * one, as Pub/Sub pushes each message alone. `npm run bench -- dynamodb firestore`: see docs/figures.md.
 */
export const OBJECTS = {
  aws: { perInvocation: 10, writes: 0.401, reads: 0.009 },
  gcp: { perInvocation: 1, writes: 2.001, reads: 1.003, deletes: 1 },
} as const;

/** What a tick of so many models takes, between the measured points and beyond the last by its neighbours. */
export function tickCost(cloud: Cloud, models: number): TickCost {
  const points = TICKS[cloud];
  const above = Math.max(
    1,
    points.findIndex((point, index) => point.models >= models || index === points.length - 1),
  );
  const [low, high] = [points[above - 1], points[above]];
  if (low === undefined || high === undefined) throw new RangeError("two measured points are needed at least");
  const part = (models - low.models) / (high.models - low.models);
  const between = (of: "reads" | "logBytes" | "seconds") => Math.max(0, low[of] + part * (high[of] - low[of]));
  return { models, reads: between("reads"), logBytes: between("logBytes"), seconds: between("seconds") };
}
