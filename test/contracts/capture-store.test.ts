import { gunzipSync } from "node:zlib";
import { S3Client } from "@aws-sdk/client-s3";
import { s3CaptureStore } from "../../functions/aws/adapters/s3/capture-store";
import { gcsCaptureStore } from "../../functions/gcp/adapters/storage/capture-store";
import { memoryCaptureStore } from "../../functions/memory/capture";
import { CLIENT, type LoopbackServer } from "../aws/adapters/loopback-server";
import { startS3Server } from "../aws/adapters/s3-server";
import { anonymousDownload, anonymousRest } from "../gcp/adapters/google-server";
import { startStorageServer } from "../gcp/adapters/storage-server";
import { describeCaptureStore } from "./capture-store.contract";

describeCaptureStore({
  name: "memory",
  scheme: "s3://",
  create: (objects) => {
    const store = memoryCaptureStore();
    for (const [path, bytes] of Object.entries(objects)) store.objects.set(`s3://${path}`, textOf(Buffer.from(bytes)));
    return store;
  },
});

describe("over loopback", () => {
  let server: LoopbackServer | undefined;

  afterEach(async () => {
    await server?.stop();
  });

  describeCaptureStore({
    name: "S3",
    scheme: "s3://",
    create: async (objects) => {
      const s3 = await startS3Server({ pageSize: 2 });
      for (const [path, bytes] of Object.entries(objects)) s3.objects.set(`/${path}`, Buffer.from(bytes));
      server = s3;
      return s3CaptureStore(new S3Client({ ...CLIENT, endpoint: server.endpoint, forcePathStyle: true }));
    },
  });

  describeCaptureStore({
    name: "Cloud Storage",
    scheme: "gs://",
    create: async (objects) => {
      const storage = await startStorageServer({ pageSize: 2 });
      for (const [path, bytes] of Object.entries(objects)) storage.objects.set(path, Buffer.from(bytes));
      server = storage;
      return gcsCaptureStore(anonymousRest(), anonymousDownload(), server.endpoint);
    },
  });
});

// Helpers

/** What is in memory is unpacked. */
function textOf(bytes: Buffer): string {
  return (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString("utf8");
}
