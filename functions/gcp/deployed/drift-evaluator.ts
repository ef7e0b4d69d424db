import { requestFates } from "../../core/drift/episodes/request-fate";
import { firestoreDecisionLog } from "../adapters/firestore/decision-log";
import "../../node/zod-locale";
import { cloudEvent } from "@google-cloud/functions-framework";
import { firestoreDriftLog } from "../adapters/firestore/drift-log";
import { firestoreDriftHistoryStore } from "../adapters/firestore/versioned-store";
import { gcsReportReader } from "../adapters/storage/report-reader";
import { vertexMonitoringJobs } from "../adapters/vertex/monitoring-jobs";
import { createDriftEvaluator } from "../handlers/drift-evaluator";
import { deployedRejectedMessages } from "./dead-letters";
import { sharedPorts } from "./shared-ports";

const { rest, firestore, ports } = sharedPorts();

cloudEvent(
  "drift-evaluator",
  createDriftEvaluator({
    ...ports,
    histories: firestoreDriftHistoryStore(firestore),
    drifts: firestoreDriftLog(firestore),
    fates: requestFates(firestoreDecisionLog(firestore)),
    reports: gcsReportReader(rest),
    jobs: vertexMonitoringJobs(rest),
    rejected: deployedRejectedMessages(rest),
  }),
);
