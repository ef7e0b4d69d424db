import { createBatcher } from "../functions/aws/batcher";
import { type CoordinatorPorts, createCoordinator } from "../functions/aws/coordinator";
import { createSweeper } from "../functions/aws/sweeper";
import type { DataPorts } from "../functions/core/batching/data-ports";
import { type Guard, killableFunction } from "./killable-function";
import { seededRandom } from "./seeded-random";

/** Share of the invocations that are marked to be killed; those which end before their moment comes survive. */
const KILL_RATIO = { batcher: 1 / 200, sweeper: 1 / 50, coordinator: 1 / 20 } as const;

/** The deployed functions of AWS over the given ports, killed half-way now and then. */
export function replayFunctions(data: DataPorts, starting: CoordinatorPorts, seed: number) {
  return {
    batcher: killableFunction((guard) => createBatcher(guardData(data, guard)), KILL_RATIO.batcher, seededRandom(seed, "batcher")),
    sweeper: killableFunction((guard) => createSweeper(guardData(data, guard)), KILL_RATIO.sweeper, seededRandom(seed, "sweeper")),
    coordinator: killableFunction(
      (guard) => createCoordinator(guardStarting(starting, guard)),
      KILL_RATIO.coordinator,
      seededRandom(seed, "coordinator"),
    ),
  };
}

function guardData(ports: DataPorts, guard: Guard): DataPorts {
  const { batches, manifests, requests } = ports;
  return {
    ...ports,
    batches: {
      ...batches,
      append: guard((...step) => batches.append(...step)),
      seal: guard((...step) => batches.seal(...step)),
      carry: guard((...step) => batches.carry(...step)),
      settle: guard((...step) => batches.settle(...step)),
    },
    manifests: {
      ...manifests,
      writeManifest: guard((...step) => manifests.writeManifest(...step)),
      writeLedger: guard((...step) => manifests.writeLedger(...step)),
    },
    requests: { send: guard((request) => requests.send(request)) },
  };
}

function guardStarting(ports: CoordinatorPorts, guard: Guard): CoordinatorPorts {
  const { starts, launcher } = ports;
  return {
    ...ports,
    starts: {
      intend: guard((...step) => starts.intend(...step)),
      complete: guard((...step) => starts.complete(...step)),
    },
    launcher: { start: guard((...step) => launcher.start(...step)) },
  };
}
