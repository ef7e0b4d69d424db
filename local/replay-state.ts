import type { BatchStore } from "../functions/core/batching/batch-store";
import type { CoordinatorStore } from "../functions/core/coordination/coordinator-store";
import type { DecisionLog } from "../functions/core/coordination/decision-log";
import type { DriftPorts } from "../functions/core/drift/assess-drift";
import type { DriftLog } from "../functions/core/drift/drift-log";
import type { ModelSettings, ModelSettingsSource } from "../functions/core/model-settings";
import { memoryBatchStore } from "../functions/memory/batch-store";
import { memoryCoordinatorStore } from "../functions/memory/coordinator-store";
import { memoryDecisionLog } from "../functions/memory/decision-log";
import { memoryDriftHistoryStore } from "../functions/memory/drift-history-store";
import { memoryDriftLog } from "../functions/memory/drift-log";
import { memoryModelSettings } from "../functions/memory/model-settings";

/** What the functions remember between invocations, in one of the stores. */
export interface ReplayState {
  readonly settings: ModelSettingsSource;
  readonly batches: BatchStore;
  readonly states: CoordinatorStore;
  readonly log: DecisionLog;
  readonly histories: DriftPorts["histories"];
  readonly drifts: DriftLog;
  close(): Promise<void>;
}

export function memoryReplayState(models: readonly ModelSettings[]): ReplayState {
  return {
    settings: memoryModelSettings(models),
    batches: memoryBatchStore(),
    states: memoryCoordinatorStore(),
    log: memoryDecisionLog(),
    histories: memoryDriftHistoryStore(),
    drifts: memoryDriftLog(),
    close: async () => {},
  };
}
