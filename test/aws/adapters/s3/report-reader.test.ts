import { S3Client } from "@aws-sdk/client-s3";
import { s3ReportReader } from "../../../../functions/aws/adapters/s3/report-reader";
import { PoisonMessageError } from "../../../../functions/core/errors";
import { CLIENT, type LoopbackServer, type Received, startLoopbackServer } from "../loopback-server";

const WRITTEN_AT = Date.UTC(2026, 10, 20, 10);
const DATE = { "last-modified": new Date(WRITTEN_AT).toUTCString() };

describe("s3ReportReader", () => {
  let server: LoopbackServer | undefined;
  let client: S3Client | undefined;

  afterEach(async () => {
    client?.destroy();
    await server?.stop();
  });

  async function readerAgainst(
    answer: (request: Received) => { status: number; body: string | Buffer; headers?: object },
    max?: number,
  ) {
    server = await startLoopbackServer((request) => ({ type: "application/xml", ...answer(request) }));
    client = new S3Client({ ...CLIENT, endpoint: server.endpoint, forcePathStyle: true, maxAttempts: 1 });
    return { reader: s3ReportReader(client, max), received: server.received };
  }

  it("should read the version that was announced", async () => {
    const headers = { ...DATE, "x-amz-version-id": "v7" };
    const { reader, received } = await readerAgainst(() => ({ status: 200, body: "{}", headers }));

    expect(await reader.read("s3://data/drift/one/red flower+1.json", "v7")).toEqual({
      text: "{}",
      version: "v7",
      writtenAt: WRITTEN_AT,
    });
    expect(received[0]?.path).toBe("/data/drift/one/red%20flower%2B1.json?versionId=v7&x-id=GetObject");
  });

  it("should tell writes of equal bytes apart where the bucket keeps no versions", async () => {
    const { reader } = await readerAgainst(() => ({ status: 200, body: "{}", headers: { ...DATE, etag: '"abc"' } }));

    expect((await reader.read("s3://data/a.json"))?.version).toBe('2026-11-20T10:00:00.000Z "abc"');
  });

  it.each(["NoSuchKey", "NoSuchVersion"])("should find nothing where S3 says %s", async (code) => {
    const { reader } = await readerAgainst(() => ({ status: 404, body: `<Error><Code>${code}</Code></Error>` }));

    expect(await reader.read("s3://data/a.json")).toBeUndefined();
  });

  it.each([
    ["NoSuchBucket", 404, "NoSuchBucket"],
    ["AccessDenied", 403, "add the folder of a monitor's files to monitoring.sagemaker.folders"],
    ["SlowDown", 503, "SlowDown"],
  ])("should reject when S3 says %s", async (code, status, told) => {
    const { reader } = await readerAgainst(() => ({
      status,
      body: `<Error><Code>${code}</Code><Message>${code}</Message></Error>`,
    }));

    await expect(reader.read("s3://data/a.json")).rejects.toThrow(told);
  });

  it("should refuse a file of more bytes than a report has", async () => {
    const { reader } = await readerAgainst(() => ({ status: 200, body: Buffer.alloc(1_000_000), headers: DATE }), 999_999);

    await expect(reader.read("s3://data/a.json")).rejects.toThrow(PoisonMessageError);
    await expect(reader.read("s3://data/a.json")).rejects.toThrow(/of more than 999999 bytes; expected at most 999999/);
  });

  it("should refuse what is no text", async () => {
    const { reader } = await readerAgainst(() => ({ status: 200, body: Buffer.from([0x1f, 0x8b, 0xff]), headers: DATE }));

    await expect(reader.read("s3://data/a.json.gz")).rejects.toThrow("is not UTF-8 text");
  });
});
