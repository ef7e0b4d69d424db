import type { ModelSettingsSource } from "../../core/model-settings";
import type { PromotionPorts } from "../../core/promotion/promote-model";
import { performingTurns, promotionTurns } from "../../core/promotion/promote-models";

export type PromoterPorts = PromotionPorts & { readonly settings: ModelSettingsSource };

/** Events tell of most versions; they are best effort. */
const PACE = { againMs: 600_000, retryMs: 60_000 };

/** Handler of the tick that drives promotion. Rejects, after every model had its turn, when one failed. */
export function createPromoter(ports: PromoterPorts): () => Promise<void> {
  return promotionTurns(ports, PACE);
}

/** Handler of the tick of the function that may approve, where the one that judges may not. */
export function createApprover(ports: PromoterPorts): () => Promise<void> {
  return performingTurns(ports);
}
