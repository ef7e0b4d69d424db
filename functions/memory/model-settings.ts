import type { ModelSettings, ModelSettingsSource } from "../core/model-settings";

/** `ModelSettingsSource` in memory. */
export function memoryModelSettings(settings: readonly ModelSettings[]): ModelSettingsSource {
  return { list: async () => settings };
}
