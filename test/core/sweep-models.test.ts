import { requestTraining } from "../../functions/core/coordination/handle-coordinator-message";
import type { RunState } from "../../functions/core/coordination/ports";
import type { DriftState } from "../../functions/core/drift/drift-state";
import type { LogRecord } from "../../functions/core/log/log";
import { type SweeperPorts, sweepModels } from "../../functions/core/sweep-models";
import { memoryBatchStore } from "../../functions/memory/batch-store";
import {
  memoryCoordinatorStore,
  memoryDecisionLog,
  memoryNotifier,
  memoryPipelineLauncher,
  memoryRequestQueue,
} from "../../functions/memory/coordination";
import { memoryManifestStore, memoryModelSettings } from "../../functions/memory/manifest-store";
import { memoryDeployment, memoryVersionedStore } from "../../functions/memory/versioned-store";
import { settingsOf } from "../simulation/data-path";
import { HOUR_MS, NOON, policyOf, requestOf } from "../simulation/requests";

describe("sweepModels", () => {
  it("should tell once how each model stands, with the state after what the sweep did, and that it swept", async () => {
    const world = createWorld();
    await world.land(5);
    await world.request("1");
    await world.request("2");
    world.end({ status: "succeeded", endedAt: NOON + HOUR_MS });
    world.advance(2 * HOUR_MS);

    await sweepModels(world.ports);

    expect(world.told("model-state")).toMatchObject([
      { model: "flight-delay", runningRuns: 1, waitingRequests: 0, dataSilenceSec: 7_200 },
    ]);
    expect(world.told("swept")).toEqual([{ level: "info", event: "swept", models: 1, failed: 0, durationMs: 0 }]);
    expect(world.told("sweep-repaired").map(({ kind, count }) => [kind, count])).toEqual([
      ["published", 1],
      ["settled", 1],
      ["reasked", 1],
    ]);
    expect(world.told("run-settled")).toMatchObject([
      { requestId: "data/flight-delay/1", runId: "training/1", durationSec: 3_600 },
    ]);
  });

  it("should tell of the runs also when the cloud cannot be asked about them, and that the model failed", async () => {
    const world = createWorld();
    await world.request("1");
    const watcher = { describe: () => Promise.reject(new Error("no such pipeline")) };

    await expect(sweepModels({ ...world.ports, watcher })).rejects.toThrow("the sweep failed for flight-delay");

    expect(world.told("model-state")).toMatchObject([{ runningRuns: 1 }]);
    expect(world.told("handler-failed")).toMatchObject([{ function: "sweeper", model: "flight-delay" }]);
    expect(world.told("swept")).toMatchObject([{ failed: 1 }]);
  });

  it("should tell what it knows, and fail for nothing, where the drift's state cannot be read", async () => {
    const world = createWorld();
    const histories = { load: () => Promise.reject(new Error("no access")) };

    await sweepModels({ ...world.ports, histories });

    expect(world.told("model-state-untold")).toMatchObject([{ model: "flight-delay", error: "Error: no access" }]);
    expect(world.told("model-state")[0]).toMatchObject({ runningRuns: 0 });
    expect(world.told("model-state")[0]).not.toHaveProperty("driftSuspectedSec");
  });

  it("should say that an end was settled only by who settled it", async () => {
    const world = createWorld();
    await world.request("1");
    world.end({ status: "failed", endedAt: NOON + 1_000 });

    await Promise.all([sweepModels(world.ports), sweepModels(world.ports)]);

    expect(world.told("run-settled")).toHaveLength(1);
  });
});

// Helpers

function createWorld() {
  let now = NOON;
  let ended: RunState = { status: "running" };
  const reports: LogRecord[] = [];
  const batches = memoryBatchStore();
  const settings = { ...settingsOf(), policy: policyOf({ maxRuns: 1 }) };
  const ports: SweeperPorts = {
    settings: memoryModelSettings([settings]),
    batches,
    deployment: memoryDeployment,
    manifests: memoryManifestStore(),
    requests: memoryRequestQueue(async () => undefined),
    states: memoryCoordinatorStore(),
    decisions: memoryDecisionLog(),
    launcher: memoryPipelineLauncher(),
    notifier: memoryNotifier(),
    watcher: { describe: async (runId) => (runId === "training/1" ? ended : { status: "running" }) },
    histories: memoryVersionedStore<DriftState>(),
    log: (entry) => void reports.push(entry),
    now: () => now,
  };
  return {
    ports,
    told: (event: string) => reports.filter((entry) => entry.event === event),
    request: (id: string) => requestTraining(ports, settings, requestOf(id)),
    /** A full batch, which nobody publishes. */
    land: (count: number) => {
      const objects = Array.from({ length: count }, (_, index) => ({ key: `in/${index}`, version: "", bytes: 1 }));
      return batches.append(settings.model, 1, { id: "d1", objects }, settings.batch, now);
    },
    end: (state: RunState) => {
      ended = state;
    },
    advance: (ms: number) => {
      now += ms;
    },
  };
}
