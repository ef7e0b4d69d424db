import type { BatchStore } from "../functions/core/batching/batch-store";
import type { StartLog } from "../functions/core/coordination/start-log";
import type { ModelSettings, ModelSettingsSource } from "../functions/core/model-settings";
import { memoryBatchStore } from "../functions/memory/batch-store";
import { memoryModelSettings } from "../functions/memory/model-settings";
import { memoryStartLog } from "../functions/memory/start-log";

/** What the functions remember between invocations, in one of the stores. */
export interface ReplayState {
  readonly settings: ModelSettingsSource;
  readonly batches: BatchStore;
  readonly starts: StartLog;
  close(): Promise<void>;
}

export function memoryReplayState(models: readonly ModelSettings[]): ReplayState {
  return {
    settings: memoryModelSettings(models),
    batches: memoryBatchStore(),
    starts: memoryStartLog(),
    close: async () => {},
  };
}
