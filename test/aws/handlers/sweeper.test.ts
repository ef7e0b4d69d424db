import { createSweeper } from "../../../functions/aws/handlers/sweeper";
import type { LogRecord } from "../../../functions/core/log/log";
import type { ModelSettings } from "../../../functions/core/model-settings";
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

describe("sweeper", () => {
  it("should serve every model, then fail for those whose store failed", async () => {
    const broken: ModelSettings = { ...settingsOf(), model: "broken" };
    const batches = memoryBatchStore();
    await batches.append("flight-delay", 1, { id: "d1", objects: [{ key: "in/a", version: "", bytes: 1 }] }, settingsOf().batch, 0);
    const sent: string[] = [];
    const reports: LogRecord[] = [];
    const sweeper = createSweeper({
      settings: memoryModelSettings([broken, settingsOf()]),
      batches: {
        ...batches,
        readHeads: (models) =>
          Promise.allSettled(
            models.map((model) => (model === "broken" ? Promise.reject(new Error("no access")) : batches.readHead(model))),
          ),
      },
      deployment: memoryDeployment,
      manifests: memoryManifestStore(),
      states: memoryCoordinatorStore(),
      decisions: memoryDecisionLog(),
      launcher: memoryPipelineLauncher(),
      notifier: memoryNotifier(),
      watcher: { describe: async () => ({ status: "running" }) },
      requests: memoryRequestQueue(async ({ id }) => {
        sent.push(id);
      }),
      log: (entry) => {
        reports.push(entry);
      },
      now: () => 60_000,
    });

    await expect(sweeper()).rejects.toThrow("the sweep failed for broken");

    expect(sent).toEqual(["data/flight-delay/1"]);
    const failure = { event: "handler-failed", function: "sweeper", model: "broken", error: "Error: no access" };
    expect(reports).toContainEqual({ level: "error", ...failure });
  });
});
