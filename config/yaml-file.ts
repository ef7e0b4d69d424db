import { readFileSync } from "node:fs";
import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, visit } from "yaml";
import { isMapping } from "../functions/core/json-path";
import { plainLine } from "../functions/core/plain-text";
import { ConfigError } from "./errors";

/** What a YAML file says, and where in it. */
export interface YamlFile {
  /** Plain data, without circles. */
  readonly content: unknown;
  /** Number of characters before the key or list item of a path, or before the nearest above it that exists. */
  offsetOf(path: readonly PropertyKey[]): number;
  /** `file:line:column` of an offset. */
  placeOf(offset: number): string;
}

/** What a file is for, as its errors say it. */
export interface YamlPurpose {
  /** Such as `the configuration`. */
  readonly what: string;
  /** How its mapping begins, or what it holds. */
  readonly mapping: string;
  /** Where another file is named, with its preposition. */
  readonly namedBy: string;
}

const CONFIGURATION: YamlPurpose = {
  what: "the configuration",
  mapping: "a mapping that starts with environment: dev",
  namedBy: "in RETRIGGER_CONFIG",
};

/** A configuration that is named on the command line. */
export const CONFIG_OPTION: YamlPurpose = { ...CONFIGURATION, namedBy: "with --config" };

/**
 * A YAML file that holds a mapping.
 * @param purpose @default - the configuration of a deployment
 * @throws ConfigError when it cannot be read, or is no YAML or no mapping
 */
export function readYaml(file: string, purpose: YamlPurpose = CONFIGURATION): YamlFile {
  const lines = new LineCounter();
  const placeOf = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const document = parseDocument(configurationText(file, purpose), { lineCounter: lines, prettyErrors: false, stringKeys: true });
  const keys = keysByOffset(document);
  const mistakes = [...document.errors, ...document.warnings].map(
    ({ code, message, pos: [offset] }) => `${placeOf(offset)} ${mistakeText(code, keys.get(offset)) ?? message}`,
  );
  // As a key of an object it would replace the prototype instead of adding a member.
  for (const [offset, key] of keys) if (key === "__proto__") mistakes.push(`${placeOf(offset)} the key __proto__ is not allowed`);
  if (mistakes.length > 0) throw ConfigError.of(file, mistakes);
  if (!isMap(document.contents)) {
    const found = document.contents === null ? "nothing" : isSeq(document.contents) ? "a list" : "a single value";
    throw new ConfigError(`${file}: got ${found}; expected ${purpose.mapping}`);
  }
  return { content: plainData(file, document), offsetOf: (path) => offsetOf(document, path), placeOf };
}

/** The keys of all mappings, by the offset at which each begins. */
function keysByOffset(document: Document): ReadonlyMap<number, string> {
  const keys = new Map<number, string>();
  visit(document, {
    Pair(_index, { key }) {
      if (isScalar(key)) keys.set(key.range?.[0] ?? 0, String(key.value));
    },
  });
  return keys;
}

/** Of a key that is quoted, in characters. */
const MAX_KEY = 80;

/** What is told of a mistake instead of the parser's own words; undefined for most. */
function mistakeText(code: string, key: string | undefined): string | undefined {
  switch (code) {
    case "NON_STRING_KEY":
      return "expected a key of plain text";
    case "DUPLICATE_KEY":
      return `got the key ${plainLine(key ?? "", MAX_KEY)} a second time; expected every key of a mapping once; rename or remove one of the two`;
    case "TAB_AS_INDENT":
      return "got a tab before the first word of a line; expected spaces, such as two for each level; replace it by spaces";
    default:
      return undefined;
  }
}

/** The text of a file, or the code of the operating system's refusal, such as ENOENT. */
export type ReadText = { readonly isRead: true; readonly text: string } | { readonly isRead: false; readonly refusal: string };

/** Reads a file as UTF-8. A file that cannot be read is an expected outcome: its path was written by a person. */
export function readTextFile(file: string): ReadText {
  try {
    return { isRead: true, text: readFileSync(file, "utf8") };
  } catch (error) {
    const isRefusal = isMapping(error) && typeof error.code === "string";
    if (!isRefusal) throw error;
    return { isRead: false, refusal: String(error.code) };
  }
}

function configurationText(file: string, { what, namedBy }: YamlPurpose): string {
  const read = readTextFile(file);
  if (read.isRead) return read.text;
  throw new ConfigError(
    `${file}: cannot be read (${read.refusal}); expected ${what} there; create it, or name another file ${namedBy}`,
  );
}

/** Of what the parser says of an alias, whose name may be of any length; in characters. */
const MAX_CAUSE = 200;

function plainData(file: string, document: Document): unknown {
  try {
    const content: unknown = document.toJS();
    JSON.stringify(content);
    return content;
  } catch (error) {
    // An alias that leads nowhere is a ReferenceError of yaml, a circle a TypeError of JSON.
    if (!(error instanceof ReferenceError || error instanceof TypeError)) throw error;
    const cause = error instanceof ReferenceError ? plainLine(error.message, MAX_CAUSE) : "an alias refers to what it is part of";
    throw new ConfigError(`${file}: ${cause}; expected aliases that refer to an earlier, finished value`);
  }
}

function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  let node: unknown = document.contents;
  let offset = 0;
  for (const step of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === step);
      if (!isScalar(pair?.key)) break;
      offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node) && typeof step === "number") {
      node = node.items[step];
      offset = isScalar(node) ? (node.range?.[0] ?? offset) : offset;
    } else {
      break;
    }
  }
  return offset;
}
