import { randomUUID } from "node:crypto";
import { PERSON_SOURCE, type PersonAnswer } from "../../functions/core/coordination/person-answer";
import type { Log, LogEvent } from "../../functions/core/log/log";
import type { PromotionStore } from "../../functions/core/promotion/ports";
import { judgesMay } from "../../functions/core/promotion/promote-models";
import type { CandidateRecord, PromotionState } from "../../functions/core/promotion/promotion-state";
import type { RolloutSettings } from "../../functions/core/promotion/rollout/rollout-settings";
import { promotionAnswers } from "../../functions/core/promotion/take-candidate";
import { fnv1a } from "../../functions/core/request-ids";
import { memoryNotifier, memoryPipelineLauncher, memoryRunWatcher } from "../../functions/memory/coordination";
import { memoryManifestStore } from "../../functions/memory/manifest-store";
import { memoryDeployment } from "../../functions/memory/versioned-store";
import { fileDigest } from "../../functions/node/hashes";
import type { LocalCloud } from "../clouds/local-cloud";
import { fileEvaluationFiles } from "../files/file-evaluation-files";
import { fileCandidateLog, filePromotionStore } from "../files/file-stores";
import { lockFolder } from "../files/json-files";
import { mendRecord, readCandidates, writeReplayRecord, writeState } from "../files/replay-record";
import { writeEvaluation } from "../promotion/training-job";
import { type Guard, killableFunction } from "../replay/replay-functions";
import { memoryReplayState, rememberedStates } from "../replay/replay-state";
import { seededRandom } from "../world/time-and-chance";
import { noJournal } from "../world/world-journal";
import { CANDIDATES, goldenPredictions, goldenSet, numberOf } from "./candidates";
import { candidateAt, isIdle, rolledModel } from "./rolled-model";
import { newWorld, openWorld, type RolloutRun, type RolloutWorld, unfinishedRun } from "./rollout-world";

export interface RolloutScenario extends Omit<RolloutRun, "cloud"> {
  readonly cloud: LocalCloud;
  /** Of the run, which is emptied unless an unfinished run in it is to be gone on with. */
  readonly folder: string;
  /** Starts over. */
  readonly isFresh: boolean;
  /** Stops once the candidate in its rollout has this share of the traffic, whole percent. @default - goes on to the end */
  readonly stopAt?: number;
  /** Told that an unfinished run is gone on with. */
  readonly say: (text: string) => void;
}

/** What a run of the scenario came to. */
export interface FinishedRollouts {
  /** Of all candidates, in the order in which they were recorded. */
  readonly records: readonly CandidateRecord[];
  readonly world: RolloutWorld;
  /** Of the model's rollouts. */
  readonly settings: RolloutSettings;
  /** The candidate at which it stopped, as it was asked to; absent where all have ended. */
  readonly stoppedAt?: string;
  /** The newest error of each event that functions logged, those of this process only. */
  readonly troubles: ReadonlyMap<string, LogEvent>;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Longer than the deadline of a rollout. */
const LONGEST_REST_MS = 10 * DAY_MS;

/** Share of the functions' invocations that are marked to be killed. */
const KILL_RATIO = 1 / 40;

/** From the beginning of a stage, until an operator sets the share by hand; and from a hold, until a person has looked at it. */
const EDITING_MS = 20 * MINUTE_MS;
const READING_MS = 2 * HOUR_MS;

/**
 * Registers one candidate after the other, and lets the deployed functions judge them and roll them out, minute by minute, until
 * all of them have ended. What functions and cloud remember is in files of the folder at any moment: a run that was killed is gone
 * on with, and comes to the same ends.
 * @throws Error when it does not come to rest within ten days after `until`
 */
export async function runRollouts(scenario: RolloutScenario): Promise<FinishedRollouts> {
  const unlock = await lockFolder(scenario.folder);
  try {
    return await runLocked(scenario);
  } finally {
    await unlock();
  }
}

async function runLocked(scenario: RolloutScenario): Promise<FinishedRollouts> {
  const { cloud, folder } = scenario;
  const world = await openRun(scenario);
  const troubles = new Map<string, LogEvent>();
  const log: Log = (entry) => {
    if (entry.level === "error") troubles.set(entry.event, entry);
  };
  const functions = deployedFunctions(scenario, world, log);
  const model = rolledModel(cloud.name);
  let stoppedAt: string | undefined;

  for (;;) {
    await registerNext(scenario, world);
    const state = (await functions.promotions.load(model.model))?.state;
    editByHand(world, state);
    const answer = answerOf(world, state);
    if (answer !== undefined) await functions.answer.invoke(answer).catch(() => {});
    // One that fails or is killed is repaired by the next one, as when deployed.
    await functions.promoter.invoke().catch(() => {});
    await functions.rollout.invoke().catch(() => {});
    const left = (await functions.promotions.load(model.model))?.state;
    stoppedAt = candidateAt(left, scenario.stopAt);
    if (stoppedAt !== undefined) break;
    const isAtRest = left !== undefined && isIdle(left) && (await world.isDecided());
    if (isAtRest && world.versions() > CANDIDATES.length) break;
    if (world.now() > scenario.until + LONGEST_REST_MS) throw new Error("the rollouts do not come to rest");
    const next = isAtRest ? registersAt(scenario, world.versions()) : world.now() + MINUTE_MS;
    world.goOn(Math.max(next, world.now() + MINUTE_MS), functions.counts());
  }

  world.saveTime();
  await writeRunState(scenario, world.now());
  const stopped = { ...(stoppedAt !== undefined && { stoppedAt }) };
  return { records: await readCandidates(folder), world, settings: model.promotion.rollout, troubles, ...stopped };
}

async function openRun({ cloud, folder, isFresh, say, stopAt: _stopAt, ...scenario }: RolloutScenario): Promise<RolloutWorld> {
  const { seed, from, until } = scenario;
  const run: RolloutRun = { cloud: cloud.name, seed, from, until };
  const { promotion } = rolledModel(cloud.name);
  const about = { endpoint: promotion.rollout.endpoint, registry: promotion.registry };
  const unfinished = isFresh ? undefined : unfinishedRun(folder, run);
  if (unfinished !== undefined) {
    say("Going on with the run that was interrupted; --fresh starts over\n");
    await mendRecord(folder);
    // What people ordered meanwhile is past.
    const newest = (await readCandidates(folder)).reduce((latest, { at }) => Math.max(latest, at), unfinished.now);
    const now = Math.ceil(newest / MINUTE_MS) * MINUTE_MS;
    return await openWorld(folder, cloud, about, { ...unfinished, now });
  }
  const first = newWorld(folder, run, cloud, promotion.registry, {
    registeredAt: from - 30 * DAY_MS,
    ...evaluationOf(cloud, 1),
  });
  await writePredictions({ cloud, folder }, 1);
  await writeReplayRecord(folder, { state: stateOf({ cloud, seed }, from), decisions: [], runs: [], drifts: [] });
  return await openWorld(folder, cloud, about, first);
}

function stateOf({ cloud, seed }: Pick<RolloutScenario, "cloud" | "seed">, restedAt: number) {
  return {
    format: 2,
    cloud: cloud.name,
    seed,
    restedAt,
    writtenAt: Date.now(),
    models: [rolledModel(cloud.name)],
    states: {},
  } as const;
}

/** What the command `retrigger` begins with. */
async function writeRunState(scenario: RolloutScenario, restedAt: number): Promise<void> {
  await writeState(scenario.folder, stateOf(scenario, restedAt));
}

function evaluationOf(cloud: LocalCloud, number: number): { readonly runId: string; readonly evaluationUri: string } {
  const { evaluations } = rolledModel(cloud.name).promotion;
  const place = `${cloud.manifests.scheme}://${evaluations.bucket}/${evaluations.prefix}run-${number}`;
  return { runId: `run-${number}`, evaluationUri: `${place}/evaluation.json` };
}

async function writePredictions({ cloud, folder }: Pick<RolloutScenario, "cloud" | "folder">, number: number): Promise<void> {
  const { model } = rolledModel(cloud.name);
  const { evaluationUri } = evaluationOf(cloud, number);
  const place = evaluationUri.slice(0, evaluationUri.lastIndexOf("/"));
  await writeEvaluation(folder, place, {
    model,
    goldenSet: goldenSet().sha256,
    predictions: goldenPredictions(),
    rows: 20_000 + number,
  });
}

/** When the candidate after so many versions is registered. */
function registersAt({ from, until }: Pick<RolloutScenario, "from" | "until">, versions: number): number {
  return from + Math.floor(((versions - 1) * (until - from)) / CANDIDATES.length / MINUTE_MS) * MINUTE_MS;
}

async function registerNext(scenario: RolloutScenario, world: RolloutWorld): Promise<void> {
  const versions = world.versions();
  const at = registersAt(scenario, versions);
  const candidate = CANDIDATES[versions - 1];
  if (candidate === undefined || at > world.now()) return;
  await writePredictions(scenario, versions + 1);
  world.register({ registeredAt: at, ...evaluationOf(scenario.cloud, versions + 1) }, (endpoint) => {
    for (const fault of candidate.faults) endpoint.inject(fault);
  });
}

/** An operator sets the candidate's share to 60 % in the console, some time after the stage began. */
function editByHand(world: RolloutWorld, state: PromotionState | undefined): void {
  const { candidate, rollout } = state?.current ?? {};
  if (candidate === undefined || rollout === undefined || rollout.at.is !== "stage") return;
  const number = numberOf(candidate.version);
  const stage = rollout.plan?.[rollout.at.index];
  const isTime = stage?.is === "split" && stage.percent === CANDIDATES[number - 2]?.editedAt;
  if (!isTime || world.now() < rollout.since + EDITING_MS) return;
  world.editOnce(number, (endpoint) => {
    const [champion, ours] = endpoint.serving();
    if (champion === undefined || ours === undefined) return false;
    return endpoint.editByHand({ do: "set-shares", percents: { [champion.name]: 40, [ours.name]: 60 } });
  });
}

/** A person who is asked about what somebody changed looks at it for two hours, and lets the rollout go on. */
function answerOf(world: RolloutWorld, state: PromotionState | undefined): PersonAnswer | undefined {
  const { candidate, rollout } = state?.current ?? {};
  const { hold } = rollout ?? {};
  if (candidate === undefined || hold?.reason !== "changed" || world.now() < hold.at + READING_MS) return undefined;
  const { id: requestId, model } = candidate;
  return { source: PERSON_SOURCE, id: fnv1a(`${requestId} ${hold.at}`), model, by: "grace", do: "continue", requestId };
}

/** The functions of the cloud that a rollout needs, killed half-way now and then. */
function deployedFunctions({ cloud, folder, seed }: RolloutScenario, world: RolloutWorld, log: Log) {
  const model = rolledModel(cloud.name);
  const { now, registry, endpoint } = world;
  const { settings, states, decisions, batches, histories } = memoryReplayState([model]);
  const promotions = rememberedStates(filePromotionStore(folder));
  const candidates = fileCandidateLog(folder);
  const before = world.counts();
  const options = (name: string) => ({
    name,
    killRatio: KILL_RATIO,
    // By the time, so that a run which is gone on with is not killed otherwise.
    randomOf: () => seededRandom(seed, `${name} ${now()}`),
    journal: noJournal,
  });
  /** What is remembered was done at a time that is remembered, too. */
  const timed = <A extends unknown[], R>(call: (...args: A) => Promise<R>) => {
    return async (...args: A): Promise<R> => {
      world.saveTime();
      return await call(...args);
    };
  };
  const saving = (guard: Guard): PromotionStore => ({ ...promotions, save: guard(timed((...step) => promotions.save(...step))) });

  const promoter = killableFunction(
    (guard) =>
      cloud.createPromoter({
        ...{ settings, states, decisions, log, now },
        promotions: saving(guard),
        candidates: { ...candidates, record: guard(timed((record) => candidates.record(record))) },
        registry: { ...registry, mark: guard((mark) => registry.mark(mark)) },
        evaluations: fileEvaluationFiles(folder),
        sha256: fileDigest,
        notifier: { notify: guard(async () => {}) },
        mayPerform: judgesMay,
      }),
    options("promoter"),
  );
  const rollout = killableFunction(
    (guard) =>
      cloud.createRollout({
        ...{ settings, log, now, metrics: endpoint },
        promotions: saving(guard),
        traffic: { survey: endpoint.survey, look: endpoint.look, step: guard((order) => endpoint.step(order)) },
        holder: randomUUID,
      }),
    options("rollout"),
  );
  const answer = killableFunction((guard) => {
    const ports = {
      ...{ settings, states, decisions, batches, histories, log, now },
      promotions: saving(guard),
      candidateAnswers: promotionAnswers({ promotions: saving(guard), now }),
      manifests: memoryManifestStore(),
      requests: { send: async () => {} },
      launcher: memoryPipelineLauncher(),
      watcher: memoryRunWatcher(),
      notifier: memoryNotifier(),
      deployment: memoryDeployment,
    };
    const deliver = cloud.createCoordinator(ports, { keep: async () => {} });
    return async (given: PersonAnswer) => {
      const at = now();
      const message = { id: given.id, body: cloud.requestMessage(given), group: given.model };
      await deliver([{ ...message, sentAt: at, firstReceivedAt: at, visibleAt: at, receives: 1, sequence: 1 }]);
    };
  }, options("coordinator"));

  const all = { promoter, rollout, coordinator: answer };
  return {
    promotions,
    promoter,
    rollout,
    answer,
    /** Those of the run's processes before this one among them. */
    counts() {
      const entries = Object.entries(all).map(([name, { counts }]) => {
        return [name, (before.invocations[name] ?? 0) + counts.invocations] as const;
      });
      const killed = Object.values(all).reduce((sum, { counts }) => sum + counts.killed, before.killed);
      return { invocations: Object.fromEntries(entries), killed };
    },
  };
}
