import type { z } from "zod";
import { nearestWord } from "../functions/core/nearest-word";
import { holdsWebhook, plainLine, withoutSecrets } from "../functions/core/plain-text";
import { allowedKeys, type JsonSchema, likelyKey, step, subschema, typeOf } from "./schema-keys";

/** One mistake of the configuration: where it is, and what to do. */
export interface Problem {
  readonly path: readonly PropertyKey[];
  /** Lowercase, without full stop. */
  readonly message: string;
  /** Of an unknown key, the one that was meant, where one is near enough to be read in its place. */
  readonly meant?: string;
  /** Whether it is the key at the end of the path that is wrong, whatever stands there. */
  readonly isOfKey?: boolean;
  /** Whether the value belongs to the other cloud, whatever else is wrong with it. */
  readonly isOfOtherCloud?: boolean;
  /** Whether it says all there is to say of what stands at its path, and below it. */
  readonly isWhole?: boolean;
}

/** What is probably wrong with a configuration that is valid. */
export type Warning = Pick<Problem, "path" | "message">;

/** A mistake or a warning, and where its author finds it. */
export interface Remark {
  /** Path of the file. */
  readonly file: string;
  /** From 1, as is the column; neither where all of the file is meant. */
  readonly line?: number;
  readonly column?: number;
  /** Keys from the top of the file, such as `models.churn.data.prefixes[1]`; empty where no key is meant. */
  readonly path: string;
  readonly message: string;
}

/** Of one mistake, in characters; what is allowed may be a list of some dozens of names. */
const MAX_MISTAKE = 2_000;

/** `file:line:column path: message`, in one line. */
export function remarkText({ file, line, column, path, message }: Remark): string {
  const place = line === undefined ? `${file}:` : `${file}:${line}:${column}`;
  return plainLine(`${place} ${path === "" ? "" : `${path}: `}${message}`, MAX_MISTAKE);
}

/** What is said of a place in a file, without the secrets that somebody wrote there: logs of CI keep what is printed. */
export function withoutItsSecrets(remark: Remark): Remark {
  return { ...remark, path: withoutSecrets(remark.path), message: withoutSecrets(remark.message) };
}

/** A configuration that its author must correct. The message names every mistake, so print it without a stack trace. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";

  private constructor(
    message: string,
    readonly mistakes: readonly Remark[],
  ) {
    super(message);
  }

  /** An error with the number of mistakes in a file, and each on its line, as a terminal may show it. */
  static of(file: string, mistakes: readonly Remark[]): ConfigError {
    const harmless = mistakes.map(withoutItsSecrets);
    return new ConfigError(listText(file, harmless.map(remarkText)), harmless);
  }

  /** An error of what a stack is made of, which stands nowhere in a file. */
  static ofStack(stack: string, messages: readonly string[]): ConfigError {
    const mistakes = messages.map((message) => withoutItsSecrets({ file: stack, path: "", message }));
    const lines = mistakes.map(({ message }) => plainLine(message, MAX_MISTAKE));
    return new ConfigError(listText(stack, lines), mistakes);
  }

  /** An error of all of a file, such as one that cannot be read. */
  static ofAll(file: string, message: string): ConfigError {
    const mistake = withoutItsSecrets({ file, path: "", message });
    return new ConfigError(remarkText(mistake), [mistake]);
  }
}

function listText(where: string, lines: readonly string[]): string {
  return [`${where}: ${lines.length === 1 ? "1 mistake" : `${lines.length} mistakes`}`, ...mostTold(lines)].join("\n  ");
}

/** Mistakes, and warnings, that are printed of one file. */
const MOST_TOLD = 100;

/** The first of many lines, and how many more there are. */
export function mostTold(lines: readonly string[]): string[] {
  const more = lines.length - MOST_TOLD;
  return more > 0 ? [...lines.slice(0, MOST_TOLD), `… ${more} more`] : [...lines];
}

/**
 * The issues that zod found, as problems for the author.
 * @param schema JSON Schema of the same configuration, from which the allowed keys are read
 */
export function schemaProblems(issues: readonly z.core.$ZodIssue[], schema: JsonSchema): Problem[] {
  return issues.flatMap((issue): Problem[] => {
    const { path } = issue;
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => {
        const { hint, meant, allowed } = likelyKey(schema, { path, key, value: issue.input });
        const message = `unknown key; ${hint}allowed here: ${allowed.join(", ")}`;
        return { path: [...path, key], message, isOfKey: true, ...(meant !== undefined && { meant }) };
      });
    }
    if (issue.code === "invalid_key") {
      const [inner] = issue.issues;
      const hint = inner === undefined ? "" : hintOf(inner, path.at(-1));
      const message = `got the name ${quotedValue(path.at(-1))}; ${hint}${inner?.message ?? issue.message}`;
      return [{ path, message, isOfKey: true }];
    }
    const meant = issue.code === "invalid_union" ? variantMeant(issue.errors) : undefined;
    if (meant !== undefined) {
      const nested = meant.map((inner) => ({ ...inner, path: [...path, ...inner.path] }));
      return schemaProblems(nested, schema);
    }
    // A discriminated union reports no issues of its variants when no variant has the type that was given.
    if (issue.code === "invalid_union" && issue.errors.length === 0) return [wrongType(issue, schema)];
    const { input } = issue;
    if (input === undefined) return [{ path, message: `missing; ${expectationIn(issue, schema)}` }];
    if (isWebhook(input, path)) {
      const message = `got an address (not shown); ${expectationIn(issue, schema)}; if it was committed, make a new webhook`;
      return [{ path, message }];
    }
    return [{ path, message: `got ${quotedValue(input)}; ${hintOf(issue, input)}${expectationIn(issue, schema)}` }];
  });
}

/** Whether a value is the address of a webhook, of any host where its secret belongs. */
function isWebhook(value: unknown, path: Problem["path"]): boolean {
  if (typeof value !== "string") return false;
  const isForSecret = SECRET_KEYS.includes(String(path.at(-1)));
  return holdsWebhook(value.slice(0, MAX_MISTAKE)) || (isForSecret && value.includes("://"));
}

/** Keys that name a secret, which holds the address of a webhook. */
const SECRET_KEYS = ["secret", "slackWebhookSecret"];

/** The problem of a mapping whose `type` is none of its union's; `path` leads to the type. */
function wrongType({ path, input, message }: z.core.$ZodIssue, schema: JsonSchema): Problem {
  const type = typeOf(input);
  const section = path.slice(0, -1).reduce<JsonSchema>((node, key) => step(node, key), schema);
  const types = (section.oneOf ?? []).flatMap((variant) => subschema(variant.properties?.type).const ?? []).map(String);
  if (type === undefined || types.length === 0) return { path, message: `missing; ${message}` };
  const hint = typeof type === "string" ? wordHint(type, types) : "";
  return { path, message: `got ${quotedValue(type)}; ${hint}expected ${listed(types)}` };
}

/** What is allowed at an issue's place; of what has no words of its own, the keys, or the range and an example. */
function expectationIn(issue: z.core.$ZodIssue, schema: JsonSchema): string {
  if (issue.message === BARE_MAPPING) {
    const keys = allowedKeys(schema, issue.path, issue.input);
    return keys.length === 0 ? issue.message : `expected a mapping with ${listed(keys)}`;
  }
  if (!BARE_NUMBER.test(issue.message)) return issue.message;
  return rangeText(issue.path.reduce<JsonSchema>((node, key) => step(node, key), schema)) ?? issue.message;
}

/** What `expectationOf` says of a mapping. */
const BARE_MAPPING = "expected a mapping of keys to values";
/** What `expectationOf` says of a number. */
const BARE_NUMBER = /^expected (?:a whole number|-?[\d.e+]+ or (?:more|less))$/;

/** The range of a number, and its default as an example; undefined for what is no number, or is not limited. */
function rangeText({ type, minimum, maximum, exclusiveMinimum, default: usual }: JsonSchema): string | undefined {
  if (type !== "integer" && type !== "number") return undefined;
  const least = isLimit(minimum) ? minimum : undefined;
  const most = isLimit(maximum) ? maximum : undefined;
  const range = isLimit(exclusiveMinimum)
    ? `more than ${exclusiveMinimum}${most === undefined ? "" : `, up to ${most}`}`
    : least !== undefined && most !== undefined
      ? `${least} to ${most}`
      : least !== undefined
        ? `${least} or more`
        : undefined;
  if (range === undefined) return undefined;
  const example = typeof usual === "number" ? usual : (least ?? most);
  return `expected a ${type === "integer" ? "whole " : ""}number, ${range}${example === undefined ? "" : `, such as ${example}`}`;
}

/** False for the bounds that every whole number has, beyond which it would not be exact. */
function isLimit(bound: unknown): bound is number {
  return typeof bound === "number" && Math.abs(bound) < Number.MAX_SAFE_INTEGER;
}

/** What was probably meant by a value, with a space at its end; empty where nobody can tell. */
function hintOf(issue: z.core.$ZodIssue, input: unknown): string {
  switch (issue.code) {
    case "invalid_type":
      return typeHint(issue.expected, input);
    case "invalid_value":
      return typeof input === "string" ? wordHint(input, issue.values.map(String)) : "";
    case "invalid_format":
      return typeof input === "string" && input.length <= MAX_MEANT && issue.pattern !== undefined
        ? spellingHint(input, issue.pattern)
        : "";
    default:
      return "";
  }
}

function typeHint(expected: string, input: unknown): string {
  if (typeof input !== "string" || input.length > MAX_MEANT) return "";
  if (expected === "array") return didYouMean(`[${input}]`);
  if (expected === "number" || expected === "int") {
    const [number, ...more] = input.match(/-?\d+(?:\.\d+)?/g) ?? [];
    if (number === undefined || more.length > 0) return "";
    return didYouMean(number === input ? `${number}, without quotes` : number);
  }
  return expected === "boolean" && /^(?:true|false)$/i.test(input) ? didYouMean(`${input.toLowerCase()}, without quotes`) : "";
}

/** A value that is right but for its case, its _ and spaces, or for the scheme and the path of a bucket's address. */
function spellingHint(input: string, pattern: string): string {
  const [, source = "", flags = ""] = /^\/(.*)\/([a-z]*)$/s.exec(pattern) ?? [];
  const allowed = new RegExp(source, flags);
  const bucket = /^(?:s3|gs):\/\/([^/]+)/.exec(input)?.[1];
  const lower = input.trim().toLowerCase();
  const meant = [bucket ?? "", input.trim(), lower, lower.replaceAll(/[_\s.]+/g, "-")].find(
    (text) => text !== "" && allowed.test(text),
  );
  return meant === undefined || source === "" ? "" : didYouMean(meant);
}

function wordHint(input: string, words: readonly string[]): string {
  const nearest = nearestWord(input, words);
  return nearest === undefined ? "" : didYouMean(nearest);
}

/** `did you mean x? `, for the beginning of what is expected. */
export function didYouMean(text: string): string {
  return `did you mean ${plainLine(text, MAX_MEANT)}? `;
}

/** Of what was probably meant, in characters. */
const MAX_MEANT = 80;

/** `a, b or c` */
function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

/** What was expected, for an issue whose schema has no message of its own. */
export const expectationOf: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case "invalid_type":
      return `expected ${KINDS[issue.expected] ?? issue.expected}`;
    case "invalid_value":
      return `expected ${listed(issue.values.map(String))}`;
    case "too_small":
      return `expected ${issue.minimum} or more`;
    case "too_big":
      return `expected ${issue.maximum} or less`;
    default:
      return undefined;
  }
};

const KINDS: Readonly<Record<string, string>> = {
  string: "text",
  number: "a whole number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list, such as [a, b]",
  object: "a mapping of keys to values",
  record: "a mapping of names to values",
};

/** Around a number that stands without quotation marks, though JSON lacks it: a noncharacter, which nobody writes into a text. */
const BARE = "\uFFFF";
const BARE_NUMBERS = new RegExp(`"${BARE}(NaN|-?Infinity)${BARE}"`, "g");

/** A value as JSON, for a message, with the numbers that JSON lacks as they are, such as Infinity; at most 80 characters. */
export function quotedValue(value: unknown): string {
  const json = JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "number" && !Number.isFinite(inner) ? `${BARE}${inner}${BARE}` : inner,
  ).replace(BARE_NUMBERS, "$1");
  return shortened(withoutSecrets(json.slice(0, 4 * MAX_QUOTED)));
}

/** Of a value, in characters. */
const MAX_QUOTED = 80;

function shortened(json: string): string {
  return json.length > MAX_QUOTED ? `${json.slice(0, MAX_QUOTED - 1)}…` : json;
}

/**
 * The issues of the only variant of a union that takes the value's kind: text, a list, a mapping. Undefined when several do, or
 * none.
 */
function variantMeant(variants: readonly z.core.$ZodIssue[][]): readonly z.core.$ZodIssue[] | undefined {
  const ofItsKind = variants.filter((issues) => !issues.some(({ code, path }) => code === "invalid_type" && path.length === 0));
  return ofItsKind.length === 1 ? ofItsKind[0] : undefined;
}
