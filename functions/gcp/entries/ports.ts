import { Firestore } from "@google-cloud/firestore";
import { GoogleAuth } from "google-auth-library";
import { ENVIRONMENT, readEnvironment } from "../../core/environment";
import type { SweeperPorts } from "../../core/sweep-models";
import { lazyPort } from "../../node/lazy-port";
import { firestoreBatchStore } from "../adapters/batch-store";
import { firestoreCoordinatorStore } from "../adapters/coordinator-store";
import { firestoreDecisionLog } from "../adapters/decision-log";
import { googleRest } from "../adapters/google-rest";
import { gcsManifestStore } from "../adapters/manifest-store";
import { firestoreModelSettings } from "../adapters/model-settings";
import { pubSubNotifier } from "../adapters/notifier";
import { vertexPipelineLauncher } from "../adapters/pipeline-launcher";
import { readTemplate } from "../adapters/pipeline-template";
import { pubSubRequestQueue } from "../adapters/request-queue";
import { vertexRunWatcher } from "../adapters/run-watcher";
import { slackWebhook } from "../adapters/slack-webhook";
import { vertexClients } from "../adapters/vertex-clients";
import { consoleReport } from "../console-report";

const SETTINGS_MAX_AGE_MS = 60_000;
const LOG_RETENTION_MS = 400 * 86_400_000;
const SCOPES = "https://www.googleapis.com/auth/cloud-platform";

/** The deployed adapters of every port, with one access token for all; an address is read when a port needs it first. */
export function deployedPorts(): SweeperPorts {
  const { state } = readEnvironment(process.env, ["state"]);
  const auth = new GoogleAuth({ scopes: SCOPES });
  const rest = googleRest(auth);
  const clients = vertexClients({ auth });
  const firestore = new Firestore(databaseOf(state));
  return {
    settings: firestoreModelSettings(firestore, { maxAgeMs: SETTINGS_MAX_AGE_MS, now: Date.now }),
    batches: firestoreBatchStore(firestore),
    states: firestoreCoordinatorStore(firestore),
    log: firestoreDecisionLog(firestore, LOG_RETENTION_MS),
    manifests: gcsManifestStore(rest),
    requests: lazyPort(async () => {
      const { requests, region } = readEnvironment(process.env, ["requests", "region"]);
      return pubSubRequestQueue(rest, requests, `https://${region}-pubsub.googleapis.com`);
    }),
    launcher: vertexPipelineLauncher(clients, (uri) => readTemplate(rest, uri), state),
    notifier: lazyPort(async () => {
      const { topic } = readEnvironment(process.env, ["topic"]);
      const secretVersion = process.env[ENVIRONMENT.webhook];
      const slack = secretVersion === undefined ? {} : { slack: slackWebhook(rest, { secretVersion, now: Date.now }) };
      return pubSubNotifier(rest, topic, { report: consoleReport, ...slack });
    }),
    watcher: vertexRunWatcher(clients),
    report: consoleReport,
    now: Date.now,
  };
}

/** @throws Error when the state store is not named as Firestore names a database */
function databaseOf(state: string): { projectId: string; databaseId: string } {
  const [, projectId, databaseId] = /^projects\/([^/]+)\/databases\/([^/]+)$/.exec(state) ?? [];
  if (projectId !== undefined && databaseId !== undefined) return { projectId, databaseId };
  throw new Error(`${ENVIRONMENT.state}: got ${state}; expected projects/<project>/databases/<database>`);
}
