import type { CoordinatorState, PendingEffect, Run } from "../coordination/coordinator-state";
import { reask } from "../coordination/decide";
import type { Decision } from "../coordination/decision";
import { freeze, pause, takeAnswer } from "../coordination/intervene";
import { withSetAside } from "../coordination/set-aside";
import { adoptRun, endRun, settleRun, withdrawStart } from "../coordination/settle-run";
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
      return reask(settings.policy, state, input.at);
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
      return run && { state: adoptRun(state, { ...run, runId: "adopted" }) };
    }
  }
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
