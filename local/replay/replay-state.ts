import type { BatchStore } from "../../functions/core/batching/batch";
import type { CoordinatorStore, DecisionLog } from "../../functions/core/coordination/ports";
import type { DriftPorts } from "../../functions/core/drift/assess-drift";
import type { DriftLog } from "../../functions/core/drift/ports";
import type { ModelSettings, ModelSettingsSource } from "../../functions/core/model-settings";
import { memoryBatchStore } from "../../functions/memory/batch-store";
import { memoryCoordinatorStore, memoryDecisionLog } from "../../functions/memory/coordination";
import { memoryDriftHistoryStore, memoryDriftLog } from "../../functions/memory/drift";
import { memoryModelSettings } from "../../functions/memory/manifest-store";

/** What the functions remember between invocations, in one of the stores. */
export interface ReplayState {
  readonly settings: ModelSettingsSource;
  readonly batches: BatchStore;
  readonly states: CoordinatorStore;
  readonly decisions: DecisionLog;
  readonly histories: DriftPorts["histories"];
  readonly drifts: DriftLog;
  close(): Promise<void>;
}

export function memoryReplayState(models: readonly ModelSettings[]): ReplayState {
  return {
    settings: memoryModelSettings(models),
    batches: memoryBatchStore(),
    states: memoryCoordinatorStore(),
    decisions: memoryDecisionLog(),
    histories: memoryDriftHistoryStore(),
    drifts: memoryDriftLog(),
    close: async () => {},
  };
}
