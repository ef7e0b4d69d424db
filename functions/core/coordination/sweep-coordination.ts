import { messageOf } from "../log/log";
import type { ModelSettings } from "../model-settings";
import { stepAt, sweepRequest } from "../quality/quality-request";
import { type DecidingSettings, recorded } from "../replay/recorded-input";
import { askedBy } from "../training-request";
import { type CoordinationPorts, changeState, performEffects, tellDecisions } from "./coordinate";
import { type CoordinatorState, initialState } from "./coordinator-state";
import { reask, type Transition } from "./decide";
import { decideRequest } from "./handle-coordinator-message";
import type { RunWatcher } from "./ports";
import { endRun, type RunOutcome } from "./settle-run";
import { isAhead } from "./turn-calendar";

export interface WatchingPorts extends CoordinationPorts {
  readonly watcher: RunWatcher;
}

/** Runs that the cloud could not be asked about; all else of the sweep was done, and `state` is what it left. */
export class UnknownRunsError extends Error {
  override readonly name = "UnknownRunsError";

  constructor(
    model: string,
    failures: readonly string[],
    readonly state: CoordinatorState,
  ) {
    super(`the fate of runs of ${model} could not be learned: ${failures.join("; ")}`);
  }
}

/**
 * What the clock does for a model's coordination: does what was decided and not done, settles runs whose end nobody told of, asks
 * deferred requests again, and ends what waited too long. Resolves to the state after all decisions. Rejects when a port does; the
 * next sweep goes on from there.
 * @throws UnknownRunsError, in the end, for runs that cannot be looked up: they keep nothing else from being done
 */
export async function sweepCoordination(ports: WatchingPorts, settings: ModelSettings): Promise<CoordinatorState> {
  return await sweepState(ports, settings, (await ports.states.load(settings.model))?.state);
}

/**
 * `sweepCoordination` of a model whose state was read already; undefined for a model without one. Where there is nothing to do, it
 * costs a call for each run and no other.
 * @throws UnknownRunsError as `sweepCoordination` does
 */
export async function sweepState(
  ports: WatchingPorts,
  settings: ModelSettings,
  loaded: CoordinatorState | undefined,
): Promise<CoordinatorState> {
  const { model } = settings;
  if (loaded === undefined) return initialState(ports.now());
  const { day, lastStartAt, outbox, runs } = loaded;
  if (isAhead(loaded, ports.now())) ports.log({ level: "error", event: "clock-was-ahead", model, day: day.date, lastStartAt });
  if (outbox.length > 0) reportRepairs(ports, model, "performed", await performEffects(ports, settings));
  const unknown: string[] = [];
  let settled = 0;
  for (const { runId } of runs) {
    if (runId === undefined) continue;
    try {
      if (!(await settleIfEnded(ports, settings, runId))) continue;
      settled++;
      reportRepairs(ports, model, "settled", 1);
    } catch (error) {
      unknown.push(`${runId}: ${messageOf(error)}`);
    }
  }
  const isAtRest = outbox.length === 0 && settled === 0 && reaskAll(settings, loaded, ports.now()).state === loaded;
  const { decisions, state } = isAtRest
    ? { decisions: [], state: loaded }
    : await changeState(ports, model, (state) => sweptState(settings, state, ports.now()));
  tellDecisions(ports.log, decisions);
  reportRepairs(ports, model, "reasked", decisions.length);
  if (decisions.length > 0) await performEffects(ports, settings);
  if (unknown.length > 0) throw new UnknownRunsError(model, unknown, state);
  return state;
}

/**
 * What a sweep decides of a model: every deferred request that is due is asked again. Where none waits for the sake of the model's
 * quality, and a training is worth its price, the clock asks for one, once in a step.
 */
export function reaskAll(settings: DecidingSettings, before: CoordinatorState, now: number): Transition {
  const { model, policy } = settings;
  const reasked = reask(policy, before, now);
  if (policy.adaptive === undefined) return reasked;
  const { state, decisions } = reasked;
  const { parked, approval, recentIds } = state;
  const waiting = [...parked, ...(approval === undefined ? [] : [approval])];
  if (waiting.some(({ request }) => askedBy(request).quality !== undefined)) return reasked;
  const request = sweepRequest(policy.adaptive, { model, recentIds, state }, now);
  if (request === undefined) return reasked;
  const asked = decideRequest(settings, state, request, { isDecided: false, ended: [] }, now);
  const { quality } = asked.state;
  // Newer requests may push its id out of those that are remembered, within one step.
  const known =
    quality === undefined ? asked.state : { ...asked.state, quality: { ...quality, askedStep: stepAt(policy.adaptive, now) } };
  return { state: known, decisions: [...decisions, ...asked.decisions] };
}

/** A turn of the calendar alone is no input: whatever comes next turns it. */
function sweptState(settings: ModelSettings, before: CoordinatorState, at: number): Transition {
  const swept = reaskAll(settings, before, at);
  const { parked, approval } = swept.state;
  const isInput = swept.decisions.length > 0 || parked !== before.parked || approval !== before.approval;
  return isInput ? recorded(before, swept, { type: "sweep", at }, settings) : swept;
}

function reportRepairs({ log }: WatchingPorts, model: string, kind: "performed" | "settled" | "reasked", count: number): void {
  if (count > 0) log({ level: "info", event: "sweep-repaired", model, kind, count });
}

/**
 * Asks the cloud about a run, and settles it when it ended: at an event that says so, or at a sweep. Resolves to true when this
 * call settled it; no effect the second time.
 */
export async function settleIfEnded(ports: WatchingPorts, { model }: ModelSettings, runId: string): Promise<boolean> {
  const seen = await ports.watcher.describe(runId);
  if (seen.status === "running") return false;
  const loaded = await ports.states.load(model);
  const run = loaded?.state.runs.find((held) => held.runId === runId);
  if (run === undefined) return false;
  const { requestId, startedAt } = run;
  const { status, actualUsd, endedAt } = seen;
  const outcome = { requestId, status, ...(actualUsd !== undefined && { actualUsd }) };
  const isSettled = await recordRunEnd(ports, model, outcome, endedAt);
  const durationSec = Math.max(0, endedAt - startedAt) / 1000;
  if (isSettled) ports.log({ level: "info", event: "run-settled", model, requestId, runId, status, actualUsd, durationSec });
  return isSettled;
}

/** Records how a run ended, and settles it in the model's state. Resolves to false, and changes nothing, the second time. */
export async function recordRunEnd(
  ports: Pick<WatchingPorts, "decisions" | "states" | "now">,
  model: string,
  outcome: RunOutcome,
  endedAt: number,
): Promise<boolean> {
  await ports.decisions.recordOutcome(outcome, endedAt);
  const { isSettled } = await changeState(ports, model, (before) => {
    const at = ports.now();
    const { requestId, status, actualUsd } = outcome;
    const told = { requestId, status, ...(actualUsd !== undefined && { actualUsd }) };
    const { state } = recorded(before, { state: endRun(before, outcome, at, endedAt) }, { type: "end", at, endedAt, ...told });
    return { state, isSettled: state !== before };
  });
  return isSettled;
}
