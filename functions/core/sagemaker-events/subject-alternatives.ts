import type { PatternValue } from "../event-rules/event-rule";
import type { SubjectField } from "./event-entry";

/** Wildcards and what escapes them; a space is in no name. */
const NO_NAME = /[*\\\s]/;

/** What a filter asks of a subject. */
export interface AskedNames {
  readonly names: readonly string[];
  readonly prefixes: readonly string[];
}

/**
 * The alternatives of a pattern for the names of things, and for what names start with. A name in an ARN is found by the ARN's end, in
 * any case; a beginning of it in the case that is given and in lower case, since wildcards have no way to ignore it.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html
 * @throws Error when a name is empty, or holds a wildcard
 */
export function subjectAlternatives({ arnOf }: SubjectField, { names, prefixes }: AskedNames): PatternValue[] {
  for (const text of [...names, ...prefixes]) requirePlain(text);
  if (arnOf === undefined) return [...names, ...prefixes.map((prefix) => ({ prefix }))];
  return [
    ...names.map((name) => ({ suffix: { "equals-ignore-case": `:${arnOf}/${name}` } })),
    ...prefixes
      .flatMap((prefix) => [...new Set([prefix, prefix.toLowerCase()])])
      .map((prefix) => ({ wildcard: `*:${arnOf}/${prefix}*` })),
  ];
}

function requirePlain(text: string): void {
  if (text !== "" && !NO_NAME.test(text)) return;
  throw new Error(
    `got the name ${JSON.stringify(text)}, allowed is plain text without *, \\ and spaces; for all names that start alike, give what they start with as prefix`,
  );
}
