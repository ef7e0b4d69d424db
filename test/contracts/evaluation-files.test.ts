import { S3Client } from "@aws-sdk/client-s3";
import { s3EvaluationFiles } from "../../functions/aws/adapters/s3/evaluation-files";
import { RetryableError } from "../../functions/core/errors";
import type { EvaluationFiles } from "../../functions/core/promotion/ports";
import { gcsEvaluationFiles } from "../../functions/gcp/adapters/storage/evaluation-files";
import { type Answer, CLIENT, type LoopbackServer } from "../aws/adapters/loopback-server";
import { s3Error, startS3Server } from "../aws/adapters/s3-server";
import { anonymousDownload, anonymousRest, googleError } from "../gcp/adapters/google-server";
import { startStorageServer } from "../gcp/adapters/storage-server";
import { describeEvaluationFiles } from "./evaluation-files.contract";

describe("over loopback", () => {
  let server: LoopbackServer | undefined;

  afterEach(async () => {
    await server?.stop();
  });

  async function openS3(answer?: Answer) {
    const s3 = await startS3Server({ refuse: () => answer });
    server = s3;
    const client = new S3Client({ ...CLIENT, endpoint: s3.endpoint, forcePathStyle: true, maxAttempts: 1 });
    return { files: s3EvaluationFiles(client), put: (uri: string, bytes: Buffer) => void s3.objects.set(uri.slice(4), bytes) };
  }

  async function openStorage(answer?: Answer) {
    const storage = await startStorageServer({ refuse: () => answer });
    server = storage;
    const files = gcsEvaluationFiles(anonymousRest(), anonymousDownload(), storage.endpoint);
    return { files, put: (uri: string, bytes: Buffer) => void storage.objects.set(uri.slice(5), bytes) };
  }

  describeEvaluationFiles({ name: "S3", scheme: "s3://", create: openS3 });
  describeEvaluationFiles({ name: "Cloud Storage", scheme: "gs://", create: openStorage });

  const READS: readonly (readonly [string, (files: EvaluationFiles, uri: string) => Promise<unknown>])[] = [
    ["bytes", (files, uri) => files.read(uri, 100)],
    ["lines", (files, uri) => files.lines(uri)],
  ];

  describe.each(READS)("what is asked for %s", (_, read) => {
    it("should say what to do when it is not allowed", async () => {
      const s3 = await openS3(s3Error(403, "AccessDenied"));
      await expect(read(s3.files, "s3://b/a")).rejects.toThrow(
        /403 AccessDenied.*; check promotion\.evaluations in retrigger\.yaml/,
      );
      await server?.stop();

      const storage = await openStorage(googleError(403, "forbidden", "no access"));
      await expect(read(storage.files, "gs://b/a")).rejects.toThrow(/no access\); give the caller's account a role/);
    });

    it("should call it retryable when the storage cannot answer", async () => {
      const s3 = await openS3(s3Error(503, "SlowDown"));
      await expect(read(s3.files, "s3://b/a")).rejects.toThrow(RetryableError);
      await server?.stop();

      const storage = await openStorage(googleError(503, "backendError", "busy"));
      await expect(read(storage.files, "gs://b/a")).rejects.toThrow(RetryableError);
    });

    it("should not take a missing bucket for a missing file", async () => {
      const s3 = await openS3(s3Error(404, "NoSuchBucket"));
      await expect(read(s3.files, "s3://b/a")).rejects.toThrow("create the bucket, or correct its name");
      await server?.stop();

      const storage = await openStorage(googleError(404, "notFound", "The specified bucket does not exist."));
      await expect(read(storage.files, "gs://b/a")).rejects.toThrow("there is no bucket b; create it");
    });

    it("should refuse what is no address of its storage", async () => {
      const s3 = await openS3();
      await expect(read(s3.files, "gs://b/a")).rejects.toThrow("expected s3://");
      await server?.stop();

      const storage = await openStorage();
      await expect(read(storage.files, "s3://b/a")).rejects.toThrow("expected gs://");
    });
  });

  it.each([
    ["S3", "s3://b/a", openS3],
    ["Cloud Storage", "gs://b/a", openStorage],
  ] as const)("should call lines retryable that break off in the middle: %s", async (_name, uri, open) => {
    const { files } = await open({ status: 200, body: "one\ntwo\nthr", type: "text/plain", breaksOff: true });

    const found = await files.lines(uri);
    const reading = async () => {
      for await (const part of found?.lines ?? []) expect(part).toEqual(["one", "two"]);
    };

    await expect(reading()).rejects.toThrow(RetryableError);
  });

  it("should call bytes of S3 retryable that break off in the middle", async () => {
    const { files } = await openS3({ status: 200, body: "{", type: "application/json", breaksOff: true });

    await expect(files.read("s3://b/a", 100)).rejects.toThrow(RetryableError);
  });
});
