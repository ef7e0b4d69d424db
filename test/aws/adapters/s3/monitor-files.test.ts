import { S3Client } from "@aws-sdk/client-s3";
import { s3MonitorFiles } from "../../../../functions/aws/adapters/s3/monitor-files";
import { PoisonMessageError, RetryableError } from "../../../../functions/core/errors";
import { CLIENT } from "../loopback-server";
import { type S3Server, type S3ServerOptions, s3Error, startS3Server } from "../s3-server";

const URI = "s3://lake/drift/flights/captured-2026-11-20T100000Z.json";
const PATH = "/lake/drift/flights/captured-2026-11-20T100000Z.json";

describe("s3MonitorFiles", () => {
  let server: S3Server | undefined;
  let client: S3Client | undefined;

  afterEach(async () => {
    client?.destroy();
    await server?.stop();
  });

  async function filesAgainst(options: S3ServerOptions = {}) {
    server = await startS3Server(options);
    client = new S3Client({ ...CLIENT, endpoint: server.endpoint, forcePathStyle: true });
    return { files: s3MonitorFiles(client), objects: server.objects, received: server.received };
  }

  it("should write on condition that there is no such object", async () => {
    const { files, received } = await filesAgainst();

    expect(await files.create(URI, "{}")).toBe(true);

    expect(received).toHaveLength(1);
    expect(received[0]).toMatchObject({
      method: "PUT",
      headers: { "if-none-match": "*", "content-type": "application/json" },
    });
    expect(received[0]?.body.toString()).toBe("{}");
  });

  it("should say that there is one when the answer to its own write was lost", async () => {
    const { files, objects } = await filesAgainst({
      refuse: ({ body }, before) => {
        if (before > 0) return undefined;
        objects.set(PATH, body);
        return "hang up";
      },
    });

    expect(await files.create(URI, "{}")).toBe(false);
    expect(await files.read(URI)).toBe("{}");
  });

  it("should write again when another was writing at that moment, and call it retryable when that does not pass", async () => {
    const passing = await filesAgainst({
      refuse: (_, before) => (before < 2 ? s3Error(409, "ConditionalRequestConflict") : undefined),
    });
    expect(await passing.files.create(URI, "{}")).toBe(true);
    await server?.stop();

    const { files } = await filesAgainst({ refuse: () => s3Error(409, "ConditionalRequestConflict") });
    await expect(files.create(URI, "{}")).rejects.toThrow(RetryableError);
  }, 20_000);

  it("should name the cure when it may not read, list or write", async () => {
    const { files } = await filesAgainst({ refuse: () => s3Error(403, "AccessDenied") });

    await expect(files.read(URI)).rejects.toThrow(
      `S3 did not read ${URI} (403 AccessDenied: refused); let the role read it, and list its bucket`,
    );
    await expect(files.has(URI)).rejects.toThrow(`S3 did not read ${URI} (403 `);
    await expect(files.create(URI, "{}")).rejects.toThrow(
      `S3 did not write ${URI} (403 AccessDenied: refused); let the role write it`,
    );
  });

  it("should not take a missing bucket for a missing file, nor a fault", async () => {
    const { files } = await filesAgainst({
      refuse: (_, before) => (before < 2 ? s3Error(404, "NoSuchBucket") : s3Error(500, "Oh")),
    });

    const told = /\(404 NoSuchBucket: refused\); create the bucket, or correct its name in retrigger.yaml$/;
    await expect(files.read(URI)).rejects.toThrow(told);
    await expect(files.create(URI, "{}")).rejects.toMatchObject({
      message: expect.stringMatching(told),
      cause: { name: "NoSuchBucket" },
    });
    await expect(files.has(URI)).rejects.toMatchObject({ name: "RetryableError", cause: { $fault: "server" } });
  });

  it("should refuse what is no text", async () => {
    const { files, objects } = await filesAgainst();
    objects.set(PATH, Buffer.from([0x1f, 0x8b, 0xff]));

    await expect(files.read(URI)).rejects.toThrow(PoisonMessageError);
  });
});
