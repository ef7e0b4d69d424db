import { reportProblems } from "../../drift/drift-report";
import { isMapping } from "../../json-path";
import { quotingNonFinite } from "../../outside-json";
import { plainLine } from "../../plain-text";
import type { Evaluation, EvaluationIdentity } from "./evaluation";
import { EVALUATION_FILE, identitySchema } from "./evaluation-file";
import { MAX_METRICS, readMetrics } from "./read-metrics";

/** What a file says, or why it says nothing: one line for people. */
export type EvaluationReading =
  | { readonly evaluation: Evaluation; readonly problem?: undefined }
  | { readonly evaluation?: undefined; readonly problem: string };

const FORMAT = "docs/evaluation.md describes the file";
const MAX_PROBLEM_CHARS = 600;

/**
 * The evaluation that a JSON text is, in SageMaker's form and those that resemble it, with our key `retrigger`; docs/evaluation.md.
 * Bare NaN and Infinity, which Python writes, make their metric unusable and nothing else.
 * @param sha256 of the file's bytes, hexadecimal
 */
export function parseEvaluation(text: string, sha256: string): EvaluationReading {
  const file = parsedFile(text);
  if (typeof file === "string") return refused(file);
  const read = readMetrics(file);
  if (read === undefined) return refused(`got more than ${MAX_METRICS} metrics, expected fewer`);
  const identity = Object.hasOwn(file, "retrigger") ? readIdentity(file.retrigger) : undefined;
  if (typeof identity === "string") return refused(identity);
  if (identity === undefined && Object.keys({ ...read.metrics, ...read.unusable }).length === 0) {
    return refused("got neither metrics nor the key retrigger, expected at least one of them");
  }
  return { evaluation: { sha256, ...read, ...(identity !== undefined && { identity }) } };
}

/** What the text is an object of; a text where it is none. */
function parsedFile(text: string): Readonly<Record<string, unknown>> | string {
  const { json, excess } = quotingNonFinite(text.replace(/^\uFEFF/, ""));
  if (excess !== undefined) return `${excess}: write curves and tables to another file`;
  if (json.trim() === "") return "got an empty file, expected JSON: did the step finish writing?";
  try {
    const file: unknown = JSON.parse(json);
    return isMapping(file) ? file : "got JSON that is no object, expected metrics by name";
  } catch {
    return `not JSON, or cut short: starts with ${text.slice(0, 40)} and ends with ${text.slice(-40)}`;
  }
}

/** A text where it cannot be read: what a file says of its model must not be guessed. */
function readIdentity(value: unknown): EvaluationIdentity | string {
  const schema = isMapping(value) ? value.schema : undefined;
  if (schema !== undefined && schema !== 1) {
    const got = typeof schema === "number" ? schema : typeof schema;
    return `got the key retrigger of schema ${got}, expected 1: write it as ${EVALUATION_FILE} of schema 1, or update Retrigger`;
  }
  const parsed = identitySchema.safeParse(value);
  if (!parsed.success) {
    return reportProblems(
      { retrigger: value },
      parsed.error.issues.map((issue) => ({ ...issue, path: ["retrigger", ...issue.path] })),
    );
  }
  const { schema: _, ...identity } = parsed.data;
  return identity;
}

function refused(problem: string): EvaluationReading {
  return { problem: plainLine(`not an evaluation: ${problem}; ${FORMAT}`, MAX_PROBLEM_CHARS) };
}
