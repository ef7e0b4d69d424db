import { setImmediate } from "node:timers/promises";
import type { ReportReader } from "../../functions/core/drift/report-reader";
import { manifestFile, manifestKeys } from "../../functions/gcp/adapters/manifest-file";
import { createBatcher } from "../../functions/gcp/batcher";
import { createCoordinator } from "../../functions/gcp/coordinator";
import { createDriftEvaluator } from "../../functions/gcp/drift-evaluator";
import type { MonitoringJobs } from "../../functions/gcp/monitored-models";
import { createSweeper } from "../../functions/gcp/sweeper";
import type { Edition } from "../edition";
import { announcedKey, hostileMessages, objectFinalized } from "./object-events";
import { pushAtOnce, pushInOrder } from "./push-delivery";

/** Of the replay, reports come as messages. */
const NO_FILES: ReportReader = { read: async () => undefined };

/** And none by monitoring jobs. */
const NO_JOBS: MonitoringJobs = { endpointOf: async () => undefined };

/** Cloud Storage into Pub/Sub, Cloud Functions, Vertex AI, which tells nobody of the ends of its runs. */
export const gcpEdition: Edition = {
  cloud: "gcp",
  manifests: { scheme: "gs", suffix: ".jsonl", textOf: manifestFile, keysOf: manifestKeys },
  objectMessage: objectFinalized,
  announcedKey,
  hostileMessages,
  requestMessage: (request) => JSON.stringify({ data: Buffer.from(JSON.stringify(request)).toString("base64") }),
  runEndMessage: () => undefined,
  createBatcher(ports) {
    const push = pushAtOnce("landings", createBatcher(ports, setImmediate));
    return async (messages) => {
      // Read before, so that all invocations come to the shared write at the same time.
      await ports.settings.list();
      return await push(messages);
    };
  },
  createCoordinator: (ports) => pushInOrder("requests", createCoordinator(ports)),
  createSweeper,
  driftMessage: (report) => JSON.stringify({ data: Buffer.from(JSON.stringify(report)).toString("base64") }),
  createDriftEvaluator: (ports) => pushInOrder("drift", createDriftEvaluator({ ...ports, reports: NO_FILES, jobs: NO_JOBS })),
};
