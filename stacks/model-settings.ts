import type { ModelSettings } from "../functions/core/model-settings";
import { durationMs } from "./duration";
import type { ModelConfig } from "./model-config";

/** What the functions must know of a configured model. */
export function modelSettings(model: string, { data, batch, pipeline }: ModelConfig): ModelSettings {
  const { bucket, prefixes, suffixes, manifestPrefix } = data;
  return {
    model,
    data: { bucket, prefixes, suffixes, manifestPrefix },
    batch: {
      batchSize: batch.size,
      ...(batch.window === "never" ? {} : { windowMs: durationMs(batch.window) }),
      ...(batch.quietPeriod === "never" ? {} : { quietPeriodMs: durationMs(batch.quietPeriod) }),
      dedupeHorizonMs: durationMs(batch.dedupeHorizon),
      retentionMs: durationMs(batch.retention),
    },
    pipeline: { name: pipeline.name, parameters: pipeline.parameters },
  };
}
