// What the request queue brings for promotion: a version that was registered or changed, and people's answers.
import { isRolloutOrder } from "../coordination/person-answer";
import type { CandidateAnswers } from "../coordination/ports";
import type { ModelSettings } from "../model-settings";
import { changePromotion, promotedModel } from "./change-promotion";
import { answerCandidate } from "./judge-candidate";
import { noticeVersion } from "./observe-version";
import type { PromotionStore } from "./ports";

/** Has a version looked at by the next turn; no effect the second time, or for a model without promotion. */
export async function noticeCandidate(
  ports: { readonly promotions: PromotionStore },
  settings: ModelSettings,
  version: string,
): Promise<void> {
  const model = promotedModel(settings);
  if (model !== undefined) await changePromotion(ports, model, (state) => ({ state: noticeVersion(state, version) }));
}

/** Takes people's answers into the states of promotion; what follows is done by the next turn. */
export function promotionAnswers(ports: { readonly promotions: PromotionStore; readonly now: () => number }): CandidateAnswers {
  return {
    async answer(settings, given) {
      const model = promotedModel(settings);
      if (model === undefined) return isRolloutOrder(given) ? "not-rolling" : "not-waiting";
      const { id, requestId: candidateId, do: deed, by } = given;
      const answer = { id, candidateId, do: deed, by, ...("why" in given && { why: given.why }) };
      const { result } = await changePromotion(ports, model, (state) => answerCandidate(state, model, answer, ports.now()));
      return result;
    },
  };
}
