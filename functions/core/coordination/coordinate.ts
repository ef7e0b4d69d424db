import { ListRefusedError, NoCapacityError, StartRefusedError } from "../errors";
import { decidedEvent, type Log, MAX_ERROR_CHARS, messageOf } from "../log/log";
import type { ModelSettings } from "../model-settings";
import { decisionNotice, NOTICE_MAX_AGE_MS, type Notifier } from "../notices/notice";
import { type Performed, performOutbox } from "../outbox";
import { plainLine } from "../plain-text";
import { type TrainingListPorts, trainingList } from "../promotion/training-list";
import type { TrainingMix } from "../promotion/training-mix";
import { recorded } from "../replay/recorded-input";
import type { TrainingRequest } from "../training-request";
import { changeRecord } from "../versioned-store";
import { type CoordinatorState, initialState, type PendingEffect, type Run } from "./coordinator-state";
import { type Decision, isRejectReason } from "./decision";
import type { CandidateAnswers, CoordinatorStore, DecisionLog, PipelineLauncher, PipelineRun } from "./ports";
import { newData } from "./run-cost";
import { hasDataToKeep, withSetAside } from "./set-aside";
import { adoptRun, nameRun, settleRun, withdrawStart } from "./settle-run";

export interface CoordinationPorts extends TrainingListPorts {
  readonly states: CoordinatorStore;
  readonly decisions: DecisionLog;
  readonly launcher: PipelineLauncher;
  readonly notifier: Notifier;
  /** @default - no candidate waits for an answer */
  readonly candidateAnswers?: CandidateAnswers;
  /** The id of the deployment, see `deploymentId`. */
  readonly deployment: () => Promise<string>;
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
  change: (state: CoordinatorState) => T | Promise<T>,
): Promise<T> {
  return await changeRecord(ports.states, model, () => initialState(ports.now()), change);
}

/** Notices of a model that are tried again; the state is one record of the store. */
const MAX_NOTICES = 20;

/**
 * Does what a model's outbox holds, then empties it of what was done. Anybody may call it at any time: every effect may be done
 * again. What fails stays for the next call. Resolves to how many were done.
 */
export async function performEffects(ports: CoordinationPorts, settings: ModelSettings): Promise<number> {
  const { model } = settings;
  const { outbox = [], runs = [] } = (await ports.states.load(model))?.state ?? {};
  const surplus = new Set(outbox.filter(({ type }) => type === "notify").slice(0, -MAX_NOTICES));
  return await performOutbox<CoordinatorState, PendingEffect>(outbox, {
    perform: async (effect) => {
      if (effect.type === "notify" && surplus.has(effect)) {
        dropped(ports.log, effect.decision, `more than ${MAX_NOTICES} notices could not be sent`);
        return undefined;
      }
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

/** Writes decisions into the log, and what of a model's data goes into no run by them. */
export function tellDecisions(log: Log, decisions: readonly Decision[]): void {
  for (const decision of decisions) {
    log(decidedEvent(decision));
    const { outcome, reason, request } = decision;
    if (outcome === "reject" && isRejectReason(reason) && hasDataToKeep(request, reason)) tellSetAside(log, request, reason);
  }
}

function tellSetAside(log: Log, request: TrainingRequest, reason: string): void {
  const { model, id: requestId } = request;
  log({ level: "warn", event: "data-set-aside", model, requestId, reason, objects: newData(request).objects });
}

function requestIdOf(effect: PendingEffect): string {
  return effect.type === "start" ? effect.request.id : effect.decision.requestId;
}

async function perform(
  ports: CoordinationPorts,
  settings: ModelSettings,
  effect: PendingEffect,
  run: Run | undefined,
): Promise<Performed<CoordinatorState> | undefined> {
  switch (effect.type) {
    case "start":
      return start(ports, settings, effect, run);
    case "record":
      await ports.decisions.record({ ...effect.decision, number: effect.number });
      return undefined;
    case "notify":
      await notify(ports, effect);
      return undefined;
  }
}

type NotifyEffect = Extract<PendingEffect, { readonly type: "notify" }>;

/** A notice is given up after `NOTICE_MAX_AGE_MS`: those of a channel that is gone must not fill the state. */
async function notify({ notifier, log, now }: CoordinationPorts, { subject, decision, omitted }: NotifyEffect): Promise<void> {
  try {
    await notifier.notify(decisionNotice(subject, decision, omitted));
  } catch (error) {
    if (now() - decision.decidedAt < NOTICE_MAX_AGE_MS) throw error;
    dropped(log, decision, error);
  }
}

function dropped(log: Log, { model, requestId }: Decision, error: unknown): void {
  log({ level: "error", event: "notice-dropped", model, requestId, error: messageOf(error) });
}

type StartEffect = Extract<PendingEffect, { readonly type: "start" }>;

/**
 * Several performers may be at one start, and the cloud may answer each of them otherwise: no room for one, a run for the other. A
 * run that was recorded then wins over the answer that there is none, whoever saves first.
 */
async function start(
  ports: CoordinationPorts,
  settings: ModelSettings,
  effect: StartEffect,
  run: Run | undefined,
): Promise<Performed<CoordinatorState>> {
  const { id: requestId, model } = effect.request;
  const launched = await launch(ports, settings, effect);
  const now = ports.now();
  if ("runId" in launched) {
    const { runId, mix } = launched;
    const isNew = await ports.decisions.recordRun(requestId, runId, mix);
    const told = { estimatedUsd: run?.reservedUsd, landingToStartSec: landingToStartSec(effect.request, now) };
    ports.log({ level: "info", event: "run-started", requestId, model, runId, ...told });
    if (mix !== undefined) tellMix(ports.log, { model, requestId }, mix);
    return {
      finished: (state) => nameRun(state, requestId, runId),
      ...(isNew &&
        run !== undefined && {
          overtaken: (state: CoordinatorState) =>
            recorded(state, { state: adoptRun(state, { ...run, runId }) }, { type: "adopted", requestId }).state,
        }),
    };
  }
  if (launched instanceof NoCapacityError) {
    ports.log({ level: "warn", event: "start-withdrawn", requestId, model, error: messageOf(launched) });
    const input = { type: "withdrawn", at: now, requestId } as const;
    return { finished: (state) => recorded(state, { state: withdrawStart(state, effect, now) }, input).state };
  }
  const outcome = { requestId, status: "failed", actualUsd: 0 } as const;
  await ports.decisions.recordOutcome(outcome, now);
  ports.log({ level: "error", event: "start-refused", requestId, model, error: messageOf(launched) });
  const reason = launched instanceof ListRefusedError ? "list-refused" : "start-refused";
  if (hasDataToKeep(effect.request, reason)) tellSetAside(ports.log, effect.request, reason);
  const input = { type: "refused", at: now, requestId, reason } as const;
  const refused = (state: CoordinatorState) => withSetAside(settleRun(state, outcome, now), effect.request, reason, now);
  return { finished: (state) => recorded(state, { state: refused(state) }, input).state };
}

function tellMix(log: Log, of: { readonly model: string; readonly requestId: string }, mix: TrainingMix): void {
  const { objects, bytes, share, wanted, isIn, sentence } = mix;
  if (isIn) log({ level: "info", event: "training-mix", ...of, objects, bytes, share, wanted });
  else log({ level: "error", event: "training-mix-missing", ...of, error: plainLine(sentence, MAX_ERROR_CHARS) });
}

/** From the landing of the request's first object, seconds; undefined for one that no data asked for. */
function landingToStartSec({ causes }: TrainingRequest, startedAt: number): number | undefined {
  const landings = causes.flatMap((cause) => (cause.type === "data" ? [cause.openedAt] : []));
  return landings.length === 0 ? undefined : Math.max(0, startedAt - Math.min(...landings)) / 1000;
}

/** `mix` where this start made the list. */
type LaunchedRun = PipelineRun & { readonly mix?: TrainingMix };

/**
 * The run that is recorded or was started, or the cloud's word that there is none. Anything else leaves open whether it runs, so it
 * is thrown, and tried again.
 */
async function launch(
  ports: CoordinationPorts,
  settings: ModelSettings,
  { request, isNamedByDeployment }: StartEffect,
): Promise<LaunchedRun | NoCapacityError | StartRefusedError> {
  const recorded = await recordedRun(ports, request);
  if (recorded !== undefined) return recorded;
  const deployment = isNamedByDeployment === true ? await ports.deployment() : undefined;
  try {
    const { request: complete, mix } = await trainingList(ports, settings, request, deployment);
    const { runId } = await ports.launcher.start(complete, settings.pipeline, deployment);
    return { runId, ...(mix !== undefined && { mix }) };
  } catch (error) {
    if (!(error instanceof NoCapacityError || error instanceof StartRefusedError)) throw error;
    return (await recordedRun(ports, request)) ?? error;
  }
}

async function recordedRun({ decisions }: CoordinationPorts, { id }: TrainingRequest): Promise<PipelineRun | undefined> {
  const runId = (await decisions.readRun(id))?.runId;
  return runId === undefined ? undefined : { runId };
}
