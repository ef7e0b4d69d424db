import "../../node/zod-locale";
import { cloudEvent } from "@google-cloud/functions-framework";
import { firestoreDriftHistoryStore, firestoreHeartbeatStore } from "../adapters/firestore/versioned-store";
import { vertexMonitoringJobKeeper } from "../adapters/vertex/monitoring-job-keeper";
import { createSweeper } from "../handlers/sweeper";
import { deployedPorts } from "./ports";
import { sharedPorts } from "./shared-ports";

const shared = sharedPorts();
const histories = firestoreDriftHistoryStore(shared.firestore);
const monitoringJobs = vertexMonitoringJobKeeper(shared.rest, { deployment: shared.state, now: Date.now });

const heartbeats = firestoreHeartbeatStore(shared.firestore);

cloudEvent("sweeper", createSweeper({ ...deployedPorts(shared), monitoringJobs, histories, heartbeats }));
