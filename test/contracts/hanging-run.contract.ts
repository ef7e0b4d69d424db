import { initialState } from "../../functions/core/coordination/coordinator-state";
import type { RunWatcher } from "../../functions/core/coordination/ports";
import type { LogRecord } from "../../functions/core/log/log";
import { sweepModels } from "../../functions/core/sweep-models";
import { memoryBatchStore } from "../../functions/memory/batch-store";
import {
  memoryCoordinatorStore,
  memoryDecisionLog,
  memoryNotifier,
  memoryPipelineLauncher,
  memoryRequestQueue,
} from "../../functions/memory/coordination";
import { memoryManifestStore, memoryModelSettings } from "../../functions/memory/manifest-store";
import { memoryDeployment } from "../../functions/memory/versioned-store";
import { settingsOf } from "../simulation/data-path";
import { NOON, policyOf } from "../simulation/requests";

export interface HangingRunContract {
  readonly name: string;
  /** A run that its service never answers about, and one that it says has succeeded. */
  readonly hanging: string;
  readonly succeeded: string;
  readonly watcher: () => Promise<RunWatcher>;
}

/** What is asked of every cloud's `RunWatcher` when its service hangs. */
export function describeHangingRun({ name, hanging, succeeded, watcher }: HangingRunContract): void {
  it(`should sweep the other models while ${name} never answers about the run of one, and say which run that is`, async () => {
    // Arrange
    const models = [hanging, succeeded].map((runId) => ({ ...settingsOf(), model: modelOf(runId), policy: policyOf() }));
    const states = memoryCoordinatorStore();
    for (const runId of [hanging, succeeded]) {
      const run = { requestId: `data/${modelOf(runId)}/1`, runId, startedAt: NOON, reservedUsd: 1, estimatedUsd: 1 };
      await states.save(modelOf(runId), { ...initialState(NOON), runs: [run] }, 0);
    }
    const told: LogRecord[] = [];

    // Act
    const swept = sweepModels({
      settings: memoryModelSettings(models),
      batches: memoryBatchStore(),
      states,
      decisions: memoryDecisionLog(),
      launcher: memoryPipelineLauncher(),
      notifier: memoryNotifier(),
      requests: memoryRequestQueue(async () => undefined),
      deployment: memoryDeployment,
      manifests: memoryManifestStore(),
      watcher: await watcher(),
      log: (entry) => void told.push(entry),
      now: () => NOON,
    });

    // Assert
    await expect(swept).rejects.toThrow(`the sweep failed for ${modelOf(hanging)};`);
    expect(told.filter(({ event }) => event === "run-settled")).toMatchObject([{ model: modelOf(succeeded), runId: succeeded }]);
    expect(told.filter(({ event }) => event === "handler-failed")).toMatchObject([
      { model: modelOf(hanging), error: expect.stringContaining(`RetryableError: the run ${hanging} could not be looked at`) },
    ]);
    expect((await states.load(modelOf(hanging)))?.state.runs).toHaveLength(1);
  });
}

function modelOf(runId: string): string {
  return `model-of-${runId.split("/").at(-1)}`;
}
