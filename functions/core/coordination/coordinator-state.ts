import * as z from "zod/mini";
import { amountSchema, timeSchema } from "../numbers";
import { qualityStateSchema } from "../quality/quality-state";
import { isStoredName, type Stored } from "../state-layout";
import { trainingRequestSchema } from "../training-request";
import { decisionSchema, storedInputSchema } from "./decision";
import { utcDay, utcMonth } from "./utc-calendar";

const namesSchema = z.array(z.string());

/** A started run that has not ended. Its reservation is held against the day and month of its start. */
const runSchema = z.object({
  requestId: z.string(),
  /** Known once the start was performed. */
  runId: z.exactOptional(z.string()),
  startedAt: timeSchema,
  /** The start before it, from which the cooldown counts again should this one be taken back. */
  previousStartAt: z.exactOptional(timeSchema),
  reservedUsd: z.number(),
  /** The estimate before the history's correction, which the actual cost is compared with. */
  estimatedUsd: z.number(),
});

/** A deferred request of a model; later ones merge into it. */
const parkedSchema = z.object({
  request: trainingRequestSchema,
  parkedAt: timeSchema,
  /** When to ask again; absent while only an event can help: a run's end, an approval, a resume, more data. */
  dueAt: z.exactOptional(timeSchema),
  /** When its start was taken back. A run of it may exist all the same, so it is asked again as it is, and nothing joins it. */
  withdrawnAt: z.exactOptional(timeSchema),
  /** Who approved it, when it was approved and then had to wait. */
  approvedBy: z.exactOptional(namesSchema),
});

/** Data of a request that ended without a run. It waits for a training that may take it along, as which it is kept. */
const setAsideSchema = z.object({
  request: trainingRequestSchema,
  /** Why the request ended: a RejectReason, or an EndedStart. */
  reason: z.string().check(z.minLength(1)),
  at: timeSchema,
});

const pendingApprovalSchema = z.object({
  request: trainingRequestSchema,
  askedAt: timeSchema,
  expiresAt: timeSchema,
  /** As of a request that waits: its start was taken back before people were asked. */
  withdrawnAt: z.exactOptional(timeSchema),
  approvedBy: namesSchema,
});

/** What is left to do after a decision and was not seen done yet; it may be done again. Its number is unique within the model. */
const pendingEffectSchema = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("start"),
    number: amountSchema,
    request: trainingRequestSchema,
    approvedBy: z.exactOptional(namesSchema),
    /** The run's name, or its token, is made of the deployment's id too. Absent in what was decided before there was one. */
    isNamedByDeployment: z.exactOptional(z.literal(true)),
  }),
  z.object({ type: z.literal("record"), number: amountSchema, decision: decisionSchema }),
  z.object({
    type: z.literal("notify"),
    number: amountSchema,
    subject: z.string(),
    /** Its request may list less than it has; see `omitted`. */
    decision: decisionSchema,
    omitted: z.exactOptional(z.object({ causes: amountSchema, manifests: amountSchema })),
  }),
]);

/** What becomes of the requests that waited through a pause: one training where one can take them, each its own, or none. */
export const CATCH_UPS = ["merged", "all", "skip"] as const;
export type CatchUp = (typeof CATCH_UPS)[number];

/** What came of a person's answer; all but the first two changed nothing. */
export const ANSWER_RESULTS = {
  taken: "it took effect",
  "more-needed": "it was taken, and more people must approve",
  "answered-already": "the same person approved it before; another one must",
  "requested-it": "who asked for a training by hand is not one of those who approve it, where more than one must",
  expired: "its approval has expired",
  "not-waiting": "it does not wait for approval",
  "paused-already": "the model was paused already",
  "not-paused": "the model was not paused",
  "not-blocked": "the model was not blocked by drift",
  "not-running": "no run was held for it",
  "not-rolling": "no rollout of it is in progress, or it has all of the traffic already",
  "going-back": "its rollout goes back to the champion already",
  "not-held": "its rollout was not held",
  "not-allowed": "only those may do it whom promotion.rollout.people names",
} as const;

export type AnswerResult = keyof typeof ANSWER_RESULTS;

/** A person's answer that was handled, under the id of its message. */
const answerRecordSchema = z.object({
  id: z.string(),
  do: z.enum(["approve", "reject", "pause", "resume", "settle", "clear"]),
  requestId: z.exactOptional(z.string()),
  by: z.string(),
  at: timeSchema,
  result: z.custom<AnswerResult>(isStoredName),
});

const daySchema = z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}$/));
const monthSchema = z.string().check(z.regex(/^\d{4}-\d{2}$/));

/** What is counted of other UTC days, or months, newest first: a clock that was wrong may turn to them. A month has no starts. */
const othersSchema = z.array(z.object({ date: z.string(), starts: z.exactOptional(amountSchema), spentUsd: z.number() }));

/** What is recorded for a replay; see replay/recorded-input.ts. No decision depends on it. */
const recordingSchema = z.object({
  /** Digest of those that decided last. */
  settings: z.exactOptional(z.string()),
  /** In which a decision was last recorded with the state before it. */
  month: z.exactOptional(z.string()),
  /** Since the newest decision, oldest first. */
  inputs: z.array(storedInputSchema),
});

/**
 * Everything that decisions about one model depend on. Times are epoch milliseconds, money is USD. Strict: a field of a newer
 * program may be one that forbids to start, so an older one must neither ignore nor erase it.
 */
export const coordinatorStateSchema = z.strictObject({
  runs: z.array(runSchema),
  lastStartAt: z.exactOptional(timeSchema),
  /** Of the UTC day `date`: starts, and the cost of the runs that were started on it and have ended. */
  day: z.object({ date: daySchema, starts: amountSchema, spentUsd: z.number(), others: z.exactOptional(othersSchema) }),
  month: z.object({
    date: monthSchema,
    spentUsd: z.number(),
    others: z.exactOptional(othersSchema),
    /** Here, where an earlier program that does not know it leaves it out, and reads the rest. */
    recording: z.exactOptional(recordingSchema),
  }),
  /** In the order in which they began to wait. */
  parked: z.array(parkedSchema),
  /** In the order in which they ended. */
  setAside: z.exactOptional(z.array(setAsideSchema)),
  approval: z.exactOptional(pendingApprovalSchema),
  paused: z.exactOptional(
    z.object({
      by: z.string(),
      why: z.string(),
      at: timeSchema,
      /** What a person asks for still starts. */
      isFreeze: z.exactOptional(z.literal(true)),
    }),
  ),
  /** The end of the last pause. */
  resumed: z.exactOptional(z.object({ by: z.string(), catchUp: z.enum(CATCH_UPS), at: timeSchema })),
  /** People's newest answers, oldest first: what came of each, and that a repeated delivery of one is known. */
  answers: z.exactOptional(z.array(answerRecordSchema)),
  /** Critical drift: nothing starts by itself until a person approves a training, or clears it. */
  blocked: z.exactOptional(z.object({ requestId: z.string(), at: timeSchema })),
  failures: z.object({ inRow: amountSchema, lastAt: z.exactOptional(timeSchema) }),
  /** Actual over estimated cost of the runs so far, smoothed; 1 before the first. */
  costRatio: z.number(),
  /** How long a successful run takes from its decision to its end, smoothed; absent before the first. */
  usualRunMs: z.exactOptional(z.number().check(z.positive())),
  /** How well the model serves; absent before a policy `adaptive` had its first signal or start. */
  quality: z.exactOptional(qualityStateSchema),
  /** The newest request ids, oldest first; older ones are in the decision log. */
  recentIds: namesSchema,
  outbox: z.array(pendingEffectSchema),
  /** How many effects there have been. */
  effects: amountSchema,
});

export type Run = Stored<typeof runSchema>;
export type Parked = Stored<typeof parkedSchema>;
export type SetAside = Stored<typeof setAsideSchema>;
export type PendingEffect = Stored<typeof pendingEffectSchema>;
export type AnswerRecord = Stored<typeof answerRecordSchema>;
export type CoordinatorState = Stored<typeof coordinatorStateSchema>;

/** What is left to do after a decision, before it has a number. */
export type Effect = PendingEffect extends infer E ? (E extends PendingEffect ? Omit<E, "number"> : never) : never;

export const RECENT_IDS = 50;
export const RECENT_ANSWERS = 20;

/** A model of which nothing was asked yet. */
export function initialState(now: number): CoordinatorState {
  return {
    runs: [],
    day: { date: utcDay(now), starts: 0, spentUsd: 0 },
    month: { date: utcMonth(now), spentUsd: 0 },
    parked: [],
    failures: { inRow: 0 },
    costRatio: 1,
    recentIds: [],
    outbox: [],
    effects: 0,
  };
}
