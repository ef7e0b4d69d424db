import * as z from "zod/mini";
import { type DriftState, driftStateSchema } from "../core/drift/drift-state";
import { type FeatureEvaluation, worstFirst } from "../core/drift/evaluate-drift";
import { type DriftRecord, driftRecordSchema } from "../core/drift/ports";
import { deflatedJson, fromDeflatedJson, MAX_RECORD_BYTES, toDeflatedJson } from "./deflated-json";

/**
 * A model's drift history, and what its reports left to do, as deflated JSON.
 * @throws Error when it is too large, or could not be read back: that would stop the model's evaluations for good
 */
export function encodeDriftState(model: string, state: DriftState): Uint8Array {
  const data = toDeflatedJson(`the drift history of ${model}`, state);
  const readBack = driftStateSchema.safeParse(fromDeflatedJson(data));
  if (readBack.success) return data;
  throw new Error(`the new drift history of ${model} is not valid and was not saved: ${z.prettifyError(readBack.error)}`);
}

/** @throws Error when the bytes are not those of a drift history */
export function decodeDriftState(data: Uint8Array): DriftState {
  return driftStateSchema.parse(fromDeflatedJson(data));
}

/**
 * An evaluation as deflated JSON. One that is too large keeps as many of its features as fit, the worst first, and counts the rest.
 * @throws Error when it could not be read back: that would make the whole log of its model unreadable
 */
export function encodeDriftRecord(record: DriftRecord): Uint8Array {
  const { monitor, reportId } = record.evaluation;
  const what = `the evaluation of the report ${reportId} of ${monitor}`;
  const data = toDeflatedJson(what, fittingRecord(record));
  const readBack = driftRecordSchema.safeParse(fromDeflatedJson(data));
  if (readBack.success) return data;
  throw new Error(`${what} is not valid and was not recorded: ${z.prettifyError(readBack.error)}`);
}

/** @throws Error when the bytes are not those of an evaluation */
export function decodeDriftRecord(data: Uint8Array): DriftRecord {
  return driftRecordSchema.parse(fromDeflatedJson(data));
}

/** The record with the longest run of its features, worst first, that fits. */
function fittingRecord(record: DriftRecord): DriftRecord {
  if (fits(record)) return record;
  const ordered = worstFirst(record.evaluation.features);
  let [least, tooMany] = [0, ordered.length];
  while (tooMany - least > 1) {
    const middle = Math.floor((least + tooMany) / 2);
    if (fits(withFeatures(record, ordered.slice(0, middle)))) least = middle;
    else tooMany = middle;
  }
  return withFeatures(record, ordered.slice(0, least));
}

function fits(record: DriftRecord): boolean {
  return deflatedJson(record).length <= MAX_RECORD_BYTES;
}

/** In the evaluation's own order. */
function withFeatures({ evaluation, omittedFeatures = 0, ...rest }: DriftRecord, kept: readonly FeatureEvaluation[]): DriftRecord {
  const isKept = new Set(kept);
  const features = evaluation.features.filter((feature) => isKept.has(feature));
  const omitted = omittedFeatures + evaluation.features.length - features.length;
  return { ...rest, evaluation: { ...evaluation, features }, omittedFeatures: omitted };
}
