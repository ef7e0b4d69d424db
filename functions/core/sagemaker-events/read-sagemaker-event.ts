import * as z from "zod/mini";
import { reportProblems } from "../drift/drift-report";
import { nearestWord } from "../nearest-word";
import {
  type CatalogueEntry,
  type EntryNamed,
  eventOfDetailType,
  SAGEMAKER_EVENTS,
  SAGEMAKER_SOURCE,
  type SageMakerEventName,
} from "./catalogue";
import { type EventEntry, eventTimeSchema, type FieldPath, firstDate, requiredText, textsAt } from "./event-entry";

/** Of a text of the event in a message. */
const SHOWN_CHARACTERS = 80;

/** An event that the catalogue knows. */
interface KnownEvent<Name extends SageMakerEventName> {
  readonly isKnown: true;
  readonly name: Name;
  /** The name of the thing; of a pipeline's run or step, the pipeline's. */
  readonly subject: string;
  /** In the spelling of events; undefined for a kind without one, and where the event leaves it out. */
  readonly status?: string;
  readonly previousStatus?: string;
  /** When the thing changed, or else when the event was sent. */
  readonly at: Date;
  /** Times as dates; what the catalogue does not know as it came. */
  readonly detail: z.output<EntryNamed<Name>["detail"]>;
  readonly region: string;
  readonly account: string;
  /** Values that are new to the catalogue. */
  readonly warnings: readonly string[];
}

/** An event of any name, told apart by it. */
export type KnownSageMakerEvent = EventOf<SageMakerEventName>;

type EventOf<Name extends SageMakerEventName> = Name extends SageMakerEventName ? KnownEvent<Name> : never;

/** An event that says nothing which the catalogue could read, and why. */
interface UnknownSageMakerEvent {
  readonly isKnown: false;
  readonly why: string;
}

/** What an event says. */
export type SageMakerEventReading = KnownSageMakerEvent | UnknownSageMakerEvent;

/** What is expected of an event beside its shape. */
export interface ReadingOptions {
  /** The account that events may come from, 12 digits; any, when it is left out. */
  readonly account?: string;
}

/**
 * Reads an event of EventBridge. It throws for no JSON document whatsoever: what is no event of SageMaker, not in the catalogue,
 * broken or of another account is unknown, with the reason. A status that is new to the catalogue is a warning only.
 */
export function readSageMakerEvent(event: unknown, { account }: ReadingOptions = {}): SageMakerEventReading {
  const envelope = envelopeSchema.safeParse(event);
  if (!envelope.success) return unknown(reportProblems(event, envelope.error.issues));
  if (account !== undefined && envelope.data.account !== account) {
    const got = envelope.data.account.slice(0, SHOWN_CHARACTERS);
    return unknown(`account: got ${got}, expected ${account}: the event is of another account`);
  }
  const entry = eventOfDetailType(envelope.data["detail-type"]);
  if (entry === undefined) return unknown(unknownDetailType(envelope.data["detail-type"]));
  const detail = entry.detail.safeParse(envelope.data.detail);
  if (!detail.success) return unknown(`detail of ${entry.name}: ${reportProblems(envelope.data.detail, detail.error.issues)}`);
  const subject = subjectOf(entry, detail.data, envelope.data.resources);
  if (subject === undefined) return unknown(`${entry.name}: ${missingSubject(entry)}`);
  return knownEvent(entry, { ...envelope.data, subject, detail: detail.data });
}

interface ReadEvent extends z.output<typeof envelopeSchema> {
  readonly subject: string;
}

function knownEvent(entry: CatalogueEntry, { subject, detail, time, region, account }: ReadEvent): KnownSageMakerEvent {
  const { status, previousStatus, times }: EventEntry = entry;
  const at = firstDate(detail, times) ?? time;
  const [now, before] = [status?.path, previousStatus].map((path) => (path === undefined ? undefined : textsAt(detail, path)[0]));
  // The detail was read by the entry's own schema, which the compiler cannot follow through the union of all entries.
  return {
    isKnown: true,
    name: entry.name,
    subject,
    ...(now !== undefined && { status: now }),
    ...(before !== undefined && { previousStatus: before }),
    at,
    detail,
    region,
    account,
    warnings: newValues(entry, detail),
  } as KnownSageMakerEvent;
}

function unknown(why: string): UnknownSageMakerEvent {
  return { isKnown: false, why };
}

function unknownDetailType(detailType: string): string {
  const nearest = nearestWord(
    detailType,
    SAGEMAKER_EVENTS.map((entry) => entry.detailType),
  );
  const hint = nearest === undefined ? "" : `; the nearest is ${JSON.stringify(nearest)}`;
  return `detail-type: got ${JSON.stringify(detailType.slice(0, SHOWN_CHARACTERS))}, which the catalogue does not know${hint}`;
}

/**
 * What EventBridge wraps around every event of SageMaker.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html
 */
const envelopeSchema = z.looseObject({
  source: z.literal(SAGEMAKER_SOURCE),
  "detail-type": requiredText,
  account: requiredText.check(z.describe("12 digits")),
  region: requiredText,
  time: eventTimeSchema,
  resources: z._default(z.array(z.string()), []).check(z.describe("ARNs")),
  detail: z.optional(z.unknown()),
});

/** The whole event of an entry, for a JSON Schema of it. */
export function eventSchema({ detailType, detail }: EventEntry) {
  return z.extend(envelopeSchema, { "detail-type": z.literal(detailType), detail });
}

/** The name of the thing that an event is about; undefined when its field, or the ARN that would hold it, is not there. */
function subjectOf({ subject }: EventEntry, detail: unknown, resources: readonly string[]): string | undefined {
  const texts = subject.path === undefined ? resources : textsAt(detail, subject.path);
  const { arnOf } = subject;
  return arnOf === undefined ? texts[0] : texts.flatMap((arn) => nameInArn(arn, arnOf) ?? [])[0];
}

/** Why an event has no subject. */
function missingSubject({ subject: { path, arnOf } }: EventEntry): string {
  const place = path === undefined ? "resources" : `detail.${path}`;
  return `${place}: expected ${arnOf === undefined ? "a name" : `an ARN such as arn:aws:sagemaker:<region>:<account>:${arnOf}/<name>`}`;
}

/** What follows the resource type: `churn/18` of `arn:aws:sagemaker:eu-west-1:123456789012:model-package/churn/18`. */
function nameInArn(arn: string, type: string): string | undefined {
  const [scheme, , service, , , ...rest] = arn.split(":");
  const resource = rest.join(":");
  const isOfType = scheme === "arn" && service === "sagemaker" && resource.startsWith(`${type}/`);
  return isOfType ? resource.slice(type.length + 1) || undefined : undefined;
}

/** New values that are named per field: a list may hold any number. */
const NAMED_VALUES = 5;

/** Of the fields with known values, warnings of other ones, such as a status that the cloud invented since. */
function newValues(entry: EventEntry, detail: unknown): string[] {
  return fieldsWithValues(entry).flatMap(([path, known]) =>
    [...new Set(textsAt(detail, path))]
      .filter((value) => !known.includes(value))
      .slice(0, NAMED_VALUES)
      .map((value) => warning(path, value, known)),
  );
}

function fieldsWithValues({ status, previousStatus, filters }: EventEntry): [FieldPath, readonly string[]][] {
  const statuses: [FieldPath, readonly string[]][] = status ? [[status.path, status.values]] : [];
  const previous: typeof statuses = status && previousStatus !== undefined ? [[previousStatus, status.values]] : [];
  return [
    ...statuses,
    ...previous,
    ...Object.entries(filters).flatMap<(typeof statuses)[number]>(([path, values]) => (values === "any" ? [] : [[path, values]])),
  ];
}

function warning(path: FieldPath, value: string, known: readonly string[]): string {
  const nearest = nearestWord(value, known);
  const hint = nearest === undefined ? "" : `; the nearest is ${nearest}`;
  return `${path}: got ${JSON.stringify(value.slice(0, SHOWN_CHARACTERS))}, which is new: known are ${known.join(", ")}${hint}`;
}
