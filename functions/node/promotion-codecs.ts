import * as z from "zod/mini";
import {
  type CandidateRecord,
  candidateRecordSchema,
  type PromotionState,
  promotionStateSchema,
} from "../core/promotion/promotion-state";
import { fromDeflatedJson, toDeflatedJson } from "./deflated-json";

/**
 * The state of a model's promotion as deflated JSON.
 * @throws Error when it is too large, or could not be read back: that would stop the model's promotion for good
 */
export function encodePromotion(model: string, state: PromotionState): Uint8Array {
  const data = toDeflatedJson(`the state of the promotion of ${model}`, state);
  const readBack = promotionStateSchema.safeParse(fromDeflatedJson(data));
  if (readBack.success) return data;
  throw new Error(`the new state of the promotion of ${model} is not valid and was not saved: ${z.prettifyError(readBack.error)}`);
}

/** @throws Error when the bytes are not those of a promotion's state */
export function decodePromotion(data: Uint8Array): PromotionState {
  return promotionStateSchema.parse(fromDeflatedJson(data));
}

/**
 * A step of a candidate as deflated JSON.
 * @throws Error when it is too large, or could not be read back: that would make the whole log of its model unreadable
 */
export function encodeCandidateRecord(record: CandidateRecord): Uint8Array {
  const what = `step ${record.number} of ${record.candidate.id}`;
  const data = toDeflatedJson(what, record);
  const readBack = candidateRecordSchema.safeParse(fromDeflatedJson(data));
  if (readBack.success) return data;
  throw new Error(`${what} is not valid and was not recorded: ${z.prettifyError(readBack.error)}`);
}

/** @throws Error when the bytes are not those of a step of a candidate */
export function decodeCandidateRecord(data: Uint8Array): CandidateRecord {
  return candidateRecordSchema.parse(fromDeflatedJson(data));
}

const DIGITS = 16;

/** What names a step among those of its model, so that texts sort as the candidates were registered, and then as their steps. */
export function candidateOrder({ candidate, number }: CandidateRecord): string {
  const { registeredAt, id } = candidate;
  return `${String(registeredAt).padStart(DIGITS, "0")}#${id}#${String(number).padStart(DIGITS, "0")}`;
}
