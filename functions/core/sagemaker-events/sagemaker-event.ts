import type { EventPattern } from "../event-rules/event-rule";
import type { EntryNamed, SageMakerEventName } from "./catalogue";
import { eventNamed, SAGEMAKER_EVENTS, SAGEMAKER_SOURCE } from "./catalogue";
import type { EventFilter } from "./event-filter";
import { type FilteredField, filteredFields } from "./filtered-fields";
import { nearestWord } from "./nearest-word";

/**
 * The pattern of EventBridge for one kind of SageMaker's events: `sagemakerEvent("endpoint", { status: ["FAILED"] })`. Without a filter,
 * all of that kind.
 * @throws Error that names what is allowed, and the nearest of it, when a value is unknown
 */
export function sagemakerEvent<Name extends SageMakerEventName>(name: Name, filter?: EventFilter<EntryNamed<Name>>): EventPattern {
  return sagemakerEventPattern(name, { ...filter });
}

/**
 * As sagemakerEvent, of a name and a filter that a person wrote in a file.
 * @throws Error that names what is allowed, and the nearest of it, when the name, a field or a value is unknown
 */
export function sagemakerEventPattern(name: string, filter: Readonly<Record<string, unknown>>): EventPattern {
  const entry = eventNamed(name);
  if (entry === undefined) throw new Error(unknownName(name));
  return { source: [SAGEMAKER_SOURCE], "detail-type": [entry.detailType], ...nested(filteredFields(entry, filter)) };
}

function unknownName(name: string): string {
  const names = SAGEMAKER_EVENTS.map((entry) => entry.name);
  const nearest = nearestWord(name, names);
  const hint = nearest === undefined ? "" : `did you mean ${nearest}? `;
  return `got the event ${JSON.stringify(name)}, which SageMaker does not send; ${hint}allowed are ${names.join(", ")}`;
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
