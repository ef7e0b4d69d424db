import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Options } from "../options";

/** The store of a run that was not finished; `pid` is that of the process, where the run started one. */
export interface RunStore {
  readonly endpoint: string;
  readonly table: string;
  readonly pid?: number;
}

/** `run.json`: there while a run over DynamoDB is not finished. */
export interface UnfinishedRun {
  readonly format: 1;
  readonly options: Pick<Options, "from" | "until" | "seed"> & Partial<Pick<Options, "isDashboard">>;
  readonly store: RunStore;
}

/** What such a run leaves, beside the manifests, for the next start. */
export const RUN_FILES = { run: "run.json", journal: "journal.jsonl", database: "dynamodb.sqlite" } as const;

/** Undefined when the last run in the folder was finished, was not over DynamoDB, or is of another version. */
export async function readUnfinishedRun(folder: string): Promise<UnfinishedRun | undefined> {
  const text = await readFile(join(folder, RUN_FILES.run), "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const run: UnfinishedRun = JSON.parse(text);
  return run.format === 1 ? run : undefined;
}

/** Replaces the file as a whole. */
export async function writeUnfinishedRun(folder: string, run: UnfinishedRun): Promise<void> {
  const path = join(folder, RUN_FILES.run);
  await writeFile(`${path}.new`, JSON.stringify(run));
  await rename(`${path}.new`, path);
}

/** The run is finished: nothing is left to start again. */
export async function forgetUnfinishedRun(folder: string): Promise<void> {
  const { run, journal, database } = RUN_FILES;
  for (const name of [run, journal, database, `${database}-wal`, `${database}-shm`]) await rm(join(folder, name), { force: true });
}

/** True when the options ask for what the unfinished run was asked for. */
export function isSameRun({ options }: UnfinishedRun, { from, until, seed, store, isDashboard }: Options): boolean {
  const isSamePeriod = options.from === from && options.until === until;
  // Without a dashboard, the journal holds no metrics that one could be drawn from.
  return store === "dynamodb" && isSamePeriod && options.seed === seed && (options.isDashboard ?? false) === isDashboard;
}
