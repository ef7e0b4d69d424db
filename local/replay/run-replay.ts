import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { WriteStream } from "node:tty";
import type { ModelSettings } from "../../functions/core/model-settings";
import { type CollectedMetrics, collectMetrics } from "../dashboard/collect-metrics";
import { weeklyReports } from "../drift/weekly-reports";
import type { Edition } from "../edition";
import { readBatches } from "../files/file-batch-store";
import { fileManifestStore } from "../files/file-manifest-store";
import { writeRedriveRecord } from "../files/redrive-record";
import { writeReplayRecord } from "../files/replay-record";
import type { Options } from "../options";
import { accountedOf, type Summary, summarize } from "../summary/summary";
import { type VirtualClock, virtualClock } from "../world/virtual-clock";
import { fileJournal, noJournal } from "../world/world-journal";
import { abandonRunStore, dynamodbReplayState, openRunStore } from "./dynamodb-replay-state";
import { forgetUnfinishedRun, isSameRun, RUN_FILES, readUnfinishedRun, writeUnfinishedRun } from "./interrupted-run";
import { landingFiles } from "./landing-files";
import { DRIFTING_MODEL, MODELS } from "./models";
import { plannedOutage } from "./outage";
import { plannedRequests } from "./planned-requests";
import { readFlights } from "./read-flights";
import { type Replay, type ReplayOptions, replay } from "./replay";
import { memoryReplayState, type ReplayState } from "./replay-state";

/** What a replay came to, for a reader and for a comparison. */
export interface FinishedReplay {
  readonly summary: Summary;
  readonly replay: Replay;
  /** @default - no dashboard was asked for */
  readonly metrics?: CollectedMetrics;
}

/** Replays into `folder`, which is emptied first, unless an unfinished run in it is to be gone on with; `say` tells of that. */
export async function runReplay(
  options: Options,
  edition: Edition,
  folder: string,
  say: (text: string) => void,
): Promise<FinishedReplay> {
  const { from, until, seed } = options;
  const { cloud } = edition;
  const models = MODELS[cloud];
  const clock = virtualClock(from);
  const { state, openJournal } = await prepare(options, models, folder, clock, say);
  try {
    const progress = createProgress(process.stdout, from, until);
    const manifests = fileManifestStore(folder, edition.manifests);
    const onMinute = progress.update;
    const causes = causesOf(options);
    const collected = options.isDashboard ? { metrics: collectMetrics() } : {};
    const world = { edition, clock, until, seed, models, state, manifests, openJournal, onMinute };
    const outcome = await replay({ ...causes, ...world, ...collected });
    progress.clear();
    const summary = await summarize(options, edition, models, outcome, folder);
    const states = Object.fromEntries([...outcome.states].map(([model, state]) => [model, { state, version: 1 }]));
    const { restedAt, decisions, runs, drifts } = outcome;
    const record = { format: 2, cloud, seed, restedAt, writtenAt: Date.now(), models, states } as const;
    const batches = await readBatches(
      state.batches,
      models.map(({ model }) => model),
    );
    await writeRedriveRecord(folder, { ...accountedOf(outcome), requests: [...outcome.journal.requests.values()], batches });
    await writeReplayRecord(folder, { state: record, decisions, runs, drifts });
    await writeFile(join(folder, "summary.json"), `${JSON.stringify(summary, null, 2)}\n`);
    await forgetUnfinishedRun(folder);
    return { summary, replay: outcome, ...collected };
  } finally {
    await state.close();
  }
}

/** What makes trainings be asked for: data, schedules and people, or a monitor that looks at each week; and what is in the way. */
function causesOf({ scenario, from, until, seed }: Options): Pick<ReplayOptions, "files" | "planned" | "reports" | "outage"> {
  const flights = readFlights(from, until);
  switch (scenario) {
    case "drift":
      return { planned: [], reports: weeklyReports(DRIFTING_MODEL, flights, from, until) };
    case "flights":
      return { files: landingFiles(flights), planned: plannedRequests(from, until) };
    case "outage":
      return { files: landingFiles(flights), planned: plannedRequests(from, until), outage: plannedOutage(until, seed) };
  }
}

async function prepare(
  options: Options,
  models: readonly ModelSettings[],
  folder: string,
  clock: VirtualClock,
  say: (text: string) => void,
): Promise<{ state: ReplayState } & Pick<ReplayOptions, "openJournal">> {
  const unfinished = await readUnfinishedRun(folder);
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
export interface Progress {
  /** At the virtual time `now` (epoch milliseconds). */
  update(now: number, files: number): void;
  /** Removes the updating line. */
  clear(): void;
}

/** On a terminal one line that is written over; elsewhere a line for each quarter. */
export function createProgress(output: WriteStream, from: number, until: number): Progress {
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
