import type { EventEmitter } from "node:events";
import { Firestore } from "@google-cloud/firestore";
import { Server, ServerCredentials } from "@grpc/grpc-js";

/** A Firestore on this machine that refuses every read; its client asks three times, for some seconds. */
export async function refusingFirestore(refusal: { readonly code: number; readonly details: string }) {
  const grpc = new Server();
  for (const method of ["BatchGetDocuments", "RunQuery"]) {
    grpc.register(
      `/google.firestore.v1.Firestore/${method}`,
      (call: EventEmitter) => call.emit("error", refusal),
      () => Buffer.alloc(0),
      (bytes: Buffer) => bytes,
      "serverStream",
    );
  }
  const port = await new Promise<number>((bound, failed) => {
    grpc.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, port) => (error ? failed(error) : bound(port)));
  });
  // As `host` it would give way to FIRESTORE_EMULATOR_HOST.
  const client = new Firestore({ projectId: "p", servicePath: "127.0.0.1", port, ssl: false });
  return {
    client,
    stop: async () => {
      await client.terminate();
      grpc.forceShutdown();
    },
  };
}
