import "../../node/zod-locale";
import { cloudEvent } from "@google-cloud/functions-framework";
import { trainingStarts } from "../../core/capture/training-starts";
import { firestoreDecisionLog } from "../adapters/firestore/decision-log";
import { googleDownload } from "../adapters/google-rest";
import { gcsCaptureStore } from "../adapters/storage/capture-store";
import { gcsMonitorFiles } from "../adapters/storage/monitor-files";
import { createCaptureMonitor } from "../handlers/capture-monitor";
import { deployedRejectedMessages } from "./dead-letters";
import { sharedPorts } from "./shared-ports";

const { auth, rest, firestore, ports } = sharedPorts();

cloudEvent(
  "drift-monitor",
  createCaptureMonitor({
    settings: ports.settings,
    captures: gcsCaptureStore(rest, googleDownload(auth)),
    files: gcsMonitorFiles(rest),
    trainings: trainingStarts(firestoreDecisionLog(firestore)),
    rejected: deployedRejectedMessages(rest),
    log: ports.log,
    now: ports.now,
  }),
);
