import type { Price } from "./price";

/** Region of GCP_PRICES, the lowest tier of Cloud Run and Firestore. */
export const GCP_PRICE_REGION = "us-central1";

const OBSERVABILITY = { source: "https://cloud.google.com/products/observability/pricing", asOf: "2026-12-01" } as const;
const RUN = { source: "https://cloud.google.com/run/pricing", asOf: "2026-12-01" } as const;
const FIRESTORE = { source: "https://cloud.google.com/firestore/pricing", asOf: "2026-12-01" } as const;
const MILLION = 1_000_000;
const GIB = 2 ** 30;

/** List prices of GCP_PRICE_REGION, and of the first tier that is paid. */
export const GCP_PRICES = {
  metricBytes: {
    unit: "MiB",
    size: 2 ** 20,
    usd: 0.258,
    dependsOnWatch: true,
    ...OBSERVABILITY,
    doubt: "0.258 USD comes from a page of 2023; 80 bytes of a number and 8 of a count are not confirmed",
  },
  condition: {
    unit: "conditions",
    size: 1,
    usd: 0.1,
    dependsOnWatch: true,
    ...OBSERVABILITY,
    doubt: "Google's pages name 1.50 USD (2025) and 0.10 USD a condition, and put off the first bill several times",
  },
  alertSeries: {
    unit: "million series",
    size: MILLION,
    usd: 0.35,
    dependsOnWatch: true,
    ...OBSERVABILITY,
    doubt: "told together with the price of a condition, whose first bill was put off several times",
  },
  logs: { unit: "GiB", size: GIB, usd: 0.5, ...OBSERVABILITY },
  schedulerJob: { unit: "jobs", size: 1, usd: 0.1, source: "https://cloud.google.com/scheduler/pricing", asOf: "2026-12-01" },
  messageBytes: { unit: "TiB", size: 2 ** 40, usd: 40, source: "https://cloud.google.com/pubsub/pricing", asOf: "2026-12-01" },
  runRequest: { unit: "million requests", size: MILLION, usd: 0.4, ...RUN },
  cpuSecond: { unit: "vCPU-seconds", size: 1, usd: 0.000024, ...RUN },
  memorySecond: { unit: "GiB-seconds", size: 1, usd: 0.0000025, ...RUN },
  documentRead: { unit: "million reads", size: MILLION, usd: 0.3, ...FIRESTORE },
  documentWrite: { unit: "million writes", size: MILLION, usd: 0.9, ...FIRESTORE },
  documentDelete: { unit: "million deletes", size: MILLION, usd: 0.1, ...FIRESTORE },
} as const satisfies Readonly<Record<string, Price>>;

/** A message is billed as this many bytes at least. https://cloud.google.com/pubsub/pricing */
export const LEAST_MESSAGE_BYTES = 1_000;

/** An instance is billed in steps of this. https://cloud.google.com/run/pricing */
export const RUN_STEP_SEC = 0.1;

/**
 * CPU that a function has by its memory, where none is configured.
 * https://cloud.google.com/functions/docs/configuring/memory
 */
export const DEFAULT_CPUS: readonly (readonly [mebibytes: number, cpus: number])[] = [
  [128, 0.083],
  [256, 0.167],
  [512, 0.333],
  [1_024, 0.583],
  [2_048, 1],
];

/**
 * Bytes of a value of a metric: a distribution, which every log-based metric with a number is, and a count. Not
 * confirmed: the page was not at hand. https://cloud.google.com/stackdriver/pricing#metrics-chargeable
 */
export const METRIC_BYTES = { distribution: 80, count: 8 } as const;

/**
 * How often a condition looks: every 30 seconds. https://cloud.google.com/stackdriver/observability-pricing-examples
 */
export const LOOKS_A_MINUTE = 2;
