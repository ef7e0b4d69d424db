import type { MissedRunFinder, MonitoringJobKeeper } from "../../../functions/core/drift/ports";
import type { LogRecord } from "../../../functions/core/log/log";
import type { ModelSettings } from "../../../functions/core/model-settings";
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
import { memoryDeployment } from "../../../functions/memory/versioned-store";
import { settingsOf } from "../../simulation/data-path";

const JOB = { samplingRatio: 0.1, intervalMs: 3_600_000, skew: {}, drift: { hour: 0.1 } };
const ENDPOINT = "projects/p/locations/europe-west4/endpoints/77";

describe("sweepModels with monitors to keep", () => {
  it("should have the monitors kept that the settings describe, and no others", async () => {
    const kept: string[] = [];
    const world = createWorld({
      keepJob: async ({ model }) => {
        kept.push(`job of ${model}`);
        return { outcome: "created", monitor: "jobs/1" };
      },
      resendMissedRuns: async ({ model }) => void kept.push(`runs of ${model}`),
    });

    await sweepModels(world.ports);

    expect(kept).toEqual(["job of kept", "runs of scheduled"]);
    expect(world.monitorReports()).toEqual([{ level: "info", event: "monitor-created", model: "kept", monitor: "jobs/1" }]);
  });

  it("should say nothing of a monitor that is as it should be", async () => {
    const world = createWorld({ keepJob: async () => ({ outcome: "unchanged" }), resendMissedRuns: async () => undefined });

    await sweepModels(world.ports);

    expect(world.monitorReports()).toEqual([]);
  });

  it("should report a monitor that cannot be kept, and not fail for it", async () => {
    const world = createWorld({ keepJob: refuse, resendMissedRuns: refuse });

    await sweepModels(world.ports);

    expect(world.monitorReports()).toEqual([
      { level: "error", event: "monitor-not-kept", model: "kept", error: "Error: no access" },
      { level: "error", event: "monitor-not-kept", model: "scheduled", error: "Error: no access" },
    ]);
  });
});

// Helpers

const refuse = () => Promise.reject(new Error("no access"));

function createWorld(monitors: MonitoringJobKeeper & MissedRunFinder) {
  const reports: LogRecord[] = [];
  const settings = settingsOf();
  const models: ModelSettings[] = [
    { ...settings, model: "kept", monitoring: { prefix: "drift/", vertex: { endpoint: ENDPOINT, job: JOB } } },
    { ...settings, model: "watched", monitoring: { prefix: "drift/", vertex: { endpoint: ENDPOINT } } },
    { ...settings, model: "scheduled", monitoring: { prefix: "drift/", sagemaker: { schedules: ["hourly"] } } },
    { ...settings, model: "unscheduled", monitoring: { prefix: "drift/", sagemaker: { schedules: [] } } },
    { ...settings, model: "plain" },
  ];
  const ports: SweeperPorts = {
    settings: memoryModelSettings(models),
    batches: memoryBatchStore(),
    states: memoryCoordinatorStore(),
    decisions: memoryDecisionLog(),
    deployment: memoryDeployment,
    manifests: memoryManifestStore(),
    requests: memoryRequestQueue(async () => undefined),
    launcher: memoryPipelineLauncher(),
    notifier: memoryNotifier(),
    watcher: { describe: async () => ({ status: "running" }) },
    monitoringJobs: monitors,
    missedRuns: monitors,
    log: (entry) => void reports.push(entry),
    now: () => 1_000,
  };
  return { ports, monitorReports: () => reports.filter(({ event }) => event.startsWith("monitor-")) };
}
