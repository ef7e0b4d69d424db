// What every function of Google Cloud makes at its first message, as an entry of its own: the clients of its state and of its runs.
import { Firestore } from "@google-cloud/firestore";
import { vertexClients } from "../../functions/gcp/adapters/vertex/vertex-clients";

export const clients = [new Firestore({ projectId: "bench" }), vertexClients()("europe-west4")];
