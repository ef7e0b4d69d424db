import "../../node/zod-locale";
import { cloudEvent } from "@google-cloud/functions-framework";
import { createQuantileSketch } from "../../node/quantile-sketch";
import { googleDownload } from "../adapters/google-rest";
import { gcsCaptureStore } from "../adapters/storage/capture-store";
import { gcsMonitorFiles } from "../adapters/storage/monitor-files";
import { createCaptureMonitor } from "../handlers/capture-monitor";
import { deployedRejectedMessages } from "./dead-letters";
import { sharedPorts } from "./shared-ports";

const { auth, rest, ports } = sharedPorts();

cloudEvent(
  "drift-monitor",
  createCaptureMonitor({
    settings: ports.settings,
    captures: gcsCaptureStore(rest, googleDownload(auth)),
    files: gcsMonitorFiles(rest),
    newSketch: createQuantileSketch,
    rejected: deployedRejectedMessages(rest),
    log: ports.log,
    now: ports.now,
  }),
);
