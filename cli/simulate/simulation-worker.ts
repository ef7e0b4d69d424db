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
    perform(order);
    parentPort?.postMessage({});
  } catch (error) {
    parentPort?.postMessage({ failed: messageOf(error), isClear: error instanceof CommandError });
  }
});

function perform(order: WorkerOrder): void {
  switch (order.do) {
    case "survey":
      shard.survey(order.lines);
      break;
    case "replay":
      shard.replay(order.lines);
      break;
    case "finish":
      // One by one: all of them, and their copies, would take twice the memory of a simulation.
      for (const finished of shard.finish()) parentPort?.postMessage({ finished });
  }
}
