import type { SealReason } from "../../functions/core/batching/batch";
import type { LogEvent } from "../../functions/core/log/log";
import type { ModelSettings } from "../../functions/core/model-settings";
import type { TrainingRequest } from "../../functions/core/training-request";
import type { CloudName, LocalCloud } from "../clouds/local-cloud";
import type { PublishedManifest } from "../files/file-manifest-store";
import type { DeadLetterRecord, ReplayQueue } from "../files/replay-record";
import type { Options } from "../options";
import type { Replay } from "../replay/replay";
import type { SimulatedRun } from "../world/simulated-cloud";
import type { SimulatedQueue } from "../world/simulated-queue";
import type { ReplayNotes } from "../world/world";
import { type Accounted, type ObjectBalance, type ObjectFates, type RequestBalance, totalsOf } from "./balance";
import { type CoordinationSummary, coordinationSummary } from "./coordination-summary";
import { type PromotionSummary, promotionSummary } from "./promotion-summary";

/** The batches of a model that were sealed for one reason, and what became of them. */
export interface SealedCount {
  readonly model: string;
  readonly reason: SealReason;
  readonly sealed: number;
  readonly published: number;
  /** Objects of the middle one of those published; 0 without any. */
  readonly medianObjects: number;
  readonly carried: number;
  readonly empty: number;
}

interface DeadLetterCount {
  readonly queue: string;
  readonly reason: string;
  readonly messages: number;
}

/** All that a replay came to; the same for the same options and seed, in every store. Virtual times are ISO 8601. */
export interface Summary {
  readonly cloud: CloudName;
  readonly store: string;
  readonly seed: number;
  readonly period: { readonly from: string; readonly until: string; readonly restedAt: string };
  readonly flights: number;
  readonly files: number;
  readonly fileBytes: number;
  /** Messages handed to the batcher: `total` is the sum of the others. */
  readonly deliveries: Readonly<Record<"total" | "files" | "announcedTwice" | "repeated" | "hostile" | "redelivered", number>>;
  readonly functions: Replay["functions"];
  readonly batches: readonly SealedCount[];
  readonly runs: { readonly started: number; readonly first?: SimulatedRun; readonly last?: SimulatedRun };
  readonly manifests: { readonly count: number; readonly example?: PublishedManifest };
  readonly deadLetters: readonly DeadLetterCount[];
  /** Dead letters that are not hostile: sent again, they are taken. */
  readonly waitingForRedrive: number;
  /** Errors and warnings that the functions reported and that were repaired, or not: the balance tells. */
  readonly troubles: readonly string[];
  readonly balance: readonly ObjectBalance[];
  readonly coordination: CoordinationSummary;
  readonly requests: RequestBalance;
  readonly fates: readonly ObjectFates[];
  /** Absent where no model was promoted. */
  readonly promotion?: PromotionSummary;
  readonly isBalanced: boolean;
}

const REASONS: readonly SealReason[] = ["size", "window", "quiet"];

/** Warnings that are no trouble: the summary of candidates and freezes tells what they are about. */
const TOLD: ReadonlySet<LogEvent["event"]> = new Set(["guardrail", "model-frozen"] as const);

/** Counts what happened, and holds the manifests in `folder` against what landed. */
export async function summarize(
  options: Options,
  cloud: LocalCloud,
  models: readonly ModelSettings[],
  replay: Replay,
  folder: string,
): Promise<Summary> {
  const { feed, landings, notes, runs } = replay;
  const { landed, announcedTwice, hostile } = feed;
  const accounted = accountedOf(replay);
  const { manifests, balance, requests, fates, isBalanced } = await totalsOf(cloud, models, accounted, folder);
  const sent = [...notes.requests.values()];
  const [example, first, last] = [manifests[0], runs[0], runs.at(-1)];
  return {
    cloud: cloud.name,
    store: options.store,
    seed: options.seed,
    period: { from: isoTime(options.from), until: isoTime(options.until), restedAt: isoTime(replay.restedAt) },
    flights: sum(landed.map(({ flights }) => flights)),
    files: landed.length,
    fileBytes: sum(landed.map(({ bytes }) => bytes)),
    deliveries: {
      total: landings.counts.deliveries,
      files: landed.length,
      announcedTwice,
      repeated: landings.counts.repetitions,
      hostile,
      redelivered: landings.counts.redeliveries,
    },
    functions: replay.functions,
    batches: models.flatMap(({ model }) => REASONS.map((reason) => sealedCount(model, reason, sent, notes))),
    runs: { started: runs.length, ...(first && { first }), ...(last && { last }) },
    manifests: { count: manifests.length, ...(example && { example }) },
    deadLetters: [
      ...deadLetters("landings", replay.landings, notes),
      ...deadLetters("drift", replay.driftReports, notes),
      ...deadLetters("requests", replay.requests, notes),
    ],
    waitingForRedrive: accounted.deadLetters.length - hostile,
    troubles: [...notes.troubles.values()].filter(({ event }) => !TOLD.has(event)).map((entry) => JSON.stringify(entry)),
    balance,
    coordination: coordinationSummary(models, replay),
    requests,
    fates,
    ...(replay.promotion && { promotion: promotionSummary(replay.promotion, replay.decisions) }),
    isBalanced: isBalanced && replay.driftReports.deadLetters.length === 0,
  };
}

/** What is to be accounted for after a replay. */
export function accountedOf({ feed, notes, landings, requests, driftReports, decisions, runs, states }: Replay): Accounted {
  const queues: [ReplayQueue, SimulatedQueue][] = [
    ["landings", landings],
    ["requests", requests],
    ["drift", driftReports],
  ];
  const deadLetters = queues.flatMap(([queue, { deadLetters }]) =>
    deadLetters.map((message): DeadLetterRecord => ({ queue, message })),
  );
  return { landed: feed.landed.map(({ key }) => key), requests: notes.requests, deadLetters, decisions, runs, states };
}

function sealedCount(model: string, reason: SealReason, requests: readonly TrainingRequest[], notes: ReplayNotes): SealedCount {
  const isOurs = (request: TrainingRequest) => {
    const [cause] = request.causes;
    return request.model === model && cause?.type === "data" && cause.reason === reason;
  };
  const objects = requests.filter(isOurs).map(({ manifests }) => sum(manifests.map((manifest) => manifest.objects)));
  const others = [...notes.unpublished.values()].filter((batch) => batch.model === model && batch.reason === reason);
  const carried = others.filter(({ fate }) => fate === "carried").length;
  const counts = { published: objects.length, carried, empty: others.length - carried };
  return { model, reason, sealed: objects.length + others.length, ...counts, medianObjects: median(objects) };
}

function deadLetters(queue: string, { deadLetters }: SimulatedQueue, { refusals }: ReplayNotes): DeadLetterCount[] {
  const messages = new Map<string, number>();
  for (const { id } of deadLetters) {
    const reason = refusals.get(id) ?? "its function failed every time";
    messages.set(reason, (messages.get(reason) ?? 0) + 1);
  }
  return [...messages].map(([reason, count]) => ({ queue, reason, messages: count }));
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function isoTime(time: number): string {
  return new Date(time).toISOString();
}
