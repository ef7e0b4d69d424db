import type { ModelSettings } from "../model-settings";
import { messageOf } from "../report";
import { type CoordinationPorts, changeState, performEffects } from "./coordinate";
import { reask } from "./decide";
import type { RunWatcher } from "./run-watcher";
import { type RunOutcome, settleRun } from "./settle-run";

export interface WatchingPorts extends CoordinationPorts {
  readonly watcher: RunWatcher;
}

/**
 * What the clock does for a model's coordination: does what was decided and not done, settles runs whose end nobody told of, asks
 * deferred requests again, and ends what waited too long. Rejects when a port does; the next sweep goes on from there. A run that
 * cannot be looked up keeps nothing else from being done: that is told at the end.
 */
export async function sweepCoordination(ports: WatchingPorts, settings: ModelSettings): Promise<void> {
  const { model } = settings;
  const loaded = await ports.states.load(model);
  if (loaded === undefined) return;
  if (loaded.state.outbox.length > 0) await performEffects(ports, settings);
  const unknown: string[] = [];
  for (const { runId } of loaded.state.runs) {
    if (runId === undefined) continue;
    await settleIfEnded(ports, settings, runId).catch((error: unknown) => unknown.push(`${runId}: ${messageOf(error)}`));
  }
  const { decisions } = await changeState(ports, model, (state) => reask(settings.policy, state, ports.now()));
  for (const { requestId, outcome, reason } of decisions) {
    ports.report({ level: "info", event: "decided", model, requestId, outcome, reason });
  }
  if (decisions.length > 0) await performEffects(ports, settings);
  if (unknown.length > 0) throw new Error(`the fate of runs of ${model} could not be learned: ${unknown.join("; ")}`);
}

/** Asks the cloud about a run, and settles it when it ended: at an event that says so, or at a sweep. No effect the second time. */
export async function settleIfEnded(ports: WatchingPorts, { model }: ModelSettings, runId: string): Promise<void> {
  const seen = await ports.watcher.describe(runId);
  if (seen.status === "running") return;
  const loaded = await ports.states.load(model);
  const run = loaded?.state.runs.find((held) => held.runId === runId);
  if (run === undefined) return;
  const { status, actualUsd, endedAt } = seen;
  await settle(ports, model, { requestId: run.requestId, status, ...(actualUsd !== undefined && { actualUsd }) }, endedAt);
  ports.report({ level: "info", event: "run-settled", model, requestId: run.requestId, status, actualUsd });
}

/** Records how a run ended, and frees what it held. No effect the second time. */
export async function settle(
  ports: Pick<WatchingPorts, "log" | "states" | "now">,
  model: string,
  outcome: RunOutcome,
  endedAt: number,
): Promise<void> {
  await ports.log.recordOutcome(outcome, endedAt);
  await changeState(ports, model, (state) => ({ state: settleRun(state, outcome, ports.now()) }));
}
