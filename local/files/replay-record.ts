import { join } from "node:path";
import type { CoordinatorState } from "../../functions/core/coordination/coordinator-state";
import type { Decision } from "../../functions/core/coordination/decision";
import type { DriftRecord } from "../../functions/core/drift/ports";
import type { ModelSettings } from "../../functions/core/model-settings";
import { type CandidateRecord, candidateRecordSchema, type PromotionState } from "../../functions/core/promotion/promotion-state";
import type { TrainingRequest } from "../../functions/core/training-request";
import type { Versioned } from "../../functions/core/versioned-store";
import type { PastBatches } from "../../functions/memory/batch-store";
import type { CloudName } from "../clouds/local-cloud";
import type { SimulatedRun } from "../world/simulated-cloud";
import type { QueuedMessage } from "../world/simulated-queue";
import { appendLine, hasCode, mendLines, readJson, readLines, replaceFile, writeLines } from "./json-files";

/** Folder of a replay, in the current one. */
export const RECORD_FOLDER = ".retrigger";

/** `state.json`: what the coordinator knew when the replay came to rest. */
export interface StateRecord {
  readonly format: 2;
  readonly cloud: CloudName;
  readonly seed: number;
  /** Virtual time at rest and the wall clock then, epoch milliseconds: virtual time goes on from there. */
  readonly restedAt: number;
  readonly writtenAt: number;
  readonly models: readonly ModelSettings[];
  readonly states: Readonly<Record<string, Versioned<CoordinatorState>>>;
}

/** The files that a replay leaves for the `retrigger` command. */
export interface ReplayRecord {
  readonly state: StateRecord;
  /** In the order of their records. */
  readonly decisions: readonly Decision[];
  readonly runs: readonly SimulatedRun[];
  /** In the order of their records. */
  readonly drifts: readonly DriftRecord[];
  /** In the order of their records. @default - none */
  readonly candidates?: readonly CandidateRecord[];
  /** By model. @default - none */
  readonly promotions?: Readonly<Record<string, Versioned<PromotionState>>>;
}

const FILES = {
  state: "state.json",
  decisions: "decisions.jsonl",
  runs: "runs.jsonl",
  drifts: "drifts.jsonl",
  candidates: "candidates.jsonl",
  promotions: "promotions.json",
} as const;

/** Writes them all; what was there is replaced, file by file. */
export async function writeReplayRecord(
  folder: string,
  { state, decisions, runs, drifts, candidates = [], promotions = {} }: ReplayRecord,
): Promise<void> {
  await writeLines(join(folder, FILES.decisions), decisions);
  await writeLines(join(folder, FILES.runs), runs);
  await writeLines(join(folder, FILES.drifts), drifts);
  await writeLines(join(folder, FILES.candidates), candidates);
  await replaceFile(promotionsFile(folder), JSON.stringify(promotions));
  await writeState(folder, state);
}

/** Replaces the file as a whole, so that a crash leaves the old or the new one. */
export async function writeState(folder: string, state: StateRecord): Promise<void> {
  await replaceFile(join(folder, FILES.state), `${JSON.stringify(state, null, 2)}\n`);
}

/** Drops what a crash cut off. */
export async function mendRecord(folder: string): Promise<void> {
  for (const name of [FILES.decisions, FILES.runs, FILES.drifts, FILES.candidates]) await mendLines(join(folder, name));
}

/** Adds a decision that the command caused. */
export async function appendDecision(folder: string, decision: Decision): Promise<void> {
  await appendLine(join(folder, FILES.decisions), decision);
}

/** Adds a run that the command started. */
export async function appendRun(folder: string, run: SimulatedRun): Promise<void> {
  await appendLine(join(folder, FILES.runs), run);
}

/** Adds an evaluation of a drift report. */
export async function appendDrift(folder: string, drift: DriftRecord): Promise<void> {
  await appendLine(join(folder, FILES.drifts), drift);
}

/** Adds a step of a candidate. */
export async function appendCandidate(folder: string, record: CandidateRecord): Promise<void> {
  await appendLine(join(folder, FILES.candidates), record);
}

/** Path of `promotions.json`, the state of each model's promotion. */
export function promotionsFile(folder: string): string {
  return join(folder, FILES.promotions);
}

/** `state.json`. @throws BrokenFileError, or the error of the file system when there is no record */
export async function readState(folder: string): Promise<StateRecord> {
  const state = await readJson<StateRecord>(join(folder, FILES.state));
  if (state.format !== 2) throw new Error(`${join(folder, FILES.state)} is of another version of Retrigger`);
  return state;
}

/** In the order of their records. @throws Error of the file system when there is no record */
export async function readDecisions(folder: string): Promise<Decision[]> {
  return await readLines<Decision>(join(folder, FILES.decisions));
}

/** In the order of their starts. @throws Error of the file system when there is no record */
export async function readRuns(folder: string): Promise<SimulatedRun[]> {
  return await readLines<SimulatedRun>(join(folder, FILES.runs));
}

/** In the order of their records; none where the run evaluated no drift report. */
export async function readDrifts(folder: string): Promise<DriftRecord[]> {
  return await orNone(readLines<DriftRecord>(join(folder, FILES.drifts)));
}

/** In the order of their records; none where the run had no candidate. @throws BrokenFileError */
export async function readCandidates(folder: string): Promise<CandidateRecord[]> {
  return await orNone(readLines<CandidateRecord>(join(folder, FILES.candidates), candidateRecordSchema));
}

async function orNone<T>(reading: Promise<T[]>): Promise<T[]> {
  try {
    return await reading;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return [];
    throw error;
  }
}

/** The queues of a replay. */
export type ReplayQueue = "landings" | "requests" | "drift";

/** A dead letter, as `dead-letters.jsonl` keeps it. */
export interface DeadLetterRecord {
  readonly queue: ReplayQueue;
  readonly message: QueuedMessage;
}

/** `batches.json`, by model: of segments, those that still count. */
export type BatchesRecord = Readonly<Record<string, PastBatches>>;

/** What a replay leaves for `retrigger redrive`, beside what every command needs. */
export interface RedriveRecord {
  readonly deadLetters: readonly DeadLetterRecord[];
  /** Keys of all objects that landed. */
  readonly landed: readonly string[];
  /** All requests that were asked, each once. */
  readonly requests: readonly TrainingRequest[];
  readonly batches: BatchesRecord;
}

/** Names of its files, in the folder of the replay. */
export const REDRIVE_FILES = {
  deadLetters: "dead-letters.jsonl",
  landed: "landed.jsonl",
  requests: "requests.jsonl",
  batches: "batches.json",
} as const;

/** Writes the files that only a redrive reads; what was there is replaced, file by file. */
export async function writeRedriveRecord(folder: string, { deadLetters, landed, requests, batches }: RedriveRecord): Promise<void> {
  await writeDeadLetters(folder, deadLetters);
  await writeLines(join(folder, REDRIVE_FILES.landed), landed);
  await writeLines(join(folder, REDRIVE_FILES.requests), requests);
  await writeBatches(join(folder, REDRIVE_FILES.batches), batches);
}

/** Replaces the list of dead letters. */
export async function writeDeadLetters(folder: string, letters: readonly DeadLetterRecord[]): Promise<void> {
  await writeLines(join(folder, REDRIVE_FILES.deadLetters), letters);
}

/** The dead letters. @throws Error of the file system when the run left no list of them */
export async function readDeadLetters(folder: string): Promise<DeadLetterRecord[]> {
  return await readLines<DeadLetterRecord>(join(folder, REDRIVE_FILES.deadLetters));
}

/** Keys of all objects that landed. */
export async function readLanded(folder: string): Promise<string[]> {
  return await readLines<string>(join(folder, REDRIVE_FILES.landed));
}

/** All requests by id; one that a crash made stand there twice counts once. */
export async function readRequests(folder: string): Promise<ReadonlyMap<string, TrainingRequest>> {
  const requests = await readLines<TrainingRequest>(join(folder, REDRIVE_FILES.requests));
  return new Map(requests.map((request) => [request.id, request]));
}

/** Replaces the file of batches at `path`. */
export async function writeBatches(path: string, batches: BatchesRecord): Promise<void> {
  await replaceFile(path, JSON.stringify(batches));
}
