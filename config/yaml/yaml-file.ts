import { readFileSync } from "node:fs";
import { isMap, isSeq, LineCounter } from "yaml";
import { isMapping } from "../../functions/core/json-path";
import { ConfigError, type Remark, withoutItsSecrets } from "../errors";
import type { YamlMistake, YamlValues } from "./written-values";
import { parsed } from "./yaml-syntax";
import { TOO_DEEP, yamlValues } from "./yaml-values";

/** What a YAML file says, and where in it. */
export interface YamlFile extends YamlValues {
  /** What is said of an offset, and of the path that stands there; no path where what is meant is no value. */
  remarkAt(offset: number, path: string, message: string): Remark;
}

/** What a file is for, as its errors say it. */
export interface YamlPurpose {
  /** Such as `the configuration`. */
  readonly what: string;
  /** How its mapping begins, or what it holds. */
  readonly mapping: string;
  /** Where another file is named, with its preposition. */
  readonly namedBy: string;
  /** The command that makes one. @default - nobody but its author */
  readonly madeBy?: string;
}

const CONFIGURATION: YamlPurpose = {
  what: "the configuration",
  mapping: "a mapping with environment, aws or gcp, and models, such as npx retrigger init writes",
  namedBy: "in RETRIGGER_CONFIG",
  madeBy: "npx retrigger init",
};

/** A configuration that is named on the command line. */
export const CONFIG_OPTION: YamlPurpose = { ...CONFIGURATION, namedBy: "with --config" };

/**
 * A YAML file that holds a mapping. Aliases and merge keys (`<<`) stand for what they refer to.
 * @param purpose @default - the configuration of a deployment
 * @throws ConfigError when it cannot be read, is no YAML or no mapping, or stands for too much; of what leaves the rest to be read,
 *   such as a key that is written twice, `mistakes` tells instead
 */
export function readYaml(file: string, purpose: YamlPurpose = CONFIGURATION): YamlFile {
  const text = configurationText(file, purpose);
  const lines = new LineCounter();
  const placeOf = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${file}:${line}:${col}`;
  };
  const remarkAt = (offset: number, path: string, message: string): Remark => {
    const { line, col: column } = lines.linePos(offset);
    return withoutItsSecrets({ file, line, column, path, message });
  };
  const { document, mistakes } = withinStack(file, () => parsed(text, lines));
  const failed = (told: readonly YamlMistake[]) =>
    ConfigError.of(
      file,
      told.map(({ offset, message }) => remarkAt(offset, "", message)),
    );
  if (document === undefined) throw failed(mistakes);
  if (!isMap(document.contents)) {
    if (mistakes.length > 0) throw failed(mistakes);
    const found = document.contents === null ? "nothing" : isSeq(document.contents) ? "a list" : "a single value";
    throw ConfigError.ofAll(file, `got ${found}; expected ${purpose.mapping}`);
  }
  const values = withinStack(file, () => yamlValues(file, document, placeOf));
  return { ...values, mistakes: [...mistakes, ...values.mistakes], remarkAt };
}

/** Whoever reads nested values calls itself for each level. @throws ConfigError where there are too many */
function withinStack<T>(file: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw ConfigError.ofAll(file, TOO_DEEP);
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

function configurationText(file: string, { what, namedBy, madeBy }: YamlPurpose): string {
  const read = readTextFile(file);
  if (read.isRead) {
    const mistake = encodingMistake(read.text);
    if (mistake !== undefined) throw ConfigError.ofAll(file, mistake);
    return read.text;
  }
  throw ConfigError.ofAll(
    file,
    `cannot be read (${read.refusal}); expected ${what} there; create it${madeBy === undefined ? "" : ` with ${madeBy}`}, or name another file ${namedBy}`,
  );
}

/** What makes a text that was read as UTF-8 unreadable as a whole. */
function encodingMistake(text: string): string | undefined {
  if (text.startsWith("\uFFFD\uFFFD") || text.includes("\0")) {
    return "got UTF-16, or no text at all; expected text in UTF-8; save it in that encoding";
  }
  return text.includes("\r") && !text.includes("\n")
    ? "got lines that end with a carriage return alone (CR); expected LF or CRLF; save it with such line ends"
    : undefined;
}
