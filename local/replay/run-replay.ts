import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { WriteStream } from "node:tty";
import * as zlib from "node:zlib";
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from "hyparquet";
import type { ModelSettings } from "../../functions/core/model-settings";
import type { CloudName, LocalCloud } from "../clouds/local-cloud";
import { DRIFTING_MODEL, MODELS } from "../clouds/local-clouds";
import { type CollectedMetrics, collectMetrics } from "../dashboard/collect-metrics";
import { fileManifestStore } from "../files/file-manifest-store";
import { readBatches } from "../files/file-stores";
import { lockFolder } from "../files/json-files";
import { writeRedriveRecord, writeReplayRecord } from "../files/replay-record";
import { type Options, UsageError } from "../options";
import { brokenFlights, flightBucket } from "../promotion/flight-bucket";
import { LOOP_FROM, partFlights } from "../promotion/golden-set";
import { BROKEN_FEED, nightlyRequests, PROMOTED_MODELS, writeGoldenSets } from "../promotion/promoted-models";
import { accountedOf, type Summary, summarize } from "../summary/summary";
import { type VirtualClock, virtualClock } from "../world/time-and-chance";
import { fileJournal, noJournal } from "../world/world-journal";
import {
  abandonRunStore,
  dynamodbReplayState,
  forgetUnfinishedRun,
  isSameRun,
  openRunStore,
  RUN_FILES,
  readUnfinishedRun,
  writeUnfinishedRun,
} from "./dynamodb-replay-state";
import { FLIGHTS_FROM, type Flight, landingFiles } from "./landing-files";
import { plannedOutage, plannedRequests } from "./plan";
import { type Replay, type ReplayOptions, replay } from "./replay";
import { memoryReplayState, type ReplayState } from "./replay-state";
import { weeklyReports } from "./weekly-reports";

/** What a replay came to, for a reader and for a comparison. */
export interface FinishedReplay {
  readonly summary: Summary;
  readonly replay: Replay;
  /** @default - no dashboard was asked for */
  readonly metrics?: CollectedMetrics;
}

/** The scenarios in which flights are replayed: all but the one of rollouts. */
export type ReplayedOptions = Omit<Options, "scenario"> & { readonly scenario: Exclude<Options["scenario"], "rollout"> };

/** The models that a scenario has on a cloud. */
export function modelsOf(scenario: ReplayedOptions["scenario"], cloud: CloudName): readonly ModelSettings[] {
  return (scenario === "promotion" ? PROMOTED_MODELS : MODELS)[cloud];
}

/** Replays into `folder`, which is emptied first, unless an unfinished run in it is to be gone on with; `say` tells of that. */
export async function runReplay(
  options: ReplayedOptions,
  cloud: LocalCloud,
  folder: string,
  say: (text: string) => void,
): Promise<FinishedReplay> {
  const unlock = await lockFolder(folder);
  try {
    return await runLocked(options, cloud, folder, say);
  } finally {
    await unlock();
  }
}

async function runLocked(
  options: ReplayedOptions,
  cloud: LocalCloud,
  folder: string,
  say: (text: string) => void,
): Promise<FinishedReplay> {
  const { from, until, seed } = options;
  const models = modelsOf(options.scenario, cloud.name);
  const clock = virtualClock(from);
  const { state, openJournal } = await prepare(options, models, folder, clock, say);
  try {
    const progress = createProgress(process.stdout, from, until);
    const manifests = fileManifestStore(folder, cloud.manifests);
    const onMinute = progress.update;
    const causes = await causesOf(options, folder);
    const collected = options.isDashboard ? { metrics: collectMetrics() } : {};
    const world = { cloud, clock, until, seed, models, state, manifests, openJournal, onMinute };
    const outcome = await replay({ ...causes, ...world, ...collected });
    progress.clear();
    const summary = await summarize(options, cloud, models, outcome, folder);
    const states = Object.fromEntries([...outcome.states].map(([model, state]) => [model, { state, version: 1 }]));
    const { restedAt, decisions, runs, drifts, promotion } = outcome;
    const promoted = promotion && { candidates: promotion.records, promotions: promotion.states };
    const record = { format: 2, cloud: cloud.name, seed, restedAt, writtenAt: Date.now(), models, states } as const;
    const batches = await readBatches(
      state.batches,
      models.map(({ model }) => model),
    );
    await writeRedriveRecord(folder, { ...accountedOf(outcome), requests: [...outcome.notes.requests.values()], batches });
    await writeReplayRecord(folder, { state: record, decisions, runs, drifts, ...promoted });
    await writeFile(join(folder, "summary.json"), `${JSON.stringify(summary, null, 2)}\n`);
    await forgetUnfinishedRun(folder);
    return { summary, replay: outcome, ...collected };
  } finally {
    await state.close();
  }
}

/**
 * What makes trainings be asked for: data, schedules and people, or a monitor that looks at each week; what is in the way; and what
 * the models are judged by that they make.
 */
async function causesOf(
  { scenario, from, until, seed }: ReplayedOptions,
  folder: string,
): Promise<Pick<ReplayOptions, "files" | "planned" | "reports" | "outage" | "promotion">> {
  const flights = readFlights(scenario === "promotion" ? FLIGHTS_FROM : from, until);
  switch (scenario) {
    case "drift":
      return { planned: [], reports: weeklyReports(DRIFTING_MODEL, flights, from, until) };
    case "flights":
      return { files: landingFiles(flights), planned: plannedRequests(from, until) };
    case "outage":
      return { files: landingFiles(flights), planned: plannedRequests(from, until), outage: plannedOutage(until, seed) };
    case "promotion": {
      const { before, after } = await partFlights(flights, LOOP_FROM);
      const goldenSets = await writeGoldenSets(folder, before);
      const bucket = flightBucket();
      const given = brokenFlights((await partFlights(after, from)).after, BROKEN_FEED);
      return {
        files: landingFiles(given, bucket.keep),
        planned: nightlyRequests(from, until),
        promotion: { folder, bucket, goldenSets },
      };
    }
  }
}

async function prepare(
  options: ReplayedOptions,
  models: readonly ModelSettings[],
  folder: string,
  clock: VirtualClock,
  say: (text: string) => void,
): Promise<{ state: ReplayState } & Pick<ReplayOptions, "openJournal">> {
  const unfinished = await readUnfinishedRun(folder).catch((error: unknown) => {
    if (options.isFresh) return undefined;
    throw error;
  });
  const isResumed = unfinished !== undefined && isSameRun(unfinished, options) && !options.isFresh;
  if (isResumed) say("Going on with the run that was interrupted; --fresh starts over\n");
  else {
    if (unfinished !== undefined) await abandonRunStore(unfinished.store);
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
  }
  if (options.store === "memory") return { state: memoryReplayState(models), openJournal: () => noJournal };
  const store = await openRunStore(folder, models, isResumed ? unfinished.store : undefined);
  const { stop: _stop, ...runStore } = store;
  await writeUnfinishedRun(folder, { format: 1, options, store: runStore });
  return {
    state: dynamodbReplayState(store, clock.now),
    openJournal: (repeat) => fileJournal(join(folder, RUN_FILES.journal), repeat),
  };
}

const LINE_MS = 100;
const PLAIN_STEP = 0.25;

/** Tells how far a replay is. */
interface Progress {
  /** At the virtual time `now` (epoch milliseconds). */
  update(now: number, files: number): void;
  /** Removes the updating line. */
  clear(): void;
}

/** On a terminal one line that is written over; elsewhere a line for each quarter. */
function createProgress(output: WriteStream, from: number, until: number): Progress {
  let shownAt = 0;
  let shownShare = 0;
  const lineAt = (now: number, files: number) =>
    `${new Date(now).toISOString().slice(0, 16).replace("T", " ")}  ${files.toLocaleString("en-US")} files landed`;
  return {
    update(now, files) {
      const share = (now - from) / (until - from);
      if (output.isTTY) {
        if (Date.now() - shownAt < LINE_MS) return;
        shownAt = Date.now();
        output.write(`\r${lineAt(now, files)}  ${Math.min(100, Math.floor(share * 100))} %\u001b[K`);
      } else if (share >= shownShare + PLAIN_STEP && share < 1) {
        shownShare += PLAIN_STEP;
        output.write(`${lineAt(now, files)}\n`);
      }
    },
    clear() {
      if (output.isTTY) output.write("\r\u001b[K");
    },
  };
}

const COLUMNS = ["date", "delay", "distance", "origin", "destination"];

interface Row {
  readonly date: Date;
  readonly delay: bigint;
  readonly distance: bigint;
  readonly origin: string;
  readonly destination: string;
}

/** The flights of a period in order of departure, in blocks as the file keeps them. Times are epoch milliseconds. */
async function* readFlights(from: number, until: number): AsyncGenerator<Flight[]> {
  const file = await asyncBufferFromFile(flightsPath());
  const metadata = await parquetMetadataAsync(file);
  const compressors = { ZSTD: decompress };
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows);
    const { min_value: first, max_value: last } = group.columns[0]?.meta_data?.statistics ?? {};
    const isBefore = last instanceof Date && last.getTime() < from;
    const isAfter = first instanceof Date && first.getTime() >= until;
    if (!isBefore && !isAfter) {
      const rows = await parquetReadObjects({ file, metadata, compressors, columns: COLUMNS, rowStart, rowEnd });
      yield (rows as unknown as Row[]).map(toFlight).filter(({ departsAt }) => departsAt >= from && departsAt < until);
    }
    rowStart = rowEnd;
  }
}

/** The package exports its code only, so its data is found beside it. */
function flightsPath(): string {
  return join(dirname(require.resolve("vega-datasets")), "..", "data", "flights-3m.parquet");
}

function decompress(input: Uint8Array): Uint8Array {
  if (!("zstdDecompressSync" in zlib)) {
    throw new UsageError(
      `Node ${process.version} cannot read Zstandard, which the flights are packed with; use Node 22.15 or later`,
    );
  }
  return zlib.zstdDecompressSync(input);
}

function toFlight({ date, delay, distance, origin, destination }: Row): Flight {
  return { departsAt: date.getTime(), delayMinutes: Number(delay), distanceMiles: Number(distance), origin, destination };
}
