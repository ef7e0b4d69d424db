import * as z from "zod/mini";
import { amountSchema, ordinalSchema } from "../numbers";
import { rolloutSettingsSchema } from "./rollout/rollout-settings";

const textSchema = z.string().check(z.minLength(1), z.maxLength(1024));

/** 64 hexadecimal digits of a file's SHA-256. */
export const sha256Schema = z.string().check(z.regex(/^[0-9a-f]{64}$/, { error: "expected 64 hexadecimal digits" }));

/** A share of a whole, 0 to 1. */
const shareSchema = z.number().check(z.minimum(0), z.maximum(1));

/** The metrics that a comparison can compute from rows; others are read from the evaluation alone. */
export const ROW_METRICS = ["accuracy", "auc", "f1", "rmse"] as const;
export type RowMetric = (typeof ROW_METRICS)[number];

const metricSchema = z.object({
  /** As the evaluation names it, such as `accuracy`, `auc` or `rmse`. */
  name: z.string().check(z.minLength(1), z.maxLength(64)),
  /** Which of two values is the better one. */
  direction: z.enum(["higher", "lower"]),
  /** How much worse than the champion, or the baseline, a candidate may be, in the metric's units; 0 or more. */
  margin: z.number().check(z.nonnegative()),
  /** The worst value that is allowed, whatever the others have: a least value, or a greatest one where lower is better. */
  floor: z.exactOptional(z.number()),
});

/** What a candidate is held to. */
const guardrailPolicySchema = z.object({
  /** The data that every candidate is evaluated on; it is never updated, so another digest is a refusal. */
  goldenSet: z.object({ sha256: sha256Schema, rows: ordinalSchema }),
  /** The first one is the main one, by which the chain of promotions is judged. */
  metrics: z.array(metricSchema).check(z.minLength(1), z.maxLength(10)),
  /** One-sided confidence of every comparison, such as 0.95. */
  confidence: z.number().check(z.gt(0.5), z.lt(1)),
  /** Version of the inputs that the model must be made for; absent where none is declared. */
  schemaVersion: z.exactOptional(z.string().check(z.minLength(1), z.maxLength(64))),
  /** The evaluation that never moves, beside the champion's; absent where there is none. */
  baseline: z.exactOptional(z.object({ uri: textSchema, sha256: sha256Schema })),
  /** Columns of the golden set's rows within which the candidate must not be worse either. */
  slices: z.object({ columns: z.array(textSchema).check(z.maxLength(20)), minRows: ordinalSchema }),
  /** Greatest Jensen-Shannon divergence (base 2, 0 to 1) of the candidate's predictions from the champion's on the same inputs. */
  predictionShift: shareSchema,
  /** Of the candidate's errors, and only when there are so many: greatest share that one kind may have more than the champion's. */
  systematicErrors: z.object({ minErrors: ordinalSchema, maxExcess: shareSchema }),
  /** A model that was trained on less is a trial, not a candidate. */
  training: z.object({ minRows: amountSchema, minShareOfDataSet: shareSchema }),
  /** After so many promotions in a row without a gain automatic training is frozen. */
  chain: z.object({ promotions: ordinalSchema }),
  /** What becomes of a candidate of which something is not known: `pass` passes it where the point estimate is not worse. */
  notKnown: z.enum(["pass", "ask"]),
});

/** A fixed hold-out from before the loop, which goes into every run. */
const trainingMixSchema = z.object({
  /** Manifest that lists the objects of the hold-out. */
  baseline: textSchema,
  /** Of the manifest's bytes, so that nobody changes the hold-out unseen; absent where they are not compared. */
  sha256: z.exactOptional(sha256Schema),
  /** Part of a run's data that the hold-out is to be, by objects or bytes. */
  share: z.number().check(z.gt(0), z.lt(1)),
  by: z.enum(["objects", "bytes"]),
  /** Whether a run that cannot have the hold-out is refused. */
  isRequired: z.boolean(),
});

/** How the candidates of a model are judged, and by whom they are approved. */
export const promotionSettingsSchema = z.object({
  /** Where candidates are registered: a model package group's name, or `projects/…/locations/…/models/…`. */
  registry: textSchema,
  /** Where evaluations are read from: what lies elsewhere is not. */
  evaluations: z.object({ bucket: textSchema, prefix: z.string() }),
  guardrails: guardrailPolicySchema,
  approval: z.object({
    /** `on-drift`: when the run behind the candidate was asked for by high or critical drift, or is not known. */
    needed: z.enum(["never", "on-drift", "always"]),
    approvers: z.int().check(z.minimum(1), z.maximum(2)),
    /** Whether the role that judges and rejects may not approve: another one does that. */
    isSeparate: z.boolean(),
  }),
  mix: z.exactOptional(trainingMixSchema),
  /** How the endpoint's traffic goes over to a candidate that may serve; absent where others deploy it. */
  rollout: z.exactOptional(rolloutSettingsSchema),
});

export type GuardrailPolicy = z.infer<typeof guardrailPolicySchema>;
export type MetricPolicy = z.infer<typeof metricSchema>;
export type TrainingMixPolicy = z.infer<typeof trainingMixSchema>;
export type PromotionSettings = z.infer<typeof promotionSettingsSchema>;
