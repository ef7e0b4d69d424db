import type { ModelSettingsSource } from "../../core/model-settings";
import type { PromotionPorts } from "../../core/promotion/promote-model";
import { promotionTurns } from "../../core/promotion/promote-models";

export type PromoterPorts = PromotionPorts & { readonly settings: ModelSettingsSource };

/** Vertex AI tells nobody of a new version. */
const PACE = { againMs: 120_000, retryMs: 60_000 };

/** Handler of the tick that drives promotion. Rejects, after every model had its turn, when one failed. */
export function createPromoter(ports: PromoterPorts): () => Promise<void> {
  return promotionTurns(ports, PACE);
}
