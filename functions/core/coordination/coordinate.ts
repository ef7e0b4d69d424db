import type { ManifestStore } from "../batching/ports";
import { NoCapacityError, StartRefusedError } from "../errors";
import { type Log, messageOf } from "../log/log";
import type { ModelSettings } from "../model-settings";
import { decisionNotice, type Notifier } from "../notices/notice";
import { performOutbox } from "../outbox";
import type { TrainingRequest } from "../training-request";
import { changeRecord } from "../versioned-store";
import { type CoordinatorState, initialState, type PendingEffect, type Run } from "./coordinator-state";
import type { CoordinatorStore, DecisionLog, PipelineLauncher } from "./ports";
import { newData } from "./run-cost";
import { nameRun, settleRun, withdrawStart } from "./settle-run";

export interface CoordinationPorts {
  readonly states: CoordinatorStore;
  readonly decisions: DecisionLog;
  readonly launcher: PipelineLauncher;
  readonly notifier: Notifier;
  readonly manifests: Pick<ManifestStore, "combineManifests">;
  readonly log: Log;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/**
 * Applies a change to a model's state, by compare and set. Effects are performed after that, by `performEffects`, so that nothing
 * happens that was not decided.
 * @throws RetryableError when others kept saving first
 */
export async function changeState<T extends { readonly state: CoordinatorState }>(
  ports: Pick<CoordinationPorts, "states" | "now">,
  model: string,
  change: (state: CoordinatorState) => T,
): Promise<T> {
  return await changeRecord(ports.states, model, () => initialState(ports.now()), change);
}

/**
 * Does what a model's outbox holds, then empties it of what was done. Anybody may call it at any time: every effect may be done
 * again. What fails stays for the next call. Resolves to how many were done.
 */
export async function performEffects(ports: CoordinationPorts, settings: ModelSettings): Promise<number> {
  const { model } = settings;
  const { outbox = [], runs = [] } = (await ports.states.load(model))?.state ?? {};
  return await performOutbox<CoordinatorState, PendingEffect>(outbox, {
    perform: (effect) => {
      const requestId = requestIdOf(effect);
      return perform(
        ports,
        settings,
        effect,
        runs.find((held) => held.requestId === requestId),
      );
    },
    failed: (effect, error) => {
      const failed = { model, requestId: requestIdOf(effect), effect: effect.type, error: messageOf(error) };
      ports.log({ level: "error", event: "effect-postponed", ...failed });
    },
    save: (change) => changeState(ports, model, (state) => ({ state: change(state) })),
  });
}

function requestIdOf(effect: PendingEffect): string {
  return effect.type === "start" ? effect.request.id : effect.decision.requestId;
}

/** Resolves to what the effect changes in the state, once. */
async function perform(ports: CoordinationPorts, settings: ModelSettings, effect: PendingEffect, run: Run | undefined) {
  switch (effect.type) {
    case "start":
      return start(ports, settings, effect, run);
    case "record":
      await ports.decisions.record(effect.decision);
      return undefined;
    case "notify":
      await ports.notifier.notify(decisionNotice(effect.subject, effect.decision));
      return undefined;
  }
}

async function start(
  ports: CoordinationPorts,
  settings: ModelSettings,
  effect: PendingEffect & { readonly type: "start" },
  run: Run | undefined,
) {
  const { request } = effect;
  const { id: requestId, model } = request;
  const launched = await launch(ports, settings, request);
  const now = ports.now();
  if (launched instanceof NoCapacityError) {
    ports.log({ level: "warn", event: "start-withdrawn", requestId, model, error: messageOf(launched) });
    return (state: CoordinatorState) => withdrawStart(state, effect, now);
  }
  if (launched instanceof StartRefusedError) {
    const outcome = { requestId, status: "failed", actualUsd: 0 } as const;
    await ports.decisions.recordOutcome(outcome, now);
    ports.log({ level: "error", event: "start-refused", requestId, model, error: messageOf(launched) });
    return (state: CoordinatorState) => settleRun(state, outcome, now);
  }
  const { runId } = launched;
  await ports.decisions.recordRun(requestId, runId);
  const told = { estimatedUsd: run?.reservedUsd, landingToStartSec: landingToStartSec(request, now) };
  ports.log({ level: "info", event: "run-started", requestId, model, runId, ...told });
  return (state: CoordinatorState) => nameRun(state, requestId, runId);
}

/** From the landing of the request's first object, seconds; undefined for one that no data asked for. */
function landingToStartSec({ causes }: TrainingRequest, startedAt: number): number | undefined {
  const landings = causes.flatMap((cause) => (cause.type === "data" ? [cause.openedAt] : []));
  return landings.length === 0 ? undefined : Math.max(0, startedAt - Math.min(...landings)) / 1000;
}

/** The run, or the cloud's word that there is none. Anything else leaves open whether it runs, so it is thrown, and tried again. */
async function launch(ports: CoordinationPorts, settings: ModelSettings, request: TrainingRequest) {
  const complete = await withOneManifest(ports, settings, request);
  try {
    return await ports.launcher.start(complete, settings.pipeline);
  } catch (error) {
    if (error instanceof NoCapacityError || error instanceof StartRefusedError) return error;
    throw error;
  }
}

/** A training reads one list, so those of merged requests are made one. */
async function withOneManifest(ports: CoordinationPorts, { model, data }: ModelSettings, request: TrainingRequest) {
  const { manifests } = request;
  if (manifests.length < 2) return request;
  // A request that is withdrawn and merged with more has more manifests, and so another list.
  const name = `merged/${request.id}/${manifests.length}`;
  const uris = manifests.map(({ uri }) => uri);
  const uri = await ports.manifests.combineManifests(data, model, name, uris);
  return { ...request, manifests: [{ uri, ...newData(request) }] };
}
