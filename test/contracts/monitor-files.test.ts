import { S3Client } from "@aws-sdk/client-s3";
import { s3MonitorFiles } from "../../functions/aws/adapters/s3/monitor-files";
import { gcsMonitorFiles } from "../../functions/gcp/adapters/storage/monitor-files";
import { memoryMonitorFiles } from "../../functions/memory/capture";
import { CLIENT, type LoopbackServer } from "../aws/adapters/loopback-server";
import { startS3Server } from "../aws/adapters/s3-server";
import { anonymousRest } from "../gcp/adapters/google-server";
import { startStorageServer } from "../gcp/adapters/storage-server";
import { describeMonitorFiles } from "./monitor-files.contract";

describeMonitorFiles({ name: "memory", scheme: "s3://", create: memoryMonitorFiles });

describe("over loopback", () => {
  let server: LoopbackServer | undefined;

  afterEach(async () => {
    await server?.stop();
  });

  describeMonitorFiles({
    name: "S3",
    scheme: "s3://",
    create: async () => {
      server = await startS3Server();
      return s3MonitorFiles(new S3Client({ ...CLIENT, endpoint: server.endpoint, forcePathStyle: true }));
    },
  });

  describeMonitorFiles({
    name: "Cloud Storage",
    scheme: "gs://",
    create: async () => {
      server = await startStorageServer();
      return gcsMonitorFiles(anonymousRest(), server.endpoint);
    },
  });
});
