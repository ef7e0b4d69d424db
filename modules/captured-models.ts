import type { CaptureSettings } from "../functions/core/capture/capture-settings";
import type { ModelSettings } from "../functions/core/model-settings";
import { baselineAfter } from "../functions/core/object-uri";

/** A model whose captures are monitored. */
export interface CapturedModel {
  readonly settings: ModelSettings;
  readonly capture: CaptureSettings;
}

/** Those of the models whose captures are monitored. */
export function capturedModels(models: readonly ModelSettings[]): CapturedModel[] {
  return models.flatMap((settings) => {
    const { capture } = settings.monitoring;
    return capture === undefined ? [] : [{ settings, capture }];
  });
}

/** Where a model's baselines lie: the first one, and those that follow its trainings, with `*` for their times. */
export function baselineUris({ baseline, reference }: CaptureSettings): string[] {
  return reference === "last-training" ? [baseline, baselineAfter(baseline, "*")] : [baseline];
}

const MINUTE_MS = 60_000;
const MINUTES_OF_AN_HOUR = 60;

/**
 * The minute of every hour at which a window that is read `delayMs` after its end is due, and not yet before: windows are of whole
 * hours, so they end with an hour.
 */
export function hourlyMinute(delayMs: number): number {
  return Math.ceil(delayMs / MINUTE_MS) % MINUTES_OF_AN_HOUR;
}
