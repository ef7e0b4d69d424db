import "../../node/english";
import { cloudEvent } from "@google-cloud/functions-framework";
import { firestoreDriftHistoryStore } from "../adapters/drift-history-store";
import { firestoreHeartbeatStore } from "../adapters/heartbeat-store";
import { vertexMonitoringReconciler } from "../adapters/monitoring-reconciler";
import { createSweeper } from "../sweeper";
import { deployedPorts } from "./ports";
import { sharedPorts } from "./shared-ports";

const shared = sharedPorts();
const histories = firestoreDriftHistoryStore(shared.firestore);
const monitors = vertexMonitoringReconciler(shared.rest, { deployment: shared.state, now: Date.now });

const heartbeats = firestoreHeartbeatStore(shared.firestore);

cloudEvent("sweeper", createSweeper({ ...deployedPorts(shared), monitors, histories, heartbeats }));
