import { PoisonMessageError, RetryableError } from "../../../../functions/core/errors";
import { gcsMonitorFiles } from "../../../../functions/gcp/adapters/storage/monitor-files";
import { anonymousRest, googleError, queryOf } from "../google-server";
import { type StorageServer, type StorageServerOptions, startStorageServer } from "../storage-server";

const URI = "gs://lake/drift/flights/captured-2026-11-20T100000Z.json";
const PATH = "lake/drift/flights/captured-2026-11-20T100000Z.json";

describe("gcsMonitorFiles", () => {
  let server: StorageServer | undefined;

  afterEach(async () => {
    await server?.stop();
  });

  async function filesAgainst(options: StorageServerOptions = {}) {
    server = await startStorageServer(options);
    return { files: gcsMonitorFiles(anonymousRest(), server.endpoint), objects: server.objects, received: server.received };
  }

  it("should write on condition that there is no such object", async () => {
    const { files, received } = await filesAgainst();

    expect(await files.create(URI, "{}")).toBe(true);

    expect(received).toHaveLength(1);
    expect(received[0]).toMatchObject({ method: "POST", headers: { "content-type": "application/json" } });
    expect(queryOf(received[0])).toEqual({ uploadType: "media", ifGenerationMatch: "0", name: PATH.slice("lake/".length) });
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

  it("should look for a file without its content", async () => {
    const { files, objects, received } = await filesAgainst();
    objects.set(PATH, Buffer.from("{}"));

    expect(await files.has(URI)).toBe(true);

    expect(queryOf(received[0])).toEqual({ fields: "generation" });
  });

  it("should reject when the bucket is missing, or Cloud Storage refuses, and call it retryable when it cannot", async () => {
    const missing = await filesAgainst({ refuse: () => googleError(404, "notFound", "The specified bucket does not exist.") });
    await expect(missing.files.has(URI)).rejects.toThrow("there is no bucket lake; create it");
    await expect(missing.files.create(URI, "{}")).rejects.toThrow(`writing ${URI} was refused (404`);
    await server?.stop();

    const refused = await filesAgainst({ refuse: () => googleError(403, "forbidden", "no access") });
    await expect(refused.files.read(URI)).rejects.toThrow(`reading ${URI} was refused (403 forbidden: no access)`);
    await server?.stop();

    const busy = await filesAgainst({ refuse: () => googleError(503, "backendError", "busy") });
    await expect(busy.files.create(URI, "{}")).rejects.toThrow(RetryableError);
  });

  it("should refuse what is no text", async () => {
    const { files, objects } = await filesAgainst();
    objects.set(PATH, Buffer.from([0x1f, 0x8b, 0xff]));

    await expect(files.read(URI)).rejects.toThrow(PoisonMessageError);
  });
});
