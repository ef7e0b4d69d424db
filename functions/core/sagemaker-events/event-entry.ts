import * as z from "zod/mini";
import { momentOf } from "../drift/sources/source-report";
import { LAST_MOMENT_MS } from "../numbers";

/**
 * Where a field of `detail` lies: names from the outside in, joined by dots, such as `HealthSummary.HealthStatus`. A list on the
 * way stands for all of its items, as it does in a pattern. None of SageMaker's names holds a dot.
 */
export type FieldPath = string;

/**
 * A status field, and the values that it is known to take, in the spelling of events: `IN_SERVICE` where the API says `InService`.
 */
interface StatusField {
  readonly path: FieldPath;
  readonly values: readonly string[];
}

/**
 * What names the thing: a field of detail; with `arnOf`, what follows that resource type in an ARN, `churn` of `…:pipeline/churn`;
 * without a path, in the first such ARN among the envelope's resources.
 */
export interface SubjectField {
  readonly path?: FieldPath;
  readonly arnOf?: string;
}

/** Further fields that a pattern may filter by: with their known values, or by any value and operator of EventBridge. */
type FilterFields = Readonly<Record<FieldPath, readonly string[] | "any">>;

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
  /**
   * For a change that happens once: times that are there before it and stay, by which its repetitions are known when `times` are
   * missing.
   */
  readonly onceSince?: readonly FieldPath[];
}

/** Epoch seconds or milliseconds as a text, which training and tuning jobs write. */
const NUMBER = /^\d{1,16}(?:\.\d{1,9})?$/;

/**
 * A time of an event, as a Date. SageMaker writes epoch milliseconds, epoch seconds, either of them as a text, and ISO 8601, which
 * is UTC where it names no offset; numbers below 1e11 are seconds. Times before 1970 and after the year 275760 are none.
 */
export const eventTimeSchema = z.pipe(
  z.union([z.number(), z.string()]).check(z.describe("Epoch seconds or milliseconds, as a number or a text, or ISO 8601")),
  z.transform((time: number | string, context) => {
    const ms = momentOf(typeof time === "string" && NUMBER.test(time) ? Number(time) : time);
    if (ms !== undefined && ms <= LAST_MOMENT_MS) return new Date(ms);
    context.issues.push({ code: "custom", message: "expected epoch seconds or milliseconds, or ISO 8601", input: time });
    return z.NEVER;
  }),
);

/** A field without which the event would not tell what it is about. */
export const requiredText = z.string().check(z.minLength(1));

/** Fields that an event may leave out, or write as null, which SageMaker does with what is not there yet. */
export const optionalText = z.nullish(z.string());
export const optionalNumber = z.nullish(z.number());
export const optionalTime = z.nullish(eventTimeSchema);

/** A status: any text, since the cloud invents new ones; the known values are what editors complete. */
export function statusText(values: readonly string[]) {
  return z.string().check(z.minLength(1), z.meta(knownValues(values)));
}

/** A status that an event may leave out, or write as null or empty. */
export function optionalStatus(values: readonly string[]) {
  return z.nullish(z.string().check(z.meta(knownValues(values))));
}

function knownValues(values: readonly string[]) {
  return { description: `Known: ${values.join(", ")}`, examples: [...values] };
}

/** The values that lie under a path, of every item where there is a list on the way; empty when there are none. */
export function valuesAt(detail: unknown, path: FieldPath): unknown[] {
  return path.split(".").reduce<unknown[]>((values, name) => values.flatMap((value) => ownValues(value, name)), [detail]);
}

function ownValues(value: unknown, name: string): unknown[] {
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return [];
  const inner: unknown = Reflect.get(value, name);
  return (Array.isArray(inner) ? inner : [inner]).filter((item) => item !== undefined && item !== null);
}

/** The texts among those values; an empty one is none, which some events write for what is not there. */
export function textsAt(detail: unknown, path: FieldPath): string[] {
  return valuesAt(detail, path).filter((value): value is string => typeof value === "string" && value !== "");
}

/** The first of those fields that holds a time. */
export function firstDate(detail: unknown, paths: readonly FieldPath[]): Date | undefined {
  return paths.flatMap((path) => valuesAt(detail, path)).find((value) => value instanceof Date);
}
