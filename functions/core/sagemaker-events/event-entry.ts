import type * as z from "zod/mini";

/**
 * Where a field of `detail` lies: names from the outside in, joined by dots, such as `HealthSummary.HealthStatus`. A list on the way
 * stands for all of its items, as it does in a pattern. None of SageMaker's names holds a dot.
 */
export type FieldPath = string;

/** A status field, and the values that it is known to take, in the spelling of events: `IN_SERVICE` where the API says `InService`. */
export interface StatusField {
  readonly path: FieldPath;
  readonly values: readonly string[];
}

/**
 * What names the thing: a field of detail; with `arnOf`, what follows that resource type in an ARN, `churn` of `…:pipeline/churn`; without
 * a path, in the first such ARN among the envelope's resources.
 */
export interface SubjectField {
  readonly path?: FieldPath;
  readonly arnOf?: string;
}

/** Further fields that a pattern may filter by: with their known values, or by any value and operator of EventBridge. */
export type FilterFields = Readonly<Record<FieldPath, readonly string[] | "any">>;

/**
 * One kind of event that SageMaker sends to EventBridge: best effort, perhaps several times.
 * https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-sagemaker.html
 */
export interface EventEntry {
  /** As people write it, in kebab-case. */
  readonly name: string;
  /** Exact. */
  readonly detailType: string;
  /** The fields that are worth reading; others pass unread. */
  readonly detail: z.ZodMiniObject<z.core.$ZodShape, z.core.$loose>;
  readonly subject: SubjectField;
  readonly status?: StatusField;
  /** Takes the values of the status. */
  readonly previousStatus?: FieldPath;
  readonly filters: FilterFields;
  /** What tells two changes of a thing to the same status apart, beside their time: the run, the secondary status, the approval. */
  readonly tellsApart: readonly FieldPath[];
  /** When the thing changed: the first of these fields that is there, or else the envelope's time. */
  readonly times: readonly FieldPath[];
  /** For a change that happens once: times that are there before it and stay, by which its repetitions are known when `times` are missing. */
  readonly onceSince?: readonly FieldPath[];
}
