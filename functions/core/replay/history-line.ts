import * as z from "zod/mini";
import { driftReportSchema } from "../drift/drift-report";
import { DRIFT_SEVERITIES } from "../drift/severity";
import { modelNameSchema } from "../model-settings";
import { amountSchema, momentSchema } from "../numbers";
import type { Stored } from "../state-layout";
import { trainingRequestSchema } from "../training-request";

/** An id or a name. */
export const textSchema = z.string().check(z.minLength(1), z.maxLength(1024));
/** Share of wrong answers, or another error from 0 to 1. */
export const errorSchema = z.number().check(z.minimum(0), z.maximum(1));
/** How much a value drifted, in whatever unit. */
export const scoreValueSchema = z.number();
/** A trillion: of larger costs the sums may be infinite. */
export const MAX_USD = 1e12;
/** Money, USD. */
export const usdSchema = z.number().check(z.nonnegative(), z.maximum(MAX_USD));
/** Simulated batches take them one batch after the other: of far more objects in a line that would not end. */
export const MAX_LANDED_OBJECTS = 1e7;
/** Objects that landed at once. */
export const landedObjectsSchema = z.int().check(z.nonnegative(), z.maximum(MAX_LANDED_OBJECTS));

const common = { model: modelNameSchema, at: momentSchema };

/** Data landed: one object, or several at once. */
const landedSchema = z.strictObject({
  type: z.literal("landed"),
  ...common,
  /** Of the object; absent where only counts are known. */
  key: z.exactOptional(textSchema),
  /** @default 1 */
  objects: z.exactOptional(landedObjectsSchema),
  /** @default 0 */
  bytes: z.exactOptional(amountSchema),
});

/** A schedule fired. */
const scheduleSchema = z.strictObject({ type: z.literal("schedule"), ...common, name: textSchema });

/** A drift was reported: the whole report, which is evaluated again, or the severity that another program gave it. */
const driftSchema = z.strictObject({
  type: z.literal("drift"),
  ...common,
  monitor: textSchema,
  severity: z.exactOptional(z.enum(DRIFT_SEVERITIES)),
  score: z.exactOptional(scoreValueSchema),
  feature: z.exactOptional(textSchema),
  report: z.exactOptional(driftReportSchema),
});

/** The error of the served model over the time from `from` to `at`. */
const qualitySchema = z.strictObject({
  type: z.literal("quality"),
  ...common,
  /** @default - one step before `at` */
  from: z.exactOptional(momentSchema),
  /** Share of wrong answers, or another error from 0 to 1; lower is better. */
  error: errorSchema,
  /** Labelled rows behind it. */
  rows: z.exactOptional(amountSchema),
  /** The run that trained the model which predicted. @default - the one that served then */
  run: z.exactOptional(textSchema),
  /** When the labels were there. @default - `at` */
  seenAt: z.exactOptional(momentSchema),
});

/** A training, `at` its start. */
const runSchema = z.strictObject({
  type: z.literal("run"),
  ...common,
  run: textSchema,
  endedAt: z.exactOptional(momentSchema),
  /** `running` where the export does not know its end. */
  status: z.enum(["succeeded", "failed", "stopped", "running"]),
  costUsd: z.exactOptional(usdSchema),
  /** Newest data that it was trained on. @default - its start */
  trainedUntil: z.exactOptional(momentSchema),
  /** Errors on labels that it was not trained on: of the model that it made, and of the one that served then. */
  challenger: z.exactOptional(errorSchema),
  champion: z.exactOptional(errorSchema),
});

/** A cell of the error matrix: the error that the model of `run` has, or would have had, on the labels from `from` to `at`. */
const scoreSchema = z.strictObject({
  type: z.literal("score"),
  ...common,
  run: textSchema,
  from: z.exactOptional(momentSchema),
  error: errorSchema,
  rows: z.exactOptional(amountSchema),
});

/** A request as the coordinator got it, of a recorded deployment or local run. */
const requestSchema = z.strictObject({ type: z.literal("request"), ...common, request: trainingRequestSchema });

/**
 * One line of a history: something that happened to a model. A history is a file of JSON Lines, in the order of `at`; each line is
 * one of these types.
 */
export const historyLineSchema = z.discriminatedUnion("type", [
  landedSchema,
  scheduleSchema,
  driftSchema,
  qualitySchema,
  runSchema,
  scoreSchema,
  requestSchema,
]);

export type HistoryLine = Stored<typeof historyLineSchema>;
export type HistoryLineType = HistoryLine["type"];
export type HistoryLineOf<T extends HistoryLineType> = Extract<HistoryLine, { readonly type: T }>;

/** The types of lines, as a record that misses none. */
const TYPES: Readonly<Record<HistoryLineType, true>> = {
  landed: true,
  schedule: true,
  drift: true,
  quality: true,
  run: true,
  score: true,
  request: true,
};

export const HISTORY_LINE_TYPES = Object.keys(TYPES);

/** How far behind a later line one may stand, milliseconds: what is further out of order is refused, with its line. */
export const MAX_DISORDER_MS = 3_600_000;
