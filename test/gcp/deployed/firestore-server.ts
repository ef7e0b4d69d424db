import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Server, type ServerWritableStream, status as Status, type sendUnaryData } from "@grpc/grpc-js";
import { listenOnLoopback, serviceOf } from "../adapters/grpc-service";
import { FirestoreRefusal, firestoreDocuments, type Mask, type Query, type Write } from "./firestore-documents";

export interface FirestoreServer {
  /** As FIRESTORE_EMULATOR_HOST names it. */
  readonly host: string;
  stop(): void;
}

/** The package does not export it. */
const PROTOCOL = join(__dirname, "../../../node_modules/@google-cloud/firestore/build/protos/v1.json");

/** Firestore on this machine, over gRPC and the service's own protocol; or the emulator that FIRESTORE_EMULATOR_HOST names. */
export async function startFirestoreServer(): Promise<FirestoreServer> {
  const emulator = process.env.FIRESTORE_EMULATOR_HOST;
  if (emulator !== undefined) return { host: emulator, stop: () => undefined };
  const documents = firestoreDocuments();
  const server = new Server();
  server.addService(serviceOf(JSON.parse(readFileSync(PROTOCOL, "utf8")), "google.firestore.v1.Firestore"), {
    Commit({ request }: { request: { writes: readonly Write[] } }, answer: sendUnaryData<object>) {
      try {
        answer(null, documents.commit(request.writes));
      } catch (error) {
        answer(refusalOf(error));
      }
    },
    BatchGetDocuments: streamed(({ documents: names, mask }: { documents: readonly string[]; mask: Mask | null }) =>
      names.map((missing) => {
        const found = documents.get(missing, mask);
        return found === undefined ? { missing } : { found };
      }),
    ),
    RunQuery: streamed(({ parent, structuredQuery }: { parent: string; structuredQuery: Query }) => [
      ...documents.query(parent, structuredQuery).map((document) => ({ document })),
      // A query without results is answered too.
      {},
    ]),
  });

  /** Each answer with the time at which it is true. */
  function streamed<Q>(answersTo: (request: Q) => readonly object[]) {
    return (call: ServerWritableStream<Q, object>) => {
      try {
        for (const answer of answersTo(call.request)) call.write({ ...answer, readTime: documents.now() });
        call.end();
      } catch (error) {
        call.emit("error", refusalOf(error));
      }
    };
  }

  const port = await listenOnLoopback(server);
  return { host: `127.0.0.1:${port}`, stop: () => server.forceShutdown() };
}

function refusalOf(error: unknown): Pick<FirestoreRefusal, "code" | "details"> {
  return error instanceof FirestoreRefusal ? error : { code: Status.INTERNAL, details: String(error) };
}
