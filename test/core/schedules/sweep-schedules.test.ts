import type { LogRecord } from "../../../functions/core/log/log";
import { HEARTBEATS, type HeartbeatStore } from "../../../functions/core/schedules/heartbeats";
import { type SweeperPorts, sweepModels } from "../../../functions/core/sweep-models";
import { memoryBatchStore } from "../../../functions/memory/batch-store";
import {
  memoryCoordinatorStore,
  memoryDecisionLog,
  memoryNotifier,
  memoryPipelineLauncher,
  memoryRequestQueue,
} from "../../../functions/memory/coordination";
import { memoryManifestStore, memoryModelSettings } from "../../../functions/memory/manifest-store";
import { memoryDeployment, memoryHeartbeatStore } from "../../../functions/memory/versioned-store";
import { settingsOf } from "../../simulation/data-path";

const MINUTE_MS = 60_000;
const START = Date.UTC(2026, 10, 21, 2);

describe("sweepModels with schedules", () => {
  it("should send what a schedule missed, to the queue of all requests", async () => {
    const world = createWorld(memoryHeartbeatStore());

    for (const minutes of [0, 44, 45, 46]) await world.sweepAt(START + minutes * MINUTE_MS);

    expect(world.sent).toEqual(["schedule/flight-delay/nightly-2026-11-21T02-30"]);
    expect(world.reports.filter(({ level }) => level !== "info")).toMatchObject([{ level: "warn", event: "schedule-missed" }]);
  });

  it("should report that it cannot watch, and not fail for it", async () => {
    const world = createWorld({ ...memoryHeartbeatStore(), load: () => Promise.reject(new Error("no access")) });

    await world.sweepAt(START);

    expect(world.reports.filter(({ level }) => level !== "info")).toEqual([
      { level: "error", event: "schedules-not-watched", error: "Error: no access" },
    ]);
  });

  it("should forget the schedules of models that are gone, and look after none without a store", async () => {
    const heartbeats = memoryHeartbeatStore();
    await createWorld(heartbeats).sweepAt(START);
    await createWorld(heartbeats, false).sweepAt(START + MINUTE_MS);
    expect((await heartbeats.load(HEARTBEATS))?.state).toEqual({ schedules: [] });

    const world = createWorld(undefined);
    for (const minutes of [0, 45]) await world.sweepAt(START + minutes * MINUTE_MS);
    expect(world.sent).toEqual([]);
  });
});

// Helpers

function createWorld(heartbeats: HeartbeatStore | undefined, hasSchedules = true) {
  const sent: string[] = [];
  const reports: LogRecord[] = [];
  const schedules = [{ name: "nightly", cron: "30 2 * * *", timeZone: "UTC", priority: 3 }];
  let now = START;
  const ports: SweeperPorts = {
    settings: memoryModelSettings([{ ...settingsOf(), ...(hasSchedules && { schedules }) }]),
    batches: memoryBatchStore(),
    states: memoryCoordinatorStore(),
    decisions: memoryDecisionLog(),
    deployment: memoryDeployment,
    manifests: memoryManifestStore(),
    requests: memoryRequestQueue(async ({ id }) => void sent.push(id)),
    launcher: memoryPipelineLauncher(),
    notifier: memoryNotifier(),
    watcher: { describe: async () => ({ status: "running" }) },
    ...(heartbeats !== undefined && { heartbeats }),
    log: (entry) => void reports.push(entry),
    now: () => now,
  };
  return {
    sent,
    reports,
    async sweepAt(at: number) {
      now = at;
      await sweepModels(ports);
    },
  };
}
