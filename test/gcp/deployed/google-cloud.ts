import { Firestore } from "@google-cloud/firestore";
import { GoogleAuth, PassThroughClient } from "google-auth-library";
import type { ModelSettings } from "../../../functions/core/model-settings";
import type { Received } from "../../aws/adapters/loopback-server";
import { googleError, jsonAnswer, startGoogleServer } from "../adapters/google-server";
import { storageAnswer } from "../adapters/storage-server";
import { TEMPLATE } from "../adapters/templates";
import { startVertexServer, type VertexServer } from "../adapters/vertex-server";
import { startFirestoreServer } from "./firestore-server";
import { startGoogleNetwork } from "./google-network";

export interface GoogleCloud {
  /** What a deployed function finds in its environment, with the way to this cloud instead of Google's. */
  readonly environment: Readonly<Record<string, string>>;
  readonly firestore: Firestore;
  readonly vertex: VertexServer;
  /** Calls of Cloud Storage and Pub/Sub. */
  readonly received: readonly Received[];
  /** Hosts that were called, whether they are here or not. */
  readonly called: readonly string[];
  /** Cloud Storage's objects, by `<bucket>/<key>`. */
  readonly objects: Map<string, Buffer>;
  stop(): Promise<void>;
}

const REGION = "europe-west4";
/** Another region of Vertex AI, which has no endpoints. */
const ENDPOINTS_HOST = "us-central1-aiplatform.googleapis.com";
let databases = 0;

/** Google Cloud on this machine, as far as the functions speak with it, with the settings of some models. */
export async function startGoogleCloud(settings: readonly ModelSettings[]): Promise<GoogleCloud> {
  const objects = new Map([["templates/training.yaml", Buffer.from(TEMPLATE)]]);
  const rest = await startGoogleServer((request) => answerOf(objects, request));
  const vertex = await startVertexServer();
  const network = await startGoogleNetwork((host) => {
    if (host === `${REGION}-aiplatform.googleapis.com`) return vertex.port;
    const known = ["storage.googleapis.com", `${REGION}-pubsub.googleapis.com`, "pubsub.googleapis.com", ENDPOINTS_HOST];
    return known.includes(host) ? Number(new URL(rest.endpoint).port) : undefined;
  });
  const server = await startFirestoreServer();
  // An emulator that outlives this run may hold the projects of an earlier one.
  const projectId = ["test", process.pid, Date.now(), ++databases].map((part) => part.toString(36)).join("-");
  // Without the auth, the client asks the network around this machine who it is.
  const auth = new GoogleAuth({ authClient: new PassThroughClient() });
  const firestore = new Firestore({ projectId, databaseId: "retrigger", host: server.host, ssl: false, auth });
  for (const one of settings) await firestore.collection("settings").doc(one.model).set({ settings: one });
  return {
    environment: {
      ...network.environment,
      no_proxy: `127.0.0.1,${server.host.replace(/:\d+$/, "")}`,
      FIRESTORE_EMULATOR_HOST: server.host,
      RETRIGGER_STATE: `projects/${projectId}/databases/retrigger`,
      RETRIGGER_DEAD_LETTERS: "projects/p/topics/dead-letters",
      RETRIGGER_LAUNCHES: "projects/p/topics/launches",
      RETRIGGER_REQUESTS: "projects/p/topics/requests",
      RETRIGGER_TOPIC: "projects/p/topics/decisions",
      RETRIGGER_REGION: REGION,
    },
    firestore,
    vertex,
    received: rest.received,
    called: network.called,
    objects,
    async stop() {
      await firestore.terminate();
      await network.stop();
      await vertex.stop();
      await rest.stop();
      server.stop();
    },
  };
}

/** Cloud Storage, Pub/Sub and Vertex AI without endpoints; a bucket named `forbidden` may not be written. */
function answerOf(objects: Map<string, Buffer>, request: Received) {
  const { pathname } = new URL(`http://server${request.path}`);
  if (/\/endpoints\/\d+$/.test(pathname)) return googleError(404, "notFound", "no such endpoint");
  const [, bucket] = /\/storage\/v1\/b\/([^/]+)\/o/.exec(pathname) ?? [];
  if (bucket === undefined) return jsonAnswer({ messageIds: ["1"] });
  if (bucket === "forbidden") return googleError(403, "forbidden", "no access");
  return storageAnswer(objects, request);
}
