import type { CoordinatorStore, DecisionLog } from "../../functions/core/coordination/ports";
import type { Log } from "../../functions/core/log/log";
import type { ModelSettings, ModelSettingsSource } from "../../functions/core/model-settings";
import type { PromotionStore } from "../../functions/core/promotion/ports";
import { judgesMay } from "../../functions/core/promotion/promote-models";
import type { CandidateRecord, PromotionState } from "../../functions/core/promotion/promotion-state";
import type { Versioned } from "../../functions/core/versioned-store";
import { memoryCandidateLog, memoryPromotionStore } from "../../functions/memory/promotion";
import { fileDigest } from "../../functions/node/hashes";
import type { LocalCloud } from "../clouds/local-cloud";
import { fileEvaluationFiles } from "../files/file-evaluation-files";
import { type KillableFunction, killableFunction } from "../replay/replay-functions";
import type { SimulatedRun } from "../world/simulated-cloud";
import { seededRandom, type VirtualClock } from "../world/time-and-chance";
import type { WorldJournal } from "../world/world-journal";
import type { FlightBucket } from "./flight-bucket";
import type { GoldenSet } from "./golden-set";
import { type ReviewerHands, simulatedReviewer } from "./reviewer";
import { simulatedRegistry } from "./simulated-registry";
import { type TrainedModel, trainingJob } from "./training-job";

/** What a replay with promotion has beside the others. */
export interface PromotionOptions {
  /** Of the local run, in which each bucket is a folder. */
  readonly folder: string;
  readonly bucket: FlightBucket;
  /** By model. */
  readonly goldenSets: ReadonlyMap<string, GoldenSet>;
}

/** The replay that the promotion is part of. */
export interface PromotedReplay extends ReviewerHands {
  readonly cloud: LocalCloud;
  readonly clock: VirtualClock;
  readonly seed: number;
  readonly models: readonly ModelSettings[];
  readonly settings: ModelSettingsSource;
  readonly states: CoordinatorStore;
  readonly decisions: DecisionLog;
  readonly log: Log;
  readonly journal: WorldJournal;
  /** Puts the message about a version into the request queue. */
  readonly announce: (message: { readonly id: string; readonly body: string }) => void;
}

/** The promotion of a replay. */
export interface PromotionWorld {
  readonly promotions: PromotionStore;
  readonly promoter: KillableFunction<[], void>;
  /** Trains the model of a run that succeeded, and registers it. */
  readonly runEnded: (run: SimulatedRun) => Promise<void>;
  /** Told of what functions log: of freezes, and of their ends. */
  readonly heard: Log;
  /** True when every version was decided about, or waits for a person, and nothing is left to do. */
  readonly isAtRest: () => Promise<boolean>;
  readonly outcome: () => Promise<PromotionOutcome>;
}

/** What the promotion of a replay came to. */
export interface PromotionOutcome {
  /** In the order of their registration. */
  readonly trained: readonly RegisteredModel[];
  /** In the order of their records. */
  readonly records: readonly CandidateRecord[];
  readonly states: Readonly<Record<string, Versioned<PromotionState>>>;
  /** In the order of their beginnings. */
  readonly freezes: readonly Freeze[];
}

/** A time in which automatic training of a model was frozen. Epoch milliseconds. */
export interface Freeze {
  readonly model: string;
  readonly from: number;
  /** When a person thawed it; absent while nobody did. */
  readonly until?: number;
  readonly why: string;
}

/** A model with its place in the registry. */
export interface RegisteredModel extends TrainedModel {
  readonly version: string;
}

/** Share of the promoter's turns that are marked to be killed. */
const KILL_RATIO = 1 / 5;

/** Events of registries that are never delivered. */
const LOST_RATIO = 0.15;

/** Trains, registers and judges models, and lets a person answer about them. */
export function promotionWorld({ folder, bucket, goldenSets }: PromotionOptions, replay: PromotedReplay): PromotionWorld {
  const { cloud, clock, seed, models, settings, states, decisions, log, journal } = replay;
  const trained: RegisteredModel[] = [];
  const train = trainingJob({ folder, format: cloud.manifests, bucket, goldenSets });
  const random = seededRandom(seed, "model packages");
  const registries = models.flatMap(({ promotion }) => promotion?.registry ?? []);
  const registry = simulatedRegistry(registries, cloud.versionNaming, (version) => {
    const message = cloud.versionMessage(version, clock.now(), random);
    if (message !== undefined && !random.chance(LOST_RATIO)) replay.announce(message);
  });
  const promotions = memoryPromotionStore();
  const candidates = memoryCandidateLog();
  const reviewer = simulatedReviewer(clock, replay);
  const freezes: Freeze[] = [];

  const heard: Log = (entry) => {
    reviewer.heard(entry);
    const open = freezes.findIndex(({ model, until }) => "model" in entry && model === entry.model && until === undefined);
    if (entry.event === "model-frozen") freezes.push({ model: entry.model, from: clock.now(), why: entry.why });
    else if (entry.event === "answer-taken" && entry.answer === "resume" && freezes[open] !== undefined)
      freezes[open] = { ...freezes[open], until: clock.now() };
  };

  const promoter = killableFunction(
    (guard) =>
      cloud.createPromoter({
        settings,
        promotions: { ...promotions, save: guard((...step) => promotions.save(...step)) },
        candidates: {
          ...candidates,
          record: guard(async (record) => {
            await candidates.record(record);
            reviewer.toldOf(record);
          }),
        },
        states: { ...states, save: guard((...step) => states.save(...step)) },
        decisions,
        registry: { ...registry, mark: guard((mark) => registry.mark(mark)) },
        evaluations: fileEvaluationFiles(folder),
        sha256: fileDigest,
        notifier: { notify: guard(async () => {}) },
        mayPerform: judgesMay,
        log,
        now: clock.now,
      }),
    { name: "promoter", killRatio: KILL_RATIO, randomOf: (invocation) => seededRandom(seed, `promoter ${invocation}`), journal },
  );

  const statesByModel = async () => {
    const loaded = models.map(async ({ model }) => [model, await promotions.load(model)] as const);
    return (await Promise.all(loaded)).flatMap(([model, record]) => (record === undefined ? [] : [[model, record] as const]));
  };

  return {
    promotions,
    promoter,
    heard,
    async runEnded(run) {
      const ofModel = models.find(({ model }) => model === run.model);
      if (ofModel?.promotion === undefined || run.status !== "succeeded") return;
      const made = await train(ofModel, run);
      if (made !== undefined) trained.push({ ...made, ...registry.register(ofModel.promotion.registry, made) });
    },
    async isAtRest() {
      const all = (await statesByModel()).map(([, { state }]) => state);
      const waiting = all.flatMap(({ current }) => (current?.stage === "approval" ? [current.candidate.version] : []));
      const isDone = ({ outbox, noticed }: PromotionState) => outbox.length === 0 && noticed.length === 0;
      const seen = await Promise.all(trained.map(({ version }) => registry.describe(version)));
      const pending = seen.flatMap((version) => (version?.approval === "pending" ? [version.version] : []));
      return all.every(isDone) && pending.every((version) => waiting.includes(version));
    },
    outcome: async () => ({
      trained,
      records: candidates.records(),
      states: Object.fromEntries(await statesByModel()),
      freezes,
    }),
  };
}
