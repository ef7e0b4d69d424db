import { existsSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { HistoryLine } from "../../functions/core/replay/history-line";
import type { SimulatedHistory } from "../../functions/core/replay/simulation/simulate-history";
import { CommandError } from "../command-error";
import { type ShardOptions, SimulationShard } from "./simulation-shard";
import type { WorkerOrder } from "./simulation-worker";

/** A history that can be read more than once, its lines in the order of time. */
type ReadHistory = () => AsyncIterable<HistoryLine>;

/** A simulation, and how it is run. */
export interface SimulationRun {
  readonly read: ReadHistory;
  readonly options: ShardOptions;
  /** Of one model only. @default - of every model that has a line */
  readonly model?: string;
  /** On so many threads beside this one. @default 0 */
  readonly workers?: number;
  /** Told of how many lines were read, of both readings together. */
  readonly onLines?: (lines: number) => void;
}

/** The worker's program, which is built beside the command; nothing in a test, which runs its sources. */
const WORKER_FILE = join(__dirname, "simulation-worker.js");

/** Threads that a simulation of so many bytes is worth: a small one is done before a thread has started. */
export function usefulWorkers(bytes: number, workerFile = WORKER_FILE): number {
  return bytes < WORTH_A_THREAD || !existsSync(workerFile) ? 0 : availableParallelism();
}

const WORTH_A_THREAD = 8e6;

/** Lines that are handed over at once. */
const BATCH_LINES = 2_000;

/**
 * Reads a history twice: once for what it is, and once to replay it under every policy. What is kept in memory grows with models,
 * trainings and decisions, not with lines. By name of the models.
 */
export async function runSimulation(run: SimulationRun, workerFile = WORKER_FILE): Promise<SimulatedHistory[]> {
  const { workers = 0, options } = run;
  const shards = workers === 0 ? [localShard(options)] : Array.from({ length: workers }, () => workerShard(options, workerFile));
  const places = new Map<string, number>();
  let lines = 0;
  const readAll = async (reading: "survey" | "replay") => {
    const batches = shards.map((): HistoryLine[] => []);
    for await (const line of run.read()) {
      if (++lines % BATCH_LINES === 0) run.onLines?.(lines);
      if (run.model !== undefined && line.model !== run.model) continue;
      const place = places.get(line.model) ?? places.size % shards.length;
      places.set(line.model, place);
      const batch = batches[place];
      if (batch === undefined || batch.push(line) < BATCH_LINES) continue;
      batches[place] = [];
      await shards[place]?.give({ do: reading, lines: batch });
    }
    for (const [place, batch] of batches.entries()) await shards[place]?.give({ do: reading, lines: batch });
  };
  try {
    await readAll("survey");
    await readAll("replay");
    const finished = await Promise.all(shards.map((shard) => shard.finish()));
    return finished.flat().sort((a, b) => (a.result.history.model < b.result.history.model ? -1 : 1));
  } finally {
    await Promise.all(shards.map((shard) => shard.close()));
  }
}

/** Where the models of a shard are replayed. */
interface Shard {
  /** Resolves when it may be given more. */
  give(order: WorkerOrder): Promise<void>;
  finish(): Promise<SimulatedHistory[]>;
  close(): Promise<unknown>;
}

function localShard(options: ShardOptions): Shard {
  const shard = new SimulationShard(options);
  return {
    give: async (order) => {
      if (order.do !== "finish") shard[order.do](order.lines);
    },
    finish: async () => [...shard.finish()],
    close: async () => undefined,
  };
}

/** Batches that wait in a worker at most. */
const MAX_WAITING = 4;

/** That an order was performed, or why not; or, before that of the last one, what came of a model. */
type WorkerAnswer = { readonly finished?: SimulatedHistory; readonly failed?: string; readonly isClear?: boolean };

function workerShard(options: ShardOptions, workerFile: string): Shard {
  const worker = new Worker(workerFile, { workerData: options });
  const waiting: { readonly resolve: (answer: WorkerAnswer) => void; readonly reject: (error: Error) => void }[] = [];
  const answers: Promise<WorkerAnswer>[] = [];
  const finished: SimulatedHistory[] = [];
  worker.on("message", (answer: WorkerAnswer) => {
    if (answer.finished !== undefined) {
      finished.push(answer.finished);
      return;
    }
    const asked = waiting.shift();
    if (answer.failed === undefined) asked?.resolve(answer);
    else asked?.reject(answer.isClear === true ? new CommandError(answer.failed) : new Error(answer.failed));
  });
  let failure: Error | undefined;
  const fail = (error: Error) => {
    failure ??= error;
    for (const asked of waiting.splice(0)) asked.reject(failure);
  };
  worker.on("error", fail);
  worker.on("exit", () => fail(new Error("a thread of the simulation ended before its time")));
  const order = (given: WorkerOrder): Promise<WorkerAnswer> => {
    if (failure !== undefined) return Promise.reject(failure);
    const answer = new Promise<WorkerAnswer>((resolve, reject) => waiting.push({ resolve, reject }));
    // It is awaited later, and must not count as unhandled until then.
    answer.catch(() => undefined);
    worker.postMessage(given);
    return answer;
  };
  return {
    give: async (given) => {
      answers.push(order(given));
      while (answers.length > MAX_WAITING) await answers.shift();
    },
    finish: async () => {
      await Promise.all(answers);
      await order({ do: "finish" });
      return finished;
    },
    close: () => worker.terminate(),
  };
}
