import { deploymentId } from "../../core/deployment-id";
import { promotionAnswers } from "../../core/promotion/take-candidate";
import type { SweeperPorts } from "../../core/sweep-models";
import { newDeploymentId } from "../../node/hashes";
import { firestoreBatchStore } from "../adapters/firestore/batch-store";
import { firestoreDecisionLog } from "../adapters/firestore/decision-log";
import {
  firestoreCoordinatorStore,
  firestoreDeploymentStore,
  firestorePromotionStore,
} from "../adapters/firestore/versioned-store";
import { gcsManifestStore } from "../adapters/storage/manifest-store";
import { vertexPipelineLauncher } from "../adapters/vertex/pipeline-launcher";
import { readTemplate } from "../adapters/vertex/pipeline-template";
import { vertexRunWatcher } from "../adapters/vertex/run-watcher";
import { vertexClients } from "../adapters/vertex/vertex-clients";
import { sharedPorts } from "./shared-ports";

/** The deployed adapters of every port of data path and coordination. */
export function deployedPorts({ state, auth, rest, firestore, ports } = sharedPorts()): SweeperPorts {
  const clients = vertexClients({ auth });
  return {
    ...ports,
    batches: firestoreBatchStore(firestore),
    states: firestoreCoordinatorStore(firestore),
    decisions: firestoreDecisionLog(firestore),
    candidateAnswers: promotionAnswers({ promotions: firestorePromotionStore(firestore), now: ports.now }),
    deployment: deploymentId(firestoreDeploymentStore(firestore), newDeploymentId),
    manifests: gcsManifestStore(rest),
    launcher: vertexPipelineLauncher(clients, (uri) => readTemplate(rest, uri), state),
    watcher: vertexRunWatcher(clients),
  };
}
