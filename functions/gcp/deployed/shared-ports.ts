import { Firestore } from "@google-cloud/firestore";
import { GoogleAuth } from "google-auth-library";
import { ENVIRONMENT, readEnvironment } from "../../core/environment";
import { messagePlace } from "../../core/notices/message-place";
import { lazyPort } from "../../node/lazy-port";
import { firestoreLimits } from "../adapters/call-limits";
import { parseDatabaseName } from "../adapters/firestore/documents";
import { firestoreModelSettings } from "../adapters/firestore/model-settings";
import { googleRest, SCOPES } from "../adapters/google-rest";
import { pubSubNotifier } from "../adapters/messaging/notifier";
import { pubSubQualityQueue, pubSubRequestQueue } from "../adapters/messaging/queues";
import { consoleLog } from "./console-log";

/** What every deployed function works with, with one access token for all; an address is read when a port needs it first. */
export function sharedPorts() {
  const { state } = readEnvironment(process.env, ["state"]);
  const auth = new GoogleAuth({ scopes: SCOPES });
  const rest = googleRest(auth);
  const firestore = new Firestore({ ...databaseOf(state), ...firestoreLimits() });
  return {
    state,
    auth,
    rest,
    firestore,
    ports: {
      settings: firestoreModelSettings(firestore, { now: Date.now }),
      requests: lazyPort(async () => {
        const { requests, region } = readEnvironment(process.env, ["requests", "region"]);
        return pubSubRequestQueue(rest, requests, `https://${region}-pubsub.googleapis.com`);
      }),
      qualities: lazyPort(async () => {
        const { requests, region } = readEnvironment(process.env, ["requests", "region"]);
        return pubSubQualityQueue(rest, requests, `https://${region}-pubsub.googleapis.com`);
      }),
      notifier: lazyPort(async () => {
        const { topic } = readEnvironment(process.env, ["topic"]);
        return pubSubNotifier(rest, topic, { log: consoleLog, place: messagePlace(process.env) });
      }),
      log: consoleLog,
      now: Date.now,
    },
  };
}

/** @throws Error when the state store is not named as Firestore names a database */
function databaseOf(state: string): { projectId: string; databaseId: string } {
  const database = parseDatabaseName(state);
  if (database !== undefined) return database;
  throw new Error(`${ENVIRONMENT.state}: got ${state}; expected projects/<project>/databases/<database>`);
}
