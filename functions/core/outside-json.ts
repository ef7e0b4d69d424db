// JSON that others wrote. A parser makes hundreds of bytes of a few characters such as `{},`, and a schema as many again of every
// element that it complains of, so sizes are looked at first, and of many complaints only the first are made.
import * as z from "zod/mini";

/** How much of a JSON text is parsed. */
export interface JsonLimits {
  /** Members and elements of all objects and lists together. */
  readonly values: number;
  /** Objects and lists. */
  readonly containers: number;
  /** Objects and lists within each other. */
  readonly depth: number;
}

/**
 * Of messages and documents: 2,000 features with a hundred bins on either side have 800,000 numbers; 2,000 features of SageMaker's
 * statistics with 25 buckets each and their sketches have 150,000 objects and lists. Parsed, so much takes some 50 MB.
 */
export const DOCUMENT_LIMITS: JsonLimits = { values: 1_000_000, containers: 250_000, depth: 64 };

const [QUOTE, COMMA, OPEN_LIST, CLOSE_LIST, BACKSLASH, OPEN_OBJECT, CLOSE_OBJECT] = [34, 44, 91, 93, 92, 123, 125];
const [LETTER_I, LETTER_N, MINUS] = [73, 78, 45];

/**
 * Which limit a JSON text exceeds; the rest is not looked at then. Looks at each character once, and parses nothing; of a text that
 * is not JSON the counts are of what looks like it.
 * @param onNonFinite told of each of the numbers that Python writes and JSON lacks: NaN, Infinity, -Infinity
 */
function excessOf(text: string, limits: JsonLimits, onNonFinite?: (start: number, end: number) => void): string | undefined {
  let [values, containers, depth] = [1, 0, 0];
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE:
        at = endOfString(text, at);
        break;
      case COMMA:
        if (++values > limits.values) return `more than ${limits.values} values`;
        break;
      case OPEN_LIST:
      case OPEN_OBJECT:
        if (++containers > limits.containers) return `more than ${limits.containers} objects and lists`;
        if (++depth > limits.depth) return `more than ${limits.depth} objects and lists within each other`;
        break;
      case CLOSE_LIST:
      case CLOSE_OBJECT:
        depth--;
        break;
      case LETTER_I:
      case LETTER_N: {
        const name = text.startsWith("NaN", at) ? "NaN" : text.startsWith("Infinity", at) ? "Infinity" : undefined;
        if (name === undefined) break;
        onNonFinite?.(text.charCodeAt(at - 1) === MINUS ? at - 1 : at, at + name.length);
        at += name.length - 1;
      }
    }
  }
  return undefined;
}

/** The value of a JSON text; undefined for any other text. */
export function jsonValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The place of the quote that ends the string whose first quote is at `start`; the text's end where none does. */
export function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end !== -1; end = text.indexOf('"', end + 1)) {
    let escapes = end;
    while (text.charCodeAt(escapes - 1) === BACKSLASH) escapes--;
    if ((end - escapes) % 2 === 0) return end;
  }
  return text.length;
}

/** Why a JSON text is not to be parsed: it would become far larger than it is. Undefined for one that may be. */
export function jsonExcess(text: string, limits: JsonLimits = DOCUMENT_LIMITS): string | undefined {
  const excess = excessOf(text, limits);
  return excess && `got JSON of ${excess}, expected fewer`;
}

/** Pieces of a text that are put together at a time: each is an object until then. */
const PIECES = 10_000;

/**
 * The text with null for the numbers that JSON lacks, or `endless` for the infinite ones, and why it is not to be parsed, as
 * `jsonExcess`.
 * https://docs.python.org/3/library/json.html#infinite-and-nan-number-values
 */
export function withoutNonFinite(
  text: string,
  limits: JsonLimits = DOCUMENT_LIMITS,
  endless = "null",
): { json: string; excess?: string } {
  return replacingNonFinite(text, limits, (number) => (number === "NaN" ? "null" : endless));
}

/** As `withoutNonFinite`, with the numbers that JSON lacks as texts, such as `"NaN"`: whoever reads them can tell what was got. */
export function quotingNonFinite(text: string, limits: JsonLimits = DOCUMENT_LIMITS): { json: string; excess?: string } {
  return replacingNonFinite(text, limits, (number) => `"${number}"`);
}

function replacingNonFinite(
  text: string,
  limits: JsonLimits,
  instead: (number: string) => string,
): { json: string; excess?: string } {
  const done: string[] = [];
  let [pieces, from]: [string[], number] = [[], 0];
  const excess = excessOf(text, limits, (start, end) => {
    pieces.push(text.slice(from, start), instead(text.slice(start, end)));
    from = end;
    if (pieces.length < PIECES) return;
    done.push(pieces.join(""));
    pieces = [];
  });
  if (excess !== undefined) return { json: "", excess: `got JSON of ${excess}, expected fewer` };
  return { json: from === 0 ? text : [...done, ...pieces, text.slice(from)].join("") };
}

/** Complaints that are made of one list; a broken file often has one in every element. */
const COMPLAINTS = 10;

/** What the elements of a list are, or what is wrong with the first of them. */
export type ListReading<T> =
  | { readonly data: T[]; readonly issues?: undefined }
  | { readonly data?: undefined; readonly issues: z.core.$ZodIssue[] };

/** Reads a list's elements one after the other until ten complaints are made; `path` is the list's own, for them. */
export function readList<T>(schema: z.ZodMiniType<T>, list: readonly unknown[], path: readonly PropertyKey[] = []): ListReading<T> {
  const data: T[] = [];
  const issues: z.core.$ZodIssue[] = [];
  for (const [index, element] of list.entries()) {
    const parsed = schema.safeParse(element);
    if (parsed.success) data.push(parsed.data);
    else
      issues.push(
        ...parsed.error.issues.slice(0, COMPLAINTS).map((issue) => ({ ...issue, path: [...path, index, ...issue.path] })),
      );
    if (issues.length >= COMPLAINTS) break;
  }
  return issues.length === 0 ? { data } : { issues };
}

/** A record of at most `most` members, which are counted before any is looked at, as zod counts the elements of a list. */
export function boundedRecord<Key extends z.core.$ZodRecordKey, Value extends z.core.SomeType>(
  record: z.ZodMiniRecord<Key, Value>,
  most: number,
  error: string,
) {
  const counted = z.transform((input: unknown, context) => {
    if (typeof input === "object" && input !== null && Object.keys(input).length > most) {
      context.issues.push({ code: "custom", input, message: error });
    }
    return input;
  });
  return z.pipe(counted, record);
}
