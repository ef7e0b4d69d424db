import "../../node/english";
import { cloudEvent } from "@google-cloud/functions-framework";
import { createQuantileSketch } from "../../node/quantile-sketch";
import { gcsCaptureStore } from "../adapters/capture-store";
import { googleDownload } from "../adapters/google-rest";
import { gcsMonitorFiles } from "../adapters/monitor-files";
import { createDriftMonitor } from "../drift-monitor";
import { sharedPorts } from "./shared-ports";

const { auth, rest, ports } = sharedPorts();

cloudEvent(
  "drift-monitor",
  createDriftMonitor({
    settings: ports.settings,
    captures: gcsCaptureStore(rest, googleDownload(auth)),
    files: gcsMonitorFiles(rest),
    newSketch: createQuantileSketch,
    report: ports.report,
    now: ports.now,
  }),
);
