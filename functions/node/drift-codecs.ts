import * as z from "zod/mini";
import { driftHistorySchema } from "../core/drift/drift-history";
import type { DriftKind } from "../core/drift/drift-report";
import type { DriftState } from "../core/drift/drift-state";
import { type FeatureEvaluation, worstFirst } from "../core/drift/evaluate-drift";
import type { DriftRecord } from "../core/drift/ports";
import { DRIFT_SEVERITIES, SEVERITIES } from "../core/drift/severity";
import { amountSchema, ordinalSchema, timeSchema } from "../core/numbers";
import { trainingRequestSchema } from "../core/training-request";
import { deflatedJson, fromDeflatedJson, MAX_RECORD_BYTES, toDeflatedJson } from "./deflated-json";

const actionSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("record"), severity: z.enum(DRIFT_SEVERITIES), why: z.string() }),
  z.strictObject({ type: z.literal("request"), request: trainingRequestSchema }),
  z.strictObject({ type: z.literal("notify"), subject: z.string(), text: z.string() }),
]);

/** Strict: a field of a newer program may be one that a drift is judged by, so an older one must neither ignore nor erase it. */
const stateSchema = z.strictObject({
  history: driftHistorySchema,
  outbox: z.array(
    z.strictObject({
      number: ordinalSchema,
      reportId: z.string(),
      requestId: z.exactOptional(z.string()),
      action: actionSchema,
    }),
  ),
  actions: amountSchema,
  evaluatedAt: z.exactOptional(timeSchema),
});

/**
 * A model's drift history, and what its reports left to do, as deflated JSON.
 * @throws Error when it is too large, or could not be read back: that would stop the model's evaluations for good
 */
export function encodeDriftState(model: string, state: DriftState): Uint8Array {
  const data = toDeflatedJson(`the drift history of ${model}`, state);
  const readBack = stateSchema.safeParse(fromDeflatedJson(data));
  if (readBack.success) return data;
  throw new Error(`the new drift history of ${model} is not valid and was not saved: ${z.prettifyError(readBack.error)}`);
}

/** @throws Error when the bytes are not those of a drift history */
export function decodeDriftState(data: Uint8Array): DriftState {
  return stateSchema.parse(fromDeflatedJson(data));
}

/** Records outlive the program: a kind that it no longer knows must not make them unreadable. */
const isName = (value: unknown) => typeof value === "string" && value !== "";

const severitySchema = z.enum(SEVERITIES);

const featureSchema = z.object({
  name: z.string(),
  kind: z.custom<DriftKind>(isName),
  sampleSize: z.exactOptional(z.number()),
  outcome: z.enum(["drift", "calm", "insufficient"]),
  metric: z.string(),
  score: z.exactOptional(z.number()),
  threshold: z.exactOptional(z.number()),
  noise: z.exactOptional(z.number()),
  why: z.string(),
  windowSeverity: severitySchema,
  state: z.enum(["none", "suspected", "detected"]),
  severity: severitySchema,
  isRisen: z.boolean(),
});

const recordSchema = z.object({
  evaluation: z.object({
    model: z.string(),
    monitor: z.string(),
    reportId: z.string(),
    window: z.object({ start: timeSchema, end: timeSchema }),
    ignored: z.exactOptional(z.string()),
    severity: severitySchema,
    isRisen: z.boolean(),
    features: z.array(featureSchema),
  }),
  evaluatedAt: timeSchema,
  omittedFeatures: z.exactOptional(amountSchema),
});

/**
 * An evaluation as deflated JSON. One that is too large keeps as many of its features as fit, the worst first, and counts the rest.
 * @throws Error when it could not be read back: that would make the whole log of its model unreadable
 */
export function encodeDriftRecord(record: DriftRecord): Uint8Array {
  const { monitor, reportId } = record.evaluation;
  const what = `the evaluation of the report ${reportId} of ${monitor}`;
  const data = toDeflatedJson(what, fittingRecord(record));
  const readBack = recordSchema.safeParse(fromDeflatedJson(data));
  if (readBack.success) return data;
  throw new Error(`${what} is not valid and was not recorded: ${z.prettifyError(readBack.error)}`);
}

/** @throws Error when the bytes are not those of an evaluation */
export function decodeDriftRecord(data: Uint8Array): DriftRecord {
  return recordSchema.parse(fromDeflatedJson(data));
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
function withFeatures(
  { evaluation, evaluatedAt, omittedFeatures = 0 }: DriftRecord,
  kept: readonly FeatureEvaluation[],
): DriftRecord {
  const isKept = new Set(kept);
  const features = evaluation.features.filter((feature) => isKept.has(feature));
  const omitted = omittedFeatures + evaluation.features.length - features.length;
  return { evaluation: { ...evaluation, features }, evaluatedAt, omittedFeatures: omitted };
}
