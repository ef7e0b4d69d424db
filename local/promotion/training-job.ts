import { createHash } from "node:crypto";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { z } from "zod/mini";
import type { ModelSettings } from "../../functions/core/model-settings";
import {
  EVALUATION_FILE,
  type evaluationFileSchema,
  type goldenPredictionSchema,
} from "../../functions/core/promotion/evaluation/evaluation-file";
import type { ListFormat } from "../../functions/node/manifest-store";
import { manifestPath, readManifest } from "../files/file-manifest-store";
import type { SimulatedRun } from "../world/simulated-cloud";
import { type DelayModel, isLate, lateProbability, trainDelayModel } from "./delay-model";
import type { FlightBucket } from "./flight-bucket";
import type { GoldenSet } from "./golden-set";

/** A model that a run made, and where it says how good it is. */
export interface TrainedModel {
  readonly run: SimulatedRun;
  /** Flights that it learned from. */
  readonly rows: number;
  /** Area under the curve on the golden set, as its evaluation has it. */
  readonly auc: number;
  readonly evaluationUri: string;
}

export interface TrainingJobOptions {
  /** Of the local run, in which each bucket is a folder. */
  readonly folder: string;
  readonly format: ListFormat;
  readonly bucket: Pick<FlightBucket, "flightsOf">;
  /** By model. */
  readonly goldenSets: ReadonlyMap<string, GoldenSet>;
}

/** Version of the inputs that all models of the local run are made for. */
export const SCHEMA_VERSION = "departures-1";

/** Files that a run without a list of its own learns from: the newest that the runs before it had. */
const DEFAULT_FILES = 300;

/** Of evenly many rights and wrongs: a flight is predicted to be late from here on. */
const THRESHOLD = 0.5;

/**
 * The pipeline of the local run: learns from the files that the run's manifest lists, predicts every flight of the golden set, and
 * writes `evaluation.json` and `golden-predictions.jsonl` beside each other into the bucket of evaluations.
 * @returns what resolves to undefined for a run that has nothing to learn from
 */
export function trainingJob({ folder, format, bucket, goldenSets }: TrainingJobOptions) {
  const used = new Map<string, readonly string[]>();

  async function filesOf({ model, parameters }: SimulatedRun): Promise<readonly string[]> {
    const before = used.get(model) ?? [];
    // Left out where a request brings no data.
    if (!("InputManifest" in parameters)) return before;
    const { keys } = await readManifest(folder, parameters.InputManifest, format.keysOf);
    used.set(model, [...before, ...keys].slice(-DEFAULT_FILES));
    return keys;
  }

  return async (settings: ModelSettings, run: SimulatedRun): Promise<TrainedModel | undefined> => {
    const { promotion } = settings;
    const golden = goldenSets.get(run.model);
    if (promotion === undefined || golden === undefined) throw new Error(`the local run judges no candidates of ${run.model}`);
    const flights = bucket.flightsOf(await filesOf(run));
    if (flights.length === 0) return undefined;
    const predictions = predictionLines(trainDelayModel(flights), golden);
    const place = `${format.scheme}://${promotion.evaluations.bucket}/${promotion.evaluations.prefix}${runName(run)}`;
    const evaluated = { model: run.model, goldenSet: golden.sha256, predictions, rows: flights.length };
    return { run, rows: flights.length, ...(await writeEvaluation(folder, place, evaluated)) };
  };
}

/** What is known of a model when it is evaluated. */
export interface EvaluatedPredictions {
  readonly model: string;
  /** SHA-256 of the golden set, hexadecimal. */
  readonly goldenSet: string;
  /** A line for each of its rows. */
  readonly predictions: readonly PredictionLine[];
  /** Rows that the model learned from. */
  readonly rows: number;
}

/** Writes the evaluation of a model and its predictions below an address. @param folder of the local run */
export async function writeEvaluation(
  folder: string,
  place: string,
  evaluated: EvaluatedPredictions,
): Promise<Pick<TrainedModel, "auc" | "evaluationUri">> {
  const lines = evaluated.predictions.map((line) => `${JSON.stringify(line)}\n`).join("");
  const auc = areaUnderCurve(evaluated.predictions);
  await write(manifestPath(folder, `${place}/${PREDICTIONS_FILE}`), lines);
  const evaluationUri = `${place}/${EVALUATION_FILE}`;
  const evaluation = evaluationOf(evaluated, auc, sha256(lines));
  await write(manifestPath(folder, evaluationUri), `${JSON.stringify(evaluation, null, 2)}\n`);
  return { auc, evaluationUri };
}

const PREDICTIONS_FILE = "golden-predictions.jsonl";

/** Last part of the run's name, which is no other run's. */
function runName({ runId }: SimulatedRun): string {
  return runId.split("/").at(-1) ?? runId;
}

/** What a model predicts of a row of the golden set. */
export type PredictionLine = z.infer<typeof goldenPredictionSchema> & {
  readonly label: 0 | 1;
  readonly prediction: 0 | 1;
  readonly score: number;
};

function predictionLines(model: DelayModel, { rows }: GoldenSet): PredictionLine[] {
  return rows.map(({ id, flight, slices }) => {
    const score = Math.round(lateProbability(model, flight) * 1e6) / 1e6;
    return { id, label: isLate(flight) ? 1 : 0, prediction: score >= THRESHOLD ? 1 : 0, score, slices };
  });
}

function evaluationOf(
  { model, goldenSet, predictions, rows }: EvaluatedPredictions,
  auc: number,
  digest: string,
): z.infer<typeof evaluationFileSchema> {
  const count = (label: 0 | 1, prediction: 0 | 1) =>
    predictions.filter((line) => line.label === label && line.prediction === prediction).length;
  const confusion = { "0": { "0": count(0, 0), "1": count(0, 1) }, "1": { "0": count(1, 0), "1": count(1, 1) } };
  return {
    binary_classification_metrics: {
      auc: { value: auc },
      accuracy: { value: (confusion["0"]["0"] + confusion["1"]["1"]) / predictions.length },
      confusion_matrix: confusion,
    },
    retrigger: {
      schema: 1,
      model,
      schemaVersion: SCHEMA_VERSION,
      goldenSet: { sha256: goldenSet, rows: predictions.length },
      predictions: { uri: PREDICTIONS_FILE, sha256: digest },
      // Each run is given the flights that are new, and learns from all of them.
      training: { rows, dataSetRows: rows },
    },
  };
}

/** Probability that a late flight has a higher score than another one, half for equal ones. */
function areaUnderCurve(predictions: readonly PredictionLine[]): number {
  const sorted = predictions.toSorted((a, b) => a.score - b.score);
  const late = sorted.filter(({ label }) => label === 1).length;
  let pairs = 0;
  let below = 0;
  for (let from = 0; from < sorted.length; ) {
    const { score } = sorted[from] ?? {};
    let to = from;
    let ties = 0;
    for (; sorted[to]?.score === score; to++) ties += sorted[to]?.label === 0 ? 1 : 0;
    pairs += (to - from - ties) * (below + ties / 2);
    below += ties;
    from = to;
  }
  return pairs / (late * (sorted.length - late));
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
