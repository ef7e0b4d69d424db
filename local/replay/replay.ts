import type { ManifestStore } from "../../functions/core/batching/ports";
import { changeState } from "../../functions/core/coordination/coordinate";
import type { CoordinatorState } from "../../functions/core/coordination/coordinator-state";
import type { Decision } from "../../functions/core/coordination/decision";
import { takeRecordedAnswer } from "../../functions/core/coordination/intervene";
import type { DriftReport } from "../../functions/core/drift/drift-report";
import { requestFates } from "../../functions/core/drift/episodes/request-fate";
import type { DriftRecord } from "../../functions/core/drift/ports";
import type { ModelSettings } from "../../functions/core/model-settings";
import { promotionAnswers } from "../../functions/core/promotion/take-candidate";
import { qualityMessageOf } from "../../functions/core/quality/quality-message";
import { memoryQualityQueue } from "../../functions/memory/coordination";
import { memoryDeployment } from "../../functions/memory/versioned-store";
import { driftRecordHash } from "../../functions/node/hashes";
import type { LocalCloud, ReplayPorts } from "../clouds/local-cloud";
import { type CollectedMetrics, measureServices } from "../dashboard/collect-metrics";
import { type PromotionOptions, type PromotionOutcome, promotionWorld } from "../promotion/promotion-world";
import { type SimulatedRun, simulatedCloud } from "../world/simulated-cloud";
import { type SimulatedQueue, simulatedQueue } from "../world/simulated-queue";
import { seededRandom, type VirtualClock } from "../world/time-and-chance";
import {
  createNotes,
  isNoted,
  type ReplayNotes,
  repeatEffect,
  simulatedPerson,
  type World,
  worldPorts,
  worldRejections,
} from "../world/world";
import type { Effect, WorldJournal } from "../world/world-journal";
import { feedLandings, type LandingFeed, type LandingFile } from "./landing-files";
import { type Outage, type PlannedRequest, withOutage } from "./plan";
import { replayFunctions } from "./replay-functions";
import type { ReplayState } from "./replay-state";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;
const VISIBILITY_TIMEOUT_MS = 6 * MINUTE_MS;
const MAX_RECEIVES = 5;

/** Share of the files that S3 announces twice, and of the deliveries that SQS repeats: together about 3 %. */
const TWICE_RATIO = 0.015;

/** No policy of the replay waits this long: a batch that is still open then would never be sealed. */
const LONGEST_REST_MS = 7 * DAY_MS;

/** A replay: the cloud, what happens to it, and where its state is kept. */
export interface ReplayOptions {
  readonly cloud: LocalCloud;
  readonly clock: VirtualClock;
  /** In order of landing, none before the clock's start. @default - none, and no hostile messages either */
  readonly files?: AsyncIterator<LandingFile>;
  /** The requests that do not come from data. */
  readonly planned: readonly PlannedRequest[];
  /** In the order of their windows' ends, at which they are sent. @default - none */
  readonly reports?: AsyncIterator<DriftReport>;
  /** End of the replayed period, epoch milliseconds. */
  readonly until: number;
  readonly seed: number;
  readonly models: readonly ModelSettings[];
  readonly state: ReplayState;
  /** When the state store answers nobody. @default - never */
  readonly outage?: Outage;
  readonly manifests: ManifestStore;
  /** What trainings of models that are promoted need. @default - runs make no models */
  readonly promotion?: PromotionOptions;
  /** The journal of the run; when the run is started again, `repeat` applies the effects that the journal holds. */
  readonly openJournal: (repeat: (effect: Effect) => void) => WorldJournal;
  /** Called every virtual minute with the time (epoch milliseconds) and the files landed so far. */
  readonly onMinute: (now: number, files: number) => void;
  /** Gets every log entry, and the state of the queues every virtual minute. @default - nothing is collected */
  readonly metrics?: Pick<CollectedMetrics, "log" | "measure">;
}

interface FunctionCounts {
  readonly invocations: number;
  readonly killed: number;
}

/** What a replay came to. */
export interface Replay {
  /** When the last batch was published and the last message handled, epoch milliseconds. */
  readonly restedAt: number;
  readonly feed: Readonly<LandingFeed>;
  readonly landings: SimulatedQueue;
  readonly requests: SimulatedQueue;
  readonly driftReports: SimulatedQueue;
  /** In the order of their starts. */
  readonly runs: readonly SimulatedRun[];
  /** In the order of their records. */
  readonly decisions: readonly Decision[];
  /** Of each model that anything was asked for. */
  readonly states: ReadonlyMap<string, CoordinatorState>;
  /** Ends of runs that no event announced. */
  readonly endsWithoutEvent: number;
  /** In the order of their records. */
  readonly drifts: readonly DriftRecord[];
  readonly functions: Record<"batcher" | "sweeper" | "coordinator" | "driftEvaluator", FunctionCounts> & {
    readonly promoter?: FunctionCounts;
  };
  /** Absent where no model was promoted. */
  readonly promotion?: PromotionOutcome;
  readonly notes: ReplayNotes;
}

/**
 * Lets the files land one after the other, and the functions do their work, until everything is at rest.
 * @throws Error when it does not come to rest within seven days after `until`
 */
export async function replay(options: ReplayOptions): Promise<Replay> {
  const { cloud, clock, files, seed, models, state, metrics } = options;
  const notes = createNotes();
  const decisions = new Map<string, Decision>();
  const drifts = new Map<string, DriftRecord>();
  const training = simulatedCloud(
    clock,
    models,
    seed,
    (run, random) => {
      const end = cloud.runEndMessage(run, random);
      if (end !== undefined) requests.send(end.body, { group: "pipeline-events", deduplicationId: end.id });
      return end !== undefined;
    },
    async (run) => await promotion?.runEnded(run),
  );
  const world: World = {
    send(request) {
      if (!notes.requests.has(request.id)) notes.requests.set(request.id, request);
      requests.send(cloud.requestMessage(request), { group: request.model, deduplicationId: request.id });
    },
    start: training.start,
    notify: simulatedPerson(clock, async (answer) => {
      const settings = models.find(({ model }) => model === answer.model);
      if (settings === undefined) return;
      await journal.invocation("person", async () => {
        const ports = { states: state.states, now: clock.now };
        await changeState(ports, answer.model, (before) => takeRecordedAnswer(settings, before, answer, clock.now()));
      });
    }),
    noteDecision: (decision) => void decisions.set(`${decision.requestId} ${decision.decidedAt} ${decision.outcome}`, decision),
    notifyDrift: () => {},
    noteDrift: (record) => void drifts.set(`${record.evaluation.model} ${driftRecordHash(record)}`, record),
    log(entry) {
      if (isNoted(entry)) notes.log(entry);
      promotion?.heard(entry);
      metrics?.log(entry, clock.now());
    },
    setAside(queue, messageId, refusal) {
      ({ landings, requests, drift: driftReports })[queue].setAside(messageId, refusal);
    },
    // What is collected must be repeated, too, when the run is started again; promotion hears all of it.
    isNoted: metrics === undefined && options.promotion === undefined ? isNoted : () => true,
  };
  const journal = options.openJournal((effect) => repeatEffect(world, effect));
  const { settings, batches, states, histories } = state;
  const effects = worldPorts(world, state, journal);
  const promotion =
    options.promotion &&
    promotionWorld(options.promotion, {
      ...{ cloud, clock, seed, models, settings, states, journal },
      ...{ decisions: state.decisions, log: effects.log },
      ask: (request) => world.send(request),
      answer: (answer) => requests.send(cloud.requestMessage(answer), { group: answer.model, deduplicationId: answer.id }),
      announce: ({ id, body }) => requests.send(body, { group: "model_packages", deduplicationId: id }),
    });
  const ports: ReplayPorts = {
    ...effects,
    ...(promotion && {
      promotions: promotion.promotions,
      candidateAnswers: promotionAnswers({ promotions: promotion.promotions, now: clock.now }),
    }),
    settings,
    batches,
    states,
    histories,
    fates: requestFates(state.decisions),
    qualities: memoryQualityQueue(async (signal) => {
      const body = cloud.requestMessage(qualityMessageOf(signal));
      requests.send(body, { group: signal.model, deduplicationId: body });
    }),
    deployment: memoryDeployment,
    manifests: options.manifests,
    watcher: training.watcher,
    now: clock.now,
    // Otherwise the disk's speed decides in which order models are worked on, and where a kill comes.
    parallelModels: 1,
  };
  const { batcher, sweeper, coordinator, driftEvaluator } = replayFunctions(
    cloud,
    options.outage === undefined ? ports : withOutage(ports, options.outage),
    worldRejections(world, journal),
    seed,
    journal,
  );

  const common = { visibilityTimeoutMs: VISIBILITY_TIMEOUT_MS, maxReceives: MAX_RECEIVES, duplicateRatio: TWICE_RATIO };
  const landings = simulatedQueue(
    { ...common, isFifo: false, batchSize: 1_000, batchWindowMs: 20 * SECOND_MS },
    clock,
    seededRandom(seed, "landings"),
    batcher.invoke,
  );
  const requests = simulatedQueue(
    { ...common, isFifo: true, batchSize: 10, batchWindowMs: 0 },
    clock,
    seededRandom(seed, "requests"),
    coordinator.invoke,
  );

  const driftReports = simulatedQueue(
    { ...common, isFifo: false, batchSize: 10, batchWindowMs: 0 },
    clock,
    seededRandom(seed, "drift"),
    driftEvaluator.invoke,
  );

  const feed = feedLandings(clock, { cloud, files, until: options.until, seed, twiceRatio: TWICE_RATIO }, (body) =>
    landings.send(body),
  );

  const measure = measureServices({
    queues: { data: landings, requests, drift: driftReports },
    functions: {
      ...{ batcher, sweeper, coordinator, "drift-evaluator": driftEvaluator },
      ...(promotion && { promoter: promotion.promoter }),
    },
  });

  async function tick(): Promise<void> {
    // a sweep that fails or is killed is repaired by the next one, as when deployed
    await sweeper.invoke().catch(() => {});
    await promotion?.promoter.invoke().catch(() => {});
    options.onMinute(clock.now(), feed.landed.length);
    if (metrics !== undefined) for (const value of measure(clock.now())) metrics.measure(value, clock.now());
    if (clock.isIdle() && (await journal.invocation("rest", isResting))) return;
    if (clock.now() > options.until + LONGEST_REST_MS)
      throw new Error("the replay does not come to rest: a batch stays open, or a run does not end");
    clock.at(clock.now() + MINUTE_MS, tick);
  }

  const isResting = async () => (await isAtRest(models, state)) && (await promotion?.isAtRest()) !== false;

  async function reportNext(): Promise<void> {
    const next = await options.reports?.next();
    if (next === undefined || next.done === true) return;
    clock.at(next.value.window.end, () => {
      driftReports.send(cloud.driftMessage(next.value));
      return reportNext();
    });
  }

  for (const { at, request } of options.planned) clock.at(at, () => world.send(request));
  clock.at(clock.now(), reportNext);
  clock.at(clock.now(), tick);
  await clock.run();

  journal.close();
  return {
    restedAt: clock.now(),
    feed,
    landings,
    requests,
    runs: training.runs(),
    decisions: [...decisions.values()],
    states: await statesOf(models, state),
    endsWithoutEvent: training.counts.endsWithoutEvent,
    functions: {
      batcher: batcher.counts,
      sweeper: sweeper.counts,
      coordinator: coordinator.counts,
      driftEvaluator: driftEvaluator.counts,
      ...(promotion && { promoter: promotion.promoter.counts }),
    },
    ...(promotion && { promotion: await promotion.outcome() }),
    driftReports,
    drifts: [...drifts.values()],
    notes,
  };
}

/** True when no batch is open or pending and no run or message is on its way; requests may still wait for time or for a person. */
export async function isAtRest(models: readonly ModelSettings[], state: Pick<ReplayState, "batches" | "states">): Promise<boolean> {
  const heads = await Promise.all(models.map(({ model }) => state.batches.readHead(model)));
  const states = [...(await statesOf(models, state)).values()];
  return (
    heads.every(({ open, pending }) => open.count === 0 && pending.length === 0) &&
    states.every(({ runs, outbox }) => runs.length === 0 && outbox.length === 0)
  );
}

/** The coordinator states of the models that have one, by model. */
export async function statesOf(
  models: readonly ModelSettings[],
  { states }: Pick<ReplayState, "states">,
): Promise<Map<string, CoordinatorState>> {
  const loaded = await Promise.all(models.map(async ({ model }) => [model, await states.load(model)] as const));
  return new Map(loaded.flatMap(([model, versioned]) => (versioned === undefined ? [] : [[model, versioned.state]])));
}
