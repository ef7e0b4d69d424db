import type { SweeperPorts } from "../../core/sweep-models";
import { firestoreBatchStore } from "../adapters/batch-store";
import { firestoreCoordinatorStore } from "../adapters/coordinator-store";
import { firestoreDecisionLog } from "../adapters/decision-log";
import { gcsManifestStore } from "../adapters/manifest-store";
import { vertexPipelineLauncher } from "../adapters/pipeline-launcher";
import { readTemplate } from "../adapters/pipeline-template";
import { vertexRunWatcher } from "../adapters/run-watcher";
import { vertexClients } from "../adapters/vertex-clients";
import { LOG_RETENTION_MS, sharedPorts } from "./shared-ports";

/** The deployed adapters of every port of data path and coordination. */
export function deployedPorts({ state, auth, rest, firestore, ports } = sharedPorts()): SweeperPorts {
  const clients = vertexClients({ auth });
  return {
    ...ports,
    batches: firestoreBatchStore(firestore),
    states: firestoreCoordinatorStore(firestore),
    log: firestoreDecisionLog(firestore, LOG_RETENTION_MS),
    manifests: gcsManifestStore(rest),
    launcher: vertexPipelineLauncher(clients, (uri) => readTemplate(rest, uri), state),
    watcher: vertexRunWatcher(clients),
  };
}
