import type { EventEntry, FieldPath } from "./event-entry";
import { nearestWord } from "./nearest-word";
import { textsAt } from "./values-at";

/** New values that are named per field: a list may hold any number. */
const NAMED_VALUES = 5;
const SHOWN_CHARACTERS = 80;

/** Of the fields with known values, warnings of other ones, such as a status that the cloud invented since. */
export function newValues(entry: EventEntry, detail: unknown): string[] {
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
