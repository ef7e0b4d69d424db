import { createHash } from "node:crypto";
import type { LandedObject } from "../functions/core/batching/landed-object";
import type { CoordinatorPolicy } from "../functions/core/coordination/policy";
import { DEFAULT_DRIFT_POLICY } from "../functions/core/drift/drift-policy";
import type { ModelSettings } from "../functions/core/model-settings";

const HOUR_MS = 3_600_000;

const POLICY: CoordinatorPolicy = {
  maxRuns: 1,
  cooldownMs: 6 * HOUR_MS,
  minNewObjects: 0,
  maxStartsPerDay: 4,
  budget: { dailyUsd: 1_000, monthlyUsd: 10_000 },
  cost: { baseUsd: 150, perGbUsd: 1.5, perObjectUsd: 0 },
  backoff: { afterFailures: 3, delayMs: HOUR_MS, maxDelayMs: 24 * HOUR_MS },
  approval: { needed: "on-request", approvers: 1, expiresMs: [HOUR_MS, HOUR_MS, HOUR_MS, HOUR_MS, HOUR_MS] },
  deferralExpiresMs: 7 * 24 * HOUR_MS,
};

/** The model that is measured, with batches of this size. */
export function benchSettings(batchSize: number): ModelSettings {
  return {
    model: "bench",
    data: { bucket: "acme-flights-production", prefixes: ["incoming/"], suffixes: [], manifestPrefix: "retrigger/manifests/" },
    batch: { batchSize, windowMs: 60_000, dedupeHorizonMs: HOUR_MS, retentionMs: 24 * HOUR_MS },
    pipeline: { name: "bench", parameters: {} },
    policy: POLICY,
    drift: DEFAULT_DRIFT_POLICY,
    monitoring: { prefix: "drift/" },
  };
}

/** What names an object's version: the event's sequencer where the bucket keeps no versions, else S3's version id. */
export type VersionKind = "sequencer" | "version id";

/** Objects as a daily feed writes them; versions and sizes are spread by a hash, because real ones do not compress. */
export function landedObjects(count: number, kind: VersionKind): LandedObject[] {
  return Array.from({ length: count }, (_, index) => {
    const spread = createHash("sha256").update(String(index)).digest();
    const seconds = (0x65_00_00_00 + index * 3).toString(16);
    const version = kind === "sequencer" ? `00${seconds}${spread.toString("hex", 0, 4)}` : spread.toString("base64url", 0, 24);
    const day = String(1 + (Math.floor(index / 400) % 28)).padStart(2, "0");
    return {
      key: `incoming/2001/01/${day}/flights-${String(index).padStart(7, "0")}.parquet`,
      version,
      bytes: 180_000 + spread.readUInt16BE(4),
    };
  });
}
