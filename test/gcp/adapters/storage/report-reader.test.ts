import { PoisonMessageError, RetryableError } from "../../../../functions/core/errors";
import { gcsReportReader } from "../../../../functions/gcp/adapters/storage/report-reader";
import type { Answer, LoopbackServer, Received } from "../../../aws/adapters/loopback-server";
import { anonymousRest, googleError, jsonAnswer, queryOf, startGoogleServer } from "../google-server";

const URI = "gs://lake/drift/flights/week 1#2.json";
const RESOURCE = { generation: "1700000000000000", size: "12", timeCreated: "2026-11-21T12:00:00.123Z" };

describe("gcsReportReader", () => {
  let server: LoopbackServer | undefined;

  afterEach(async () => {
    await server?.stop();
  });

  async function readerAgainst(answer: (request: Received, before: number) => Answer) {
    server = await startGoogleServer(answer);
    return { reader: gcsReportReader(anonymousRest(), server.endpoint), received: server.received };
  }

  it("should read the generation that is asked for, with its time", async () => {
    const { reader, received } = await readerAgainst(answering(RESOURCE, "{}"));

    const file = await reader.read(URI, "1700000000000000");

    expect(file).toEqual({ text: "{}", version: "1700000000000000", writtenAt: Date.UTC(2026, 10, 21, 12, 0, 0, 123) });
    expect(received.map(({ path }) => path.split("?")[0])).toEqual(
      Array(2).fill("/storage/v1/b/lake/o/drift%2Fflights%2Fweek%201%232.json"),
    );
    expect(received.map(queryOf)).toEqual([{ generation: "1700000000000000" }, { alt: "media", generation: "1700000000000000" }]);
  });

  it("should read the newest generation when none is asked for, and no other after it", async () => {
    const { reader, received } = await readerAgainst(answering(RESOURCE, "{}"));

    expect(await reader.read(URI)).toMatchObject({ version: "1700000000000000" });

    expect(received.map(queryOf)).toEqual([{}, { alt: "media", generation: "1700000000000000" }]);
  });

  it.each([0, 1])("should find nothing where it is gone, also in between: call %i", async (gone) => {
    const { reader } = await readerAgainst((request, before) =>
      before === gone ? { status: 404, body: "No such object: lake/drift", type: "text/html" } : answering(RESOURCE, "{}")(request),
    );

    expect(await reader.read(URI)).toBeUndefined();
  });

  it("should reject when the bucket is missing, or Cloud Storage refuses, and call it retryable when it cannot", async () => {
    const answers = [
      googleError(404, "notFound", "The specified bucket does not exist."),
      googleError(403, "forbidden", "no access"),
    ];
    const { reader } = await readerAgainst((_, before) => answers[before] ?? googleError(503, "backendError", "busy"));

    await expect(reader.read(URI)).rejects.toThrow("there is no bucket lake; create it");
    await expect(reader.read(URI)).rejects.toThrow(`reading ${URI} was refused (403 forbidden: no access)`);
    await expect(reader.read(URI)).rejects.toThrow(RetryableError);
  });

  it("should refuse a report that is too large, without reading it", async () => {
    const { reader, received } = await readerAgainst(answering({ ...RESOURCE, size: "16777217" }, "{}"));

    await expect(reader.read(URI)).rejects.toThrow(`got ${URI} of 16777217 bytes; expected at most 16777216`);

    expect(received).toHaveLength(1);
  });

  it("should refuse what is not UTF-8 text", async () => {
    const { reader } = await readerAgainst(answering(RESOURCE, Buffer.from([0x1f, 0x8b, 0xff])));

    await expect(reader.read(URI)).rejects.toThrow(PoisonMessageError);
  });

  it("should refuse another cloud's address", async () => {
    const { reader } = await readerAgainst(answering(RESOURCE, "{}"));

    await expect(reader.read("s3://lake/drift/a.json")).rejects.toThrow("got the report s3://lake/drift/a.json; expected gs://");
  });
});

// Helpers

function answering(resource: object, body: string | Buffer) {
  return (request: Received): Answer =>
    queryOf(request).alt === "media" ? { status: 200, body, type: "application/json" } : jsonAnswer(resource);
}
