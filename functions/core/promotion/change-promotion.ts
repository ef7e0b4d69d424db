import type { ModelSettings } from "../model-settings";
import { changeRecord } from "../versioned-store";
import { alignedState } from "./observe-version";
import type { PromotionStore } from "./ports";
import type { PromotedModel } from "./promotion-effects";
import { initialPromotion, type PromotionState } from "./promotion-state";

/** The model as promotion sees it; undefined for one without promotion. */
export function promotedModel({ model, policy, promotion, limits }: ModelSettings): PromotedModel | undefined {
  return promotion && { model, policy, promotion, ...(limits !== undefined && { limits }) };
}

/**
 * Changes the state of a model's promotion, as far as it is about the settings of now, by compare and set. Unchanged is not saved.
 */
export async function changePromotion<C extends { readonly state: PromotionState }>(
  { promotions }: { readonly promotions: PromotionStore },
  model: PromotedModel,
  change: (state: PromotionState) => C,
): Promise<C> {
  const { registry, guardrails } = model.promotion;
  const initial = () => initialPromotion(registry, guardrails.goldenSet.sha256);
  return await changeRecord(promotions, model.model, initial, (before) => change(alignedState(before, model)));
}
