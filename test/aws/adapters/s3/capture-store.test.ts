import { gzipSync } from "node:zlib";
import { S3Client } from "@aws-sdk/client-s3";
import { s3CaptureStore } from "../../../../functions/aws/adapters/s3/capture-store";
import { PoisonMessageError, RetryableError } from "../../../../functions/core/errors";
import { CLIENT } from "../loopback-server";
import { type S3Server, type S3ServerOptions, s3Error, startS3Server } from "../s3-server";

const HOUR = "s3://lake/capture/flights/AllTraffic/2026/11/20/10/";

describe("s3CaptureStore", () => {
  let server: S3Server | undefined;
  let client: S3Client | undefined;

  afterEach(async () => {
    client?.destroy();
    await server?.stop();
  });

  async function storeAgainst(options: S3ServerOptions = {}) {
    server = await startS3Server(options);
    client = new S3Client({ ...CLIENT, endpoint: server.endpoint, forcePathStyle: true });
    return { store: s3CaptureStore(client), objects: server.objects, received: server.received };
  }

  it("should ask for a page only when the one before was taken", async () => {
    const { store, objects, received } = await storeAgainst({ pageSize: 2 });
    for (const name of ["a", "b", "c", "d", "e"]) objects.set(`/lake/capture/${name}`, Buffer.from("x"));

    for await (const { uri } of store.list("s3://lake/capture/")) if (uri.endsWith("c")) break;

    expect(received.map(({ path }) => path)).toEqual([
      "/lake/?list-type=2&prefix=capture%2F",
      "/lake/?continuation-token=2&list-type=2&prefix=capture%2F",
    ]);
  });

  it.each([
    ["plain", Buffer.from("one\ntwo\nthr")],
    ["packed", gzipSync("one\n".repeat(10_000)).subarray(0, 40)],
  ])("should call it retryable when the connection breaks in the middle: %s", async (_case, body) => {
    const { store } = await storeAgainst({ refuse: () => ({ status: 200, body, type: "text/plain", breaksOff: true }) });

    const lines = Array.fromAsync(store.lines(`${HOUR}a.jsonl`));

    await expect(lines).rejects.toThrow(RetryableError);
    await expect(lines).rejects.toThrow(`reading ${HOUR}a.jsonl broke off`);
  });

  it("should try again where S3 is busy before it answers", async () => {
    const { store, objects, received } = await storeAgainst({
      refuse: (_, before) => (before === 0 ? s3Error(503, "SlowDown") : before === 1 ? "hang up" : undefined),
    });
    objects.set("/lake/a", Buffer.from("one\n"));

    expect(await Array.fromAsync(store.lines("s3://lake/a"))).toEqual([["one"]]);
    expect(received).toHaveLength(3);
  });

  it.each([
    [403, "AccessDenied", "check monitoring.capture.location"],
    [404, "NoSuchBucket", "create the bucket"],
    [400, "KMS.DisabledException", "let the function's role use the KMS key of the bucket"],
  ])("should name the cure when S3 answers %i %s", async (status, code, cure) => {
    const { store } = await storeAgainst({ refuse: () => s3Error(status, code) });
    const told = new RegExp(`\\(${status} ${code}: refused\\); ${cure}`);

    await expect(Array.fromAsync(store.list(HOUR))).rejects.toThrow(told);
    await expect(store.folders(HOUR)).rejects.toThrow(told);
    await expect(Array.fromAsync(store.lines(`${HOUR}a`))).rejects.toThrow(told);
  });

  it("should reject when a page after the first cannot be listed, rather than count half of a window", async () => {
    const { store, objects } = await storeAgainst({
      pageSize: 1,
      refuse: (_, before) => (before === 1 ? s3Error(403, "AccessDenied") : undefined),
    });
    for (const name of ["a", "b"]) objects.set(`/lake/capture/${name}`, Buffer.from("x"));

    await expect(Array.fromAsync(store.list("s3://lake/capture/"))).rejects.toThrow(
      "S3 did not list s3://lake/capture/ (403 AccessDenied: refused)",
    );
  });

  it("should call an object poison that is broken itself", async () => {
    const { store, objects } = await storeAgainst();
    objects.set("/lake/a.gz", gzipSync("one\ntwo").subarray(0, -2));

    await expect(Array.fromAsync(store.lines("s3://lake/a.gz"))).rejects.toThrow(PoisonMessageError);
  });

  it("should refuse another cloud's address", async () => {
    const { store } = await storeAgainst();

    await expect(store.folders("gs://lake/capture/")).rejects.toThrow("got gs://lake/capture/; expected s3://<bucket>/<key>");
  });
});
