import type { CaptureSettings } from "../functions/core/capture/capture-settings";
import type { ModelSettings } from "../functions/core/model-settings";

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
