import "../../node/english";
import { cloudEvent } from "@google-cloud/functions-framework";
import { firestoreDriftHistoryStore } from "../adapters/drift-history-store";
import { firestoreDriftLog } from "../adapters/drift-log";
import { vertexMonitoringJobs } from "../adapters/monitoring-jobs";
import { gcsReportReader } from "../adapters/report-reader";
import { createDriftEvaluator } from "../drift-evaluator";
import { LOG_RETENTION_MS, sharedPorts } from "./shared-ports";

const { rest, firestore, ports } = sharedPorts();

cloudEvent(
  "drift-evaluator",
  createDriftEvaluator({
    ...ports,
    histories: firestoreDriftHistoryStore(firestore),
    drifts: firestoreDriftLog(firestore, LOG_RETENTION_MS),
    reports: gcsReportReader(rest),
    jobs: vertexMonitoringJobs(rest),
  }),
);
