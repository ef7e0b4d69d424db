import type { CoordinatorState, PendingEffect, Run } from "../coordination/coordinator-state";
import type { Decision } from "../coordination/decision";
import { decideSignal } from "../coordination/handle-coordinator-message";
import { freeze, pause, takeAnswer } from "../coordination/intervene";
import { withSetAside } from "../coordination/set-aside";
import { adoptRun, endRun, settleRun, withdrawStart } from "../coordination/settle-run";
import { reaskAll } from "../coordination/sweep-coordination";
import { candidateEnded, modelServes } from "../quality/follow-training";
import type { QualityState } from "../quality/quality-state";
import { decideHoldOut } from "../quality/take-hold-out";
import type { TrainingRequest } from "../training-request";
import type { DecidingSettings, RecordedInput } from "./recorded-input";

/** An input that changes a state by itself. */
export type StateInput = Exclude<RecordedInput, { readonly type: "settings" | "state" | "lost" | "request" }>;

export type StartEffect = Extract<PendingEffect, { readonly type: "start" }>;

/** What was decided before, by request id: a replay performs nothing, so its state does not hold it. */
export interface Remembered {
  readonly starts: ReadonlyMap<string, StartEffect>;
  readonly runs: ReadonlyMap<string, Run>;
}

export interface Changed {
  readonly state: CoordinatorState;
  readonly decisions: readonly Decision[];
}

/** What an input makes of a state; undefined where it is about a start that is not in the record. */
export function applyInput(
  input: StateInput,
  state: CoordinatorState,
  settings: DecidingSettings,
  { starts, runs }: Remembered,
): Partial<Changed> | undefined {
  switch (input.type) {
    case "sweep":
      return reaskAll(settings, state, input.at);
    case "quality":
      return decideSignal(settings, state, input.signal, false, input.at);
    case "hold-out": {
      const { training: run, holdOut, at } = input;
      return { state: decideHoldOut(settings, state, { model: settings.model, run, holdOut }, at).state };
    }
    case "serves":
      return withQuality(state, (quality) => modelServes(quality, input));
    case "wasted":
      return withQuality(state, (quality) => candidateEnded(quality, input.requestId));
    case "answer": {
      const { answer, at, isUnstarted } = input;
      if (isUnstarted !== true || !("requestId" in answer)) return takeAnswer(settings, state, answer, at);
      const start = starts.get(answer.requestId);
      return start && takeAnswer(settings, { ...state, outbox: [start] }, answer, at);
    }
    case "pause":
      return { state: (input.isFreeze === true ? freeze : pause)(state, input.by, input.why, input.at) };
    case "end":
      return { state: endRun(state, input, input.at, input.endedAt) };
    case "withdrawn": {
      const start = starts.get(input.requestId);
      return start && { state: withdrawStart(state, start, input.at) };
    }
    case "refused": {
      const { requestId, reason, at } = input;
      const settled = settleRun(state, { requestId, status: "failed", actualUsd: 0 }, at);
      const start = starts.get(requestId);
      return start && { state: withSetAside(settled, start.request, reason, at) };
    }
    case "adopted": {
      const run = runs.get(input.requestId);
      return run && { state: withoutName(adoptRun(state, { ...run, runId: "" }), input.requestId) };
    }
  }
}

/** Names of runs are not recorded, and a signal that names one must not find another. */
function withoutName(state: CoordinatorState, requestId: string): CoordinatorState {
  const runs = state.runs.map((run) => {
    if (run.requestId !== requestId) return run;
    const { runId: _runId, ...unnamed } = run;
    return unnamed;
  });
  return { ...state, runs };
}

function withQuality(state: CoordinatorState, follow: (quality: QualityState) => QualityState): Partial<Changed> {
  return state.quality === undefined ? { state } : { state: { ...state, quality: follow(state.quality) } };
}

/** The request as it was asked: what was merged into it stands behind its own. Undefined where no decision shows it. */
export function askedRequest(
  { type: _type, id, causes, manifests, ...asked }: Extract<RecordedInput, { readonly type: "request" }>,
  ahead: readonly Decision[],
): TrainingRequest | undefined {
  const shown = ahead.find(({ requestId, decidedAt }) => requestId === id && decidedAt === ahead[0]?.decidedAt)?.request;
  if (shown === undefined) return undefined;
  const { model, requestedAt } = shown;
  const own = { causes: shown.causes.slice(0, causes), manifests: shown.manifests.slice(0, manifests) };
  return { id, model, requestedAt, ...own, ...asked };
}
