import { PoisonMessageError } from "../../functions/core/errors";
import type { ModelSettings } from "../../functions/core/model-settings";
import type { Diagnosis } from "./dead-letters";

/** Of a message that its function can read: what failed was around it, and its log tells. */
export const FUNCTION_FAILED = "sound, but its function failed each time";

/**
 * Reads a message again as its function does: what the function refuses for ever is broken.
 * @param read resolves the models that the message concerns, or throws as the function would
 */
export function examineLetter(read: () => readonly string[]): Diagnosis {
  try {
    return { kind: "curable", reason: FUNCTION_FAILED, models: [...new Set(read())] };
  } catch (error) {
    // whatever else a parser throws at a hostile text, it throws again
    const reason = error instanceof PoisonMessageError ? error.message : `cannot be read: ${String(error)}`;
    return { kind: "broken", reason, models: [] };
  }
}

/** Adds to a sound message of an object how long its models' ledgers know it again; of any other, nothing needs to be known. */
export function withMemory(diagnosis: Diagnosis, sentAt: number, models: readonly ModelSettings[]): Diagnosis {
  const concerned = models.filter(({ model }) => diagnosis.models.includes(model));
  if (diagnosis.kind !== "curable" || concerned.length === 0) return diagnosis;
  const horizonMs = Math.min(...concerned.map(({ batch }) => batch.dedupeHorizonMs));
  return { ...diagnosis, rememberedUntil: sentAt + horizonMs };
}
