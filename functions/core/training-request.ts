import * as z from "zod/mini";
import { amountSchema, ordinalSchema, timeSchema } from "./numbers";
import type { Stored } from "./state-layout";

const textSchema = z.string().check(z.minLength(1), z.maxLength(256));

/** What a rule may take from an event for the record: so many entries, each named like this. */
export const MAX_METADATA = 20;
export const metadataNameSchema = z.string().check(z.regex(/^[A-Za-z][A-Za-z0-9_-]{0,63}$/));

const metadataSchema = z
  .record(metadataNameSchema, z.string().check(z.maxLength(256)))
  .check(z.refine((metadata) => Object.keys(metadata).length <= MAX_METADATA, { error: `more than ${MAX_METADATA} entries` }));

/** Why a training is asked for. Each kind of trigger adds its variant. */
export const causeSchema = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("data"),
    generation: ordinalSchema,
    reason: z.enum(["size", "window", "quiet"]),
    openedAt: timeSchema,
    sealedAt: timeSchema,
  }),
  z.object({ type: z.literal("schedule"), name: textSchema, firedAt: timeSchema }),
  z.object({
    type: z.literal("drift"),
    severity: z.enum(["low", "medium", "high", "critical"]),
    score: z.number(),
    /** The one that drifted most. */
    feature: z.exactOptional(textSchema),
  }),
  z.object({ type: z.literal("manual"), by: textSchema, why: textSchema }),
  z.object({
    type: z.literal("event"),
    rule: textSchema,
    /** Kind of the event: its detail-type. */
    event: textSchema,
    /** What the event is about: of SageMaker the name, and the status it came to; of others the ARN. */
    subject: textSchema,
    /** What the rule took from it; left out where the request was merged into another, as its own record has it. */
    metadata: z.exactOptional(metadataSchema),
    /** When the event happened. */
    at: timeSchema,
  }),
  z.object({
    type: z.literal("quality"),
    /** Who measured the error, and what was measured; absent where the clock asks. */
    monitor: z.exactOptional(textSchema),
    metric: z.exactOptional(textSchema),
    /** The one that was measured, 0 to 1, lower is better; absent where the clock asks. */
    error: z.exactOptional(z.number().check(z.minimum(0), z.maximum(1))),
    /** End of the time that labels tell of; absent where none came. */
    until: z.exactOptional(timeSchema),
    /** Excess error since the model serves, and the price of a training, in steps of full error; absent where not known. */
    debt: z.exactOptional(z.number()),
    price: z.exactOptional(z.number().check(z.nonnegative())),
  }),
]);

/** A published list of objects to train on. */
const manifestSchema = z.object({
  uri: z.string().check(z.minLength(1), z.maxLength(1024)),
  objects: amountSchema,
  bytes: amountSchema,
  /** Of the list's bytes, as its publisher wrote it. */
  digest: z.exactOptional(z.string().check(z.regex(/^[0-9a-f]{16,64}$/))),
});

/** Id of a request: `<what asks>/<model>/<what tells it apart>`. */
export const requestIdSchema = z.string().check(z.regex(/^[a-z]+\/[a-z][a-z0-9-]{0,39}\/[A-Za-z0-9._/-]{1,160}$/));

/** Ended requests whose data one request may take along. */
export const MAX_TAKEN = 20;

/** The highest priority with which each kind of cause asked. */
const askedBySchema = z.object({
  data: z.exactOptional(z.int()),
  schedule: z.exactOptional(z.int()),
  drift: z.exactOptional(z.int()),
  manual: z.exactOptional(z.int()),
  event: z.exactOptional(z.int()),
  quality: z.exactOptional(z.int()),
});

/** The one form that every cause of a training takes; times are epoch milliseconds. */
export const trainingRequestSchema = z.object({
  id: requestIdSchema,
  model: z.string().check(z.minLength(1), z.maxLength(40)),
  causes: z.array(causeSchema).check(z.minLength(1), z.maxLength(1000)),
  /** Highest 1 to lowest 5; another one is rejected with a record. */
  priority: z.int(),
  manifests: z.array(manifestSchema).check(z.maxLength(1000)),
  requestedAt: timeSchema,
  /** A person must approve it, where the model's policy asks for approval on request. */
  needsApproval: z.exactOptional(z.boolean()),
  /** Drift so critical that nothing starts by itself any more, and this only by a person's approval, until one clears it. */
  blocks: z.exactOptional(z.boolean()),
  /** How many causes merged into this request beyond those listed; each is in the decision log. */
  omittedCauses: z.exactOptional(amountSchema),
  /** What asked, of all that merged into this request, listed or not; absent where nothing merged, and the causes tell. */
  askedBy: z.exactOptional(askedBySchema),
  /** Ended requests, whose data this one takes along. */
  takesAlong: z.exactOptional(z.array(requestIdSchema).check(z.maxLength(MAX_TAKEN))),
});

export type Manifest = Stored<typeof manifestSchema>;
export type Cause = Stored<typeof causeSchema>;
export type TrainingRequest = Stored<typeof trainingRequestSchema>;
export type CauseType = Cause["type"];

/** With which priority each kind of cause asked for a training. */
export function askedBy({ askedBy, causes, priority }: TrainingRequest): Readonly<Partial<Record<CauseType, number>>> {
  return askedBy ?? Object.fromEntries(causes.map(({ type }) => [type, priority]));
}

/** Priority of a request that new data raises, when the model's policy names none. */
export const DATA_PRIORITY = 4;

/** Priority of a request that a quality signal raises. */
export const QUALITY_PRIORITY = 4;

/** Port: the one queue that every cause writes to. Delivers at least once, so a request id may arrive more than once. */
export interface RequestQueue {
  send(request: TrainingRequest): Promise<void>;
}
