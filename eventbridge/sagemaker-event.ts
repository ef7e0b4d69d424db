import { nearestWord } from "../functions/core/nearest-word";
import { quotedText } from "../functions/core/plain-text";
import {
  type EntryNamed,
  eventNamed,
  SAGEMAKER_EVENTS,
  SAGEMAKER_SOURCE,
  type SageMakerEventName,
} from "../functions/core/sagemaker-events/catalogue";
import type { EventEntry } from "../functions/core/sagemaker-events/event-entry";
import type { EventPattern, PatternValue } from "./event-rule";
import { EventFilterError, type FilteredField, filteredFields } from "./filtered-fields";

/**
 * The pattern of EventBridge for one kind of SageMaker's events: `sagemakerEvent("endpoint", { status: ["FAILED"] })`. Without a
 * filter, all of that kind.
 * @throws EventFilterError that names what is allowed, and the nearest of it, when a value is unknown
 */
export function sagemakerEvent<Name extends SageMakerEventName>(name: Name, filter?: EventFilter<EntryNamed<Name>>): EventPattern {
  return sagemakerEventPattern(name, { ...filter });
}

/**
 * As sagemakerEvent, of a name and a filter that a person wrote in a file.
 * @throws EventFilterError that names what is allowed, and the nearest of it, when the name, a field or a value is unknown
 */
export function sagemakerEventPattern(name: string, filter: Readonly<Record<string, unknown>>): EventPattern {
  const entry = eventNamed(name);
  if (entry === undefined) throw new EventFilterError(unknownName(name));
  return { source: [SAGEMAKER_SOURCE], "detail-type": [entry.detailType], ...nested(filteredFields(entry, filter)) };
}

function unknownName(name: string): string {
  const names = SAGEMAKER_EVENTS.map((entry) => entry.name);
  const nearest = nearestWord(name, names);
  const hint = nearest === undefined ? "" : `did you mean ${nearest}? `;
  return `got the event ${quotedText(name)}, which SageMaker does not send; ${hint}allowed are ${names.join(", ")}`;
}

function nested(fields: readonly FilteredField[]): EventPattern {
  const names = new Set(fields.map(({ path: [outermost = ""] }) => outermost));
  return Object.fromEntries(
    [...names].map((name) => {
      const members = fields.filter(({ path: [outermost] }) => outermost === name);
      const leaf = members.find(({ path }) => path.length === 1);
      return [name, leaf?.values ?? nested(members.map((member) => ({ ...member, path: member.path.slice(1) })))];
    }),
  );
}

/**
 * By the thing's name, whose alternatives add up. Of a name in an ARN the case does not matter, since SageMaker lowers it in some.
 */
interface SubjectFilter {
  readonly name?: string;
  readonly names?: readonly string[];
  /** What names start with, as plain text. */
  readonly prefix?: string;
}

type StatusValue<Entry> = Entry extends { readonly status: { readonly values: readonly (infer Value)[] } } ? Value : never;

/** By what a thing is now, also under the field's own name. */
type StatusFilter<Entry> = Entry extends { readonly status: { readonly path: infer Path extends string } }
  ? { readonly [Key in Path | "status"]?: readonly StatusValue<Entry>[] }
  : unknown;

/** By what a thing was before, also under the field's own name. */
type PreviousStatusFilter<Entry> = Entry extends { readonly previousStatus: infer Path extends string }
  ? { readonly [Key in Path | "previousStatus"]?: readonly StatusValue<Entry>[] }
  : unknown;

type FieldFilter<Entry extends EventEntry> = {
  readonly [Path in keyof Entry["filters"]]?: Entry["filters"][Path] extends readonly (infer Value)[]
    ? readonly Value[]
    : readonly PatternValue[];
};

/**
 * Which events of an entry a pattern matches: those that fit every field that is given, each by one of its alternatives. Statuses
 * are literals of the entry; further fields are named by their paths, such as `ModelApprovalStatus` or
 * `HealthSummary.RepairAction`.
 */
export type EventFilter<Entry extends EventEntry> = SubjectFilter &
  StatusFilter<Entry> &
  PreviousStatusFilter<Entry> &
  FieldFilter<Entry>;
