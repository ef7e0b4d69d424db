// Replays the models of a shard on a thread of its own. Built beside the command, which starts it by its file.
import { parentPort, workerData } from "node:worker_threads";
import { messageOf } from "../../functions/core/log/log";
import type { HistoryLine } from "../../functions/core/replay/history-line";
import { CommandError } from "../command-error";
import { type ShardOptions, SimulationShard } from "./simulation-shard";

/** What a worker is told: lines of a reading, or that there are no more. */
export type WorkerOrder = { readonly do: "survey" | "replay"; readonly lines: readonly HistoryLine[] } | { readonly do: "finish" };

const shard = new SimulationShard(workerData as ShardOptions);

parentPort?.on("message", (order: WorkerOrder) => {
  try {
    parentPort?.postMessage({ done: perform(order) });
  } catch (error) {
    parentPort?.postMessage({ failed: messageOf(error), isClear: error instanceof CommandError });
  }
});

function perform(order: WorkerOrder) {
  switch (order.do) {
    case "survey":
      return shard.survey(order.lines);
    case "replay":
      return shard.replay(order.lines);
    case "finish":
      return shard.finish();
  }
}
