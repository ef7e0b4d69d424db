// The syntax of a YAML file: its mistakes, in words that say what to do.
import { type Document, type LineCounter, parseDocument, type YAMLError } from "yaml";
import { plainLine } from "../../functions/core/plain-text";
import type { YamlMistake } from "./written-values";
import { TOO_DEEP } from "./yaml-values";

/** A document, and mistakes in spite of which it was read; without a document, those that left none. */
interface Parsed {
  readonly document: Document | undefined;
  readonly mistakes: readonly YamlMistake[];
}

const TAB_IN_INDENT = "got a tab in the indentation; expected spaces; replace each tab with two spaces";
/** Of what is quoted, in characters. */
const MAX_QUOTED = 80;

/** Codes of mistakes that leave a document whose meaning is clear. `yaml-values.ts` tells of keys that are no text. */
const BENIGN: readonly string[] = ["NON_STRING_KEY", "TAG_RESOLVE_FAILED"];

/**
 * Parses a text as one document. Tabs in its indentation are read as one space each, so that other mistakes are told too, where
 * that makes a document.
 * @param lines learns where the lines of the text begin
 */
export function parsed(text: string, lines: LineCounter): Parsed {
  const found = parse(text, lines);
  if (found.serious.length === 0) return { document: found.document, mistakes: found.benign };
  const [tooDeep] = found.serious.filter(isTooDeep);
  if (tooDeep !== undefined) return { document: undefined, mistakes: [{ offset: tooDeep.pos[0], message: TOO_DEEP }] };
  const tabs = found.serious.filter((error) => isAtTab(error, text));
  if (tabs.length === 0) return { document: undefined, mistakes: firstOfLines(found.serious, text, lines) };
  const mistakes = tabLines(text, tabs);
  const repaired = parse(text.replace(/^[ \t]+/gm, (indent) => " ".repeat(indent.length)));
  if (repaired.serious.length > 0) return { document: undefined, mistakes };
  return { document: repaired.document, mistakes: [...mistakes, ...repaired.benign] };
}

function parse(text: string, lineCounter?: LineCounter) {
  const options = { prettyErrors: false, stringKeys: true, uniqueKeys: false, ...(lineCounter && { lineCounter }) };
  const document = parseDocument(text, options);
  const all = [...document.errors, ...document.warnings];
  const benign = all.filter(({ code }) => BENIGN.includes(code) && code !== "NON_STRING_KEY");
  return {
    document,
    serious: all.filter(({ code }) => !BENIGN.includes(code)),
    benign: benign.map((error) => ({ offset: error.pos[0], message: textOf(error, text) })),
  };
}

/** The parser calls itself for each level. */
function isTooDeep({ message }: YAMLError): boolean {
  return message.startsWith("Maximum call stack");
}

/** Whether the line of a mistake, or the one before it, is indented with a tab. */
function isAtTab({ code, pos: [offset] }: YAMLError, text: string): boolean {
  return code === "TAB_AS_INDENT" || /^ *\t/.test(text.slice(text.lastIndexOf("\n", offset - 1) + 1));
}

/** The first tab of every line whose indentation has one, from the first mistake on. */
function tabLines(text: string, tabs: readonly YAMLError[]): YamlMistake[] {
  const from = Math.min(...tabs.map(({ pos: [offset] }) => text.lastIndexOf("\n", offset - 1) + 1));
  return [...text.matchAll(/^( *)\t/gm)]
    .filter(({ index }) => index >= from)
    .map(({ index, 1: spaces = "" }) => ({ offset: index + spaces.length, message: TAB_IN_INDENT }));
}

/** What follows in a line after a mistake is mostly a consequence of it. */
function firstOfLines(errors: readonly YAMLError[], text: string, lines: LineCounter): YamlMistake[] {
  const told = new Set<number>();
  return errors.flatMap((error) => {
    const [offset] = error.pos;
    const { line } = lines.linePos(offset);
    if (told.has(line)) return [];
    told.add(line);
    return [{ offset, message: textOf(error, text) }];
  });
}

/** What was got, what is expected and what to do, instead of the parser's own words where these leave that open. */
function textOf({ code, message, pos: [offset, end] }: YAMLError, text: string): string {
  const got = plainLine(text.slice(offset, end), MAX_QUOTED);
  switch (code) {
    case "BAD_INDENT":
      return badIndentText(message);
    case "BLOCK_AS_IMPLICIT_KEY":
      return 'got a second key within a value; expected one key and one value in a line, and all keys of a mapping in one column; put a text that holds ": " in quotes, or correct the indentation';
    case "MULTILINE_IMPLICIT_KEY":
      return 'got a key without ": " after it; expected a colon and a space, as in size: 5; add them, or correct the indentation';
    case "MISSING_CHAR":
      return missingText(message);
    case "BAD_SCALAR_START":
      return `got a text that starts with ${got}; expected it in quotes, as in "${got}…"`;
    case "BAD_DQ_ESCAPE":
      return `got the escape ${got}, which YAML does not know; expected text with \\ in single quotes, or \\\\ for each \\`;
    case "MULTIPLE_DOCS":
      return "got a second document after ---; expected one; write another file, or an entry of environments, and remove the ---";
    case "TAG_RESOLVE_FAILED":
      return `got the tag ${got}; expected plain text, numbers, lists and mappings; remove the tag`;
    case "UNEXPECTED_TOKEN":
      return `got ${got === "" ? "something" : quoted(got)} where nothing more is expected; put the whole text in quotes, or correct the indentation`;
    default:
      return `${message}; expected YAML; correct it`;
  }
}

function badIndentText(message: string): string {
  const [, kind] = /^Flow (\w+) in block/.exec(message) ?? [];
  if (kind === undefined) {
    return "got an indentation that no line above has; expected all keys of a mapping, and all items of a list, in one column; indent this line as its neighbours";
  }
  const [open, close] = kind === "map" ? ["{", "}"] : ["[", "]"];
  return `got an open ${open} without its ${close}; expected ${close}; add it, and indent what stands within deeper than its key`;
}

function missingText(message: string): string {
  const [, quote] = /^Missing closing (["'])/.exec(message) ?? [];
  if (quote !== undefined) return `got no closing ${quote} of a text above; expected one; add it at the end of that text`;
  return message.startsWith("Implicit map keys")
    ? "got a key without a value; expected a colon and a space after it, as in size: 5; add them, or correct the indentation"
    : `${message}; expected it; add it`;
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
