import { PoisonMessageError } from "../../errors";
import { plainLine } from "../../plain-text";
import type { EvaluatedModel } from "../guardrails/guardrail";
import type { EvaluationFiles } from "../ports";
import type { Evaluation } from "./evaluation";
import { type AllowedPlace, allowedUri, locateEvaluation, predictionsUri } from "./evaluation-uris";
import { type EvaluationReading, parseEvaluation } from "./parse-evaluation";
import { type PredictionReading, readPredictionTable } from "./read-prediction-table";

/** Largest evaluation that is read: some metrics and a confusion matrix have kilobytes. */
export const MAX_EVALUATION_BYTES = 5 * 1024 * 1024;

const MAX_PROBLEM_CHARS = 900;

/** What evaluations are read with. */
export interface EvaluationSource {
  readonly files: EvaluationFiles;
  /** SHA-256 in 64 hexadecimal digits. */
  readonly sha256: (bytes: Uint8Array) => string;
  readonly allowed: AllowedPlace;
}

/** A model whose evaluation is asked for. */
export interface ModelToRead {
  /** What people call it, such as `churn/12`. */
  readonly name: string;
  /** Of the evaluation, as the registry has it: the file, or its folder. Undefined where the registry has none. */
  readonly uri: string | undefined;
  /** What the evaluation's bytes must have, hexadecimal, where that is known. */
  readonly expectedSha256?: string;
}

/**
 * A model as far as its files tell. What they lack or have wrong is a problem of the model, never an error.
 * @throws whatever the storage throws that cannot answer now
 */
export async function readEvaluated(source: EvaluationSource, model: ModelToRead): Promise<EvaluatedModel> {
  const { name } = model;
  const found = await readEvaluation(source, model);
  if (found.evaluation === undefined) return { name, problem: problemOf(name, found.problem) };
  const { evaluation, uri } = found;
  const predictions = await readPredictions(source, uri, evaluation);
  if (predictions.table === undefined) return { name, evaluation, problem: problemOf(name, predictions.problem) };
  return { name, evaluation, predictions: predictions.table };
}

type Found =
  | { readonly evaluation: Evaluation; readonly uri: string }
  | { readonly evaluation?: undefined; readonly problem: string };

async function readEvaluation({ files, sha256, allowed }: EvaluationSource, { uri, expectedSha256 }: ModelToRead): Promise<Found> {
  if (uri === undefined) return { problem: "has no evaluation: register the model with the address of its evaluation.json" };
  const places = locateEvaluation(uri);
  for (const place of places) {
    const checked = allowedUri(place, allowed);
    if (checked.problem !== undefined) return { problem: checked.problem };
    const bytes = await orProblem(files.read(place, MAX_EVALUATION_BYTES));
    if (typeof bytes === "string") return { problem: `evaluation at ${place}: ${bytes}` };
    if (bytes === undefined) continue;
    const { evaluation, problem } = readingOf(bytes, sha256(bytes), expectedSha256);
    return evaluation === undefined ? { problem: `${place}: ${problem}` } : { evaluation, uri: place };
  }
  return { problem: `has no evaluation: nothing is at ${places.join(" or ")}` };
}

function readingOf(bytes: Uint8Array, sha256: string, expected: string | undefined): EvaluationReading {
  if (bytes.length > MAX_EVALUATION_BYTES) {
    return { problem: `got an evaluation of ${bytes.length} bytes, expected at most ${MAX_EVALUATION_BYTES}` };
  }
  if (expected !== undefined && sha256 !== expected) {
    return { problem: `got an evaluation of SHA-256 ${sha256}, expected ${expected}: it was written again, or is another one` };
  }
  const text = utf8(bytes);
  return text === undefined ? { problem: "not an evaluation: expected JSON in UTF-8" } : parseEvaluation(text, sha256);
}

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

async function readPredictions(
  { files, allowed }: EvaluationSource,
  evaluationUri: string,
  evaluation: Evaluation,
): Promise<PredictionReading> {
  const { identity } = evaluation;
  if (identity === undefined)
    return { problem: "its evaluation has no key retrigger, so that nothing tells where its predictions are" };
  const { predictions, goldenSet } = identity;
  if (predictions === undefined) return { problem: "its evaluation names no predictions of the golden set's rows" };
  const { uri, problem } = predictionsUri(evaluationUri, predictions.uri, allowed);
  if (problem !== undefined) return { problem };
  const opened = await orProblem(files.lines(uri));
  if (typeof opened === "string") return { problem: `predictions at ${uri}: ${opened}` };
  if (opened === undefined) return { problem: `has no predictions: nothing is at ${uri}` };
  const read = await orProblem(readPredictionTable(opened.lines));
  const wrong = typeof read === "string" ? read : read.problem;
  if (typeof read === "string" || read.table === undefined) return { problem: `predictions at ${uri}: ${wrong}` };
  const sha256 = opened.sha256();
  if (predictions.sha256 !== undefined && sha256 !== predictions.sha256) {
    return { problem: `got predictions of SHA-256 ${sha256} at ${uri}, expected ${predictions.sha256}, as the evaluation says` };
  }
  if (read.table.rows !== goldenSet.rows) {
    return {
      problem: `got ${read.table.rows} predictions at ${uri}, expected one for each of the golden set's ${goldenSet.rows} rows`,
    };
  }
  return read;
}

/** A text where the file is the reason that it cannot be read, and not the storage. */
async function orProblem<T>(reading: Promise<T>): Promise<T | string> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof PoisonMessageError) return error.message;
    throw error;
  }
}

function problemOf(name: string, problem: string): string {
  return plainLine(`${name}: ${problem}`, MAX_PROBLEM_CHARS);
}
