import type { ModelSettings } from "../functions/core/model-settings";
import { LANDING } from "./s3-events";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const PARAMETERS = { InputManifest: "{manifestUri}", Objects: "{objects}", Reason: "{reason}", RequestId: "{requestId}" };

/**
 * The two models of the replay. `flight-delay` learns from all flights: enough files by day, the end of its window at night.
 * `west-coast` learns from one region, whenever that has gone quiet.
 */
export const MODELS: readonly ModelSettings[] = [
  {
    model: "flight-delay",
    data: { bucket: LANDING.bucket, prefixes: ["flights/"], suffixes: [".csv"], manifestPrefix: "retrigger/" },
    batch: { batchSize: 100, windowMs: 8 * HOUR_MS, dedupeHorizonMs: 3 * DAY_MS, retentionMs: 14 * DAY_MS },
    pipeline: { name: "train-flight-delay", parameters: PARAMETERS },
  },
  {
    model: "west-coast",
    data: { bucket: LANDING.bucket, prefixes: ["flights/west/"], suffixes: [".csv"], manifestPrefix: "retrigger/" },
    batch: { batchSize: 60, quietPeriodMs: 2 * HOUR_MS, dedupeHorizonMs: 3 * DAY_MS, retentionMs: 14 * DAY_MS },
    pipeline: { name: "train-west-coast", parameters: PARAMETERS },
  },
];
