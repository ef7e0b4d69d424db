import { UnreadableWidget } from "./panel";

/** One of these values, of a label. */
export interface FilterClause {
  readonly label: string;
  readonly values: readonly string[];
}

/** A text as JSON writes it. */
const TEXT = String.raw`"(?:[^"\\\p{Cc}]|\\["\\/bfnrt]|\\u[\da-fA-F]{4}|[\x7f-\x9f])*"`;
const CLAUSE = new RegExp(
  String.raw`([\w.]+)\s*=\s*(${TEXT}|one_of\(${TEXT}(?:, ${TEXT})*\)|\(${TEXT}(?: OR ${TEXT})*\))(?: AND |$)`,
  "uy",
);

/**
 * The clauses of a filter, all of which must hold; only `=` of a text, or of several: in a metric's filter `one_of("a", "b")`,
 * in one of the log `("a" OR "b")`. https://cloud.google.com/monitoring/api/v3/filters and
 * https://cloud.google.com/logging/docs/view/logging-query-language
 * @throws UnreadableWidget when it says anything else
 */
export function parseFilter(filter: string): FilterClause[] {
  const clauses: FilterClause[] = [];
  let end = 0;
  while (end < filter.length) {
    CLAUSE.lastIndex = end;
    const [whole, label, values] = CLAUSE.exec(filter) ?? [];
    if (whole === undefined || label === undefined || values === undefined)
      throw new UnreadableWidget(
        `the filter ${filter}; expected label="value" or label=one_of("value", …) or label=("value" OR …), joined by AND`,
      );
    const texts = [...values.matchAll(new RegExp(TEXT, "gu"))].map(([text]): string => JSON.parse(text));
    clauses.push({ label: label.replace(/^(metric|resource)\.labels\./, "$1.label."), values: texts });
    end += whole.length;
  }
  return clauses;
}

/** True when every clause holds for the labels. */
export function isMatched(labels: Readonly<Record<string, string>>, clauses: readonly FilterClause[]): boolean {
  return clauses.every(({ label, values }) => Object.hasOwn(labels, label) && values.includes(labels[label] ?? ""));
}
