import type { BatchStore } from "../../functions/core/batching/batch";
import { initialState } from "../../functions/core/coordination/coordinator-state";
import type { CoordinatorStore } from "../../functions/core/coordination/ports";
import { type DriftState, INITIAL_DRIFT_STATE } from "../../functions/core/drift/drift-state";
import type { ModelSettings } from "../../functions/core/model-settings";
import { inParallel } from "../../functions/core/pacing";
import type { SweeperPorts } from "../../functions/core/sweep-models";
import type { VersionedStore } from "../../functions/core/versioned-store";
import { memoryDecisionLog, memoryNotifier, memoryPipelineLauncher, memoryRequestQueue } from "../../functions/memory/coordination";
import { memoryManifestStore } from "../../functions/memory/manifest-store";
import { memoryDeployment } from "../../functions/memory/versioned-store";
import { benchSettings } from "../workload";

const MINUTE_MS = 60_000;
export const IDLE_SINCE = Date.UTC(2026, 10, 21, 12);

/** Models that wait for their batch of 1,000 objects, and are monitored. */
export function idleModels(count: number): ModelSettings[] {
  const { batch, ...settings } = benchSettings(1_000);
  return Array.from({ length: count }, (_, index) => ({
    ...settings,
    batch: { ...batch, windowMs: 24 * 60 * MINUTE_MS, retentionMs: 96 * 60 * MINUTE_MS },
    model: `flight-delay-${String(index).padStart(4, "0")}`,
    monitoring: { prefix: "drift/", sagemaker: { schedules: [] } },
  }));
}

/** What is kept of models. */
export interface IdleStores {
  readonly batches: BatchStore;
  readonly states: CoordinatorStore;
  readonly histories: VersionedStore<DriftState>;
}

/** Writes what is kept of models that have data, trained last some hours ago, and have a drift history. */
export async function saveIdleModels({ batches, states, histories }: IdleStores, models: readonly ModelSettings[]): Promise<void> {
  const objects = [{ key: "in/a", version: "v1", bytes: 1_000 }];
  const trained = { ...initialState(IDLE_SINCE), usualRunMs: 20 * MINUTE_MS, lastStartAt: IDLE_SINCE - 600 * MINUTE_MS };
  await inParallel(models, 16, async ({ model, batch }) => {
    await batches.append(model, 1, { id: "d1", objects }, batch, IDLE_SINCE - 7 * MINUTE_MS);
    const recentIds = Array.from({ length: 50 }, (_, index) => `data/${model}/${index + 1}`);
    await states.save(model, { ...trained, recentIds }, 0);
    await histories.save(model, { ...INITIAL_DRIFT_STATE, evaluatedAt: IDLE_SINCE - 31 * MINUTE_MS }, 0);
  });
}

/** The ports of a sweep over these stores; nothing but them is asked for models that idle. */
export function idlePorts(
  stores: IdleStores & Pick<SweeperPorts, "settings" | "heartbeats" | "log" | "now">,
): SweeperPorts & IdleStores {
  return {
    ...stores,
    deployment: memoryDeployment,
    manifests: memoryManifestStore(),
    decisions: memoryDecisionLog(),
    launcher: memoryPipelineLauncher(),
    notifier: memoryNotifier(),
    requests: memoryRequestQueue(async () => undefined),
    watcher: { describe: async () => ({ status: "running" }) },
  };
}
