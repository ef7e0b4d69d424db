import type { ModelSettings } from "../../functions/core/model-settings";

/** The settings with an adaptive policy that has a price, and so wants quality signals, of one metric or of any. */
export function pricedSettings(settings: ModelSettings, metric?: string): ModelSettings {
  const adaptive = { price: { steps: 0.5 }, stepMs: 86_400_000, ...(metric !== undefined && { metric }) };
  return { ...settings, policy: { ...settings.policy, adaptive } };
}
