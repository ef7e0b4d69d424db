import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { CoordinatorState } from "../../functions/core/coordination/coordinator-state";
import type { Decision } from "../../functions/core/coordination/decision";
import type { DriftRecord } from "../../functions/core/drift/ports";
import type { ModelSettings } from "../../functions/core/model-settings";
import type { Versioned } from "../../functions/core/versioned-store";
import type { CloudName } from "../edition";
import type { SimulatedRun } from "../world/simulated-run";
import { appendLine, mendLines, readLines, writeLines } from "./json-lines";

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
}

const FILES = { state: "state.json", decisions: "decisions.jsonl", runs: "runs.jsonl", drifts: "drifts.jsonl" } as const;

export async function writeReplayRecord(folder: string, { state, decisions, runs, drifts }: ReplayRecord): Promise<void> {
  await writeLines(join(folder, FILES.decisions), decisions);
  await writeLines(join(folder, FILES.runs), runs);
  await writeLines(join(folder, FILES.drifts), drifts);
  await writeState(folder, state);
}

/** Replaces the file as a whole, so that a crash leaves the old or the new one. */
export async function writeState(folder: string, state: StateRecord): Promise<void> {
  const path = join(folder, FILES.state);
  await writeFile(`${path}.new`, `${JSON.stringify(state, null, 2)}\n`);
  await rename(`${path}.new`, path);
}

/** Drops what a crash cut off. */
export async function mendRecord(folder: string): Promise<void> {
  for (const name of [FILES.decisions, FILES.runs, FILES.drifts]) await mendLines(join(folder, name));
}

export async function appendDecision(folder: string, decision: Decision): Promise<void> {
  await appendLine(join(folder, FILES.decisions), decision);
}

export async function appendRun(folder: string, run: SimulatedRun): Promise<void> {
  await appendLine(join(folder, FILES.runs), run);
}

export async function appendDrift(folder: string, drift: DriftRecord): Promise<void> {
  await appendLine(join(folder, FILES.drifts), drift);
}

/** @throws Error of the file system or of JSON when there is no whole record */
export async function readState(folder: string): Promise<StateRecord> {
  const state: StateRecord = JSON.parse(await readFile(join(folder, FILES.state), "utf8"));
  if (state.format !== 2) throw new Error(`${join(folder, FILES.state)} is of another version of Retrigger`);
  return state;
}

export async function readDecisions(folder: string): Promise<Decision[]> {
  return await readLines<Decision>(join(folder, FILES.decisions));
}

export async function readRuns(folder: string): Promise<SimulatedRun[]> {
  return await readLines<SimulatedRun>(join(folder, FILES.runs));
}

/** In the order of their records; none where the run evaluated no drift report. */
export async function readDrifts(folder: string): Promise<DriftRecord[]> {
  try {
    return await readLines<DriftRecord>(join(folder, FILES.drifts));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
}
