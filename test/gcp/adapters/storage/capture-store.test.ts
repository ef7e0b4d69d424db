import { gzipSync } from "node:zlib";
import { PoisonMessageError, RetryableError } from "../../../../functions/core/errors";
import { gcsCaptureStore } from "../../../../functions/gcp/adapters/storage/capture-store";
import { anonymousDownload, anonymousRest, googleError, queryOf } from "../google-server";
import { type StorageServer, type StorageServerOptions, startStorageServer } from "../storage-server";

const HOUR = "gs://lake/requests/2026/11/20/10/";

describe("gcsCaptureStore", () => {
  let server: StorageServer | undefined;

  afterEach(async () => {
    await server?.stop();
  });

  async function storeAgainst(options: StorageServerOptions = {}) {
    server = await startStorageServer(options);
    const store = gcsCaptureStore(anonymousRest(), anonymousDownload(), server.endpoint);
    return { store, objects: server.objects, received: server.received };
  }

  it("should ask for a page only when the one before was taken, and for no more than it needs", async () => {
    const { store, objects, received } = await storeAgainst({ pageSize: 2 });
    for (const name of ["a", "b", "c", "d", "e"]) objects.set(`lake/requests/${name}`, Buffer.from("x"));

    for await (const { uri } of store.list("gs://lake/requests/")) if (uri.endsWith("c")) break;

    const fields = "items(name,size),nextPageToken";
    expect(received.map(queryOf)).toEqual([
      { fields, prefix: "requests/" },
      { fields, prefix: "requests/", pageToken: "2" },
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

  it("should read an object that Cloud Storage keeps with its packing as a property", async () => {
    const { store } = await storeAgainst({
      refuse: () => ({ status: 200, body: gzipSync("one\ntwo\n"), type: "text/plain", headers: { "content-encoding": "gzip" } }),
    });

    expect((await Array.fromAsync(store.lines(`${HOUR}a.jsonl`))).flat()).toEqual(["one", "two"]);
  });

  it("should try again where Cloud Storage is busy before it answers", async () => {
    const { store, objects, received } = await storeAgainst({
      refuse: (_, before) => (before === 0 ? googleError(503, "backendError", "busy") : before === 1 ? "hang up" : undefined),
    });
    objects.set("lake/a", Buffer.from("one\n"));

    expect(await Array.fromAsync(store.lines("gs://lake/a"))).toEqual([["one"]]);
    expect(received).toHaveLength(3);
  });

  it("should reject when it may not list or read", async () => {
    const { store } = await storeAgainst({ refuse: () => googleError(403, "forbidden", "no access") });

    await expect(Array.fromAsync(store.list(HOUR))).rejects.toThrow(`listing ${HOUR} was refused (403 forbidden: no access)`);
    await expect(store.folders(HOUR)).rejects.toThrow(`listing ${HOUR} was refused (403 forbidden: no access)`);
    await expect(Array.fromAsync(store.lines(`${HOUR}a`))).rejects.toThrow(
      `reading ${HOUR}a was refused (403 forbidden: no access)`,
    );
  });

  it("should reject when the bucket is missing, which is not an empty hour", async () => {
    const { store } = await storeAgainst({
      refuse: () => googleError(404, "notFound", "The specified bucket does not exist."),
    });

    await expect(Array.fromAsync(store.list(HOUR))).rejects.toThrow("there is no bucket lake; create it");
  });

  it("should reject when a page after the first cannot be listed, rather than count half of a window", async () => {
    const { store, objects } = await storeAgainst({
      pageSize: 1,
      refuse: (_, before) => (before === 1 ? googleError(403, "forbidden", "no access") : undefined),
    });
    for (const name of ["a", "b"]) objects.set(`lake/requests/${name}`, Buffer.from("x"));

    await expect(Array.fromAsync(store.list("gs://lake/requests/"))).rejects.toThrow("listing gs://lake/requests/ was refused");
  });

  it("should call an object poison that is broken itself", async () => {
    const { store, objects } = await storeAgainst();
    objects.set("lake/a.gz", gzipSync("one\ntwo").subarray(0, -2));

    await expect(Array.fromAsync(store.lines("gs://lake/a.gz"))).rejects.toThrow(PoisonMessageError);
  });

  it("should refuse another cloud's address", async () => {
    const { store } = await storeAgainst();

    await expect(store.folders("s3://lake/capture/")).rejects.toThrow("got s3://lake/capture/; expected gs://<bucket>/<object>");
  });
});
