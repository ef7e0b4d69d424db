import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type CoordinatorState, initialState } from "../../functions/core/coordination/coordinator-state";
import { decide, type Transition } from "../../functions/core/coordination/decide";
import type { Decision } from "../../functions/core/coordination/decision";
import type { TrainingRequest } from "../../functions/core/training-request";
import { MODELS } from "../../local/clouds/local-clouds";
import { RECORD_FOLDER, writeReplayRecord } from "../../local/files/replay-record";
import { simulatedRun } from "../../local/world/simulated-cloud";

export const HOUR_MS = 3_600_000;

export const START = Date.UTC(2001, 0, 1);

/** When the local run rests. */
export const RESTED_AT = START + 12 * HOUR_MS;

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

/** A request of a batch of 100 objects for `flight-delay`. */
export function dataRequest(generation: number, more: Partial<TrainingRequest> = {}): TrainingRequest {
  const id = `data/flight-delay/${generation}`;
  const cause = { type: "data", generation, reason: "size", openedAt: START, sealedAt: START } as const;
  return { id, model: "flight-delay", causes: [cause], priority: 4, manifests: [], requestedAt: START, ...more };
}

/** A drift request that a person must approve. */
export function driftRequest(): TrainingRequest {
  const cause = { type: "drift", severity: "high", score: 0.3 } as const;
  return dataRequest(0, { id: "drift/flight-delay/1", causes: [cause], priority: 2, needsApproval: true });
}

/** Folder of a local run in which `flight-delay` was asked for each request, an hour apart; runs have ended by themselves. */
export async function localRun(...requests: readonly TrainingRequest[]): Promise<string> {
  return await localRunWrittenAt(0, ...requests);
}

/** The same, at rest since `writtenAt` of the wall clock (epoch milliseconds). */
export async function localRunWrittenAt(writtenAt: number, ...requests: readonly TrainingRequest[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "retrigger-cli-"));
  folders.push(folder);
  mkdirSync(join(folder, RECORD_FOLDER));
  const [settings] = MODELS.aws;
  if (settings === undefined) throw new Error("there is no model");
  const decisions: Decision[] = [];
  let state: CoordinatorState = initialState(START);
  for (const [hour, request] of requests.entries()) {
    const at = START + hour * HOUR_MS;
    const transition: Transition = decide(settings.policy, state, request, at);
    decisions.push(...transition.decisions);
    state = transition.state;
  }
  const starts = decisions.filter(({ outcome }) => outcome === "start");
  const runs = starts.map(({ request, decidedAt }) => simulatedRun(settings, request, decidedAt, 1));
  const named = state.runs.map((run) => {
    const runId = runs.find(({ requestId }) => requestId === run.requestId)?.runId;
    return runId === undefined ? run : { ...run, runId };
  });
  const states = { "flight-delay": { state: { ...state, runs: named, outbox: [] }, version: 1 } };
  const record = { format: 2, cloud: "aws", seed: 1, restedAt: RESTED_AT, writtenAt, models: MODELS.aws, states } as const;
  await writeReplayRecord(join(folder, RECORD_FOLDER), { state: record, decisions, runs, drifts: [] });
  return folder;
}
