import { gunzipSync, gzipSync } from "node:zlib";
import fc from "fast-check";
import type { Ledger } from "../../../../functions/core/batching/ledger";
import { RetryableError, StartRefusedError } from "../../../../functions/core/errors";
import { gcsManifestStore, manifestFile, manifestKeys } from "../../../../functions/gcp/adapters/storage/manifest-store";
import type { Answer, LoopbackServer, Received } from "../../../aws/adapters/loopback-server";
import { anonymousRest, googleError, jsonAnswer, queryOf, startGoogleServer } from "../google-server";

const MANIFEST = "gs://lake/retrigger/flights/0000000012.jsonl";

describe("gcsManifestStore", () => {
  let server: LoopbackServer | undefined;

  afterEach(async () => {
    await server?.stop();
  });

  async function storeAgainst(answer: (request: Received, before: number) => Answer) {
    server = await startGoogleServer(answer);
    return { store: gcsManifestStore(anonymousRest(), server.endpoint), received: server.received };
  }

  it("should put the manifest beside the data, unless it is there", async () => {
    // Arrange
    const { store, received } = await storeAgainst(() => DONE);

    // Act
    const written = await store.writeManifest(AT, [objectOf("in/a.csv"), objectOf("in/b.csv")]);

    // Assert
    expect(written?.uri).toBe(MANIFEST);
    expect(received).toHaveLength(1);
    expect(received[0]).toMatchObject({ method: "POST", headers: { "content-type": "application/jsonl" } });
    expect(received[0]?.path).toMatch(/^\/upload\/storage\/v1\/b\/lake\/o\?/);
    expect(queryOf(received[0])).toEqual({
      uploadType: "media",
      ifGenerationMatch: "0",
      name: "retrigger/flights/0000000012.jsonl",
    });
    expect(received[0]?.body.toString()).toBe('{"uri":"gs://lake/in/a.csv"}\n{"uri":"gs://lake/in/b.csv"}\n');
  });

  it.each([
    ["be content when another publisher, or its own first try, wrote the same before", '{"uri":"gs://lake/a"}\n', true],
    ["say so when another list lies there", '{"uri":"gs://lake/b"}\n', false],
  ] as const)("should %s", async (_, body, isOurs) => {
    const { store, received } = await storeAgainst(({ method }, before) => {
      if (before === 0) return "hang up";
      if (method === "GET") return { status: 200, body };
      return googleError(412, "conditionNotMet", "At least one of the pre-conditions you specified did not hold.");
    });
    expect((await store.writeManifest(AT, [objectOf("a")]))?.uri).toBe(isOurs ? MANIFEST : undefined);
    expect(received).toHaveLength(3);
    expect(received[1]?.body).toEqual(received[0]?.body);
  });

  it("should refuse a manifest that is not the one that was published", async () => {
    const { store } = await storeAgainst(() => ({ status: 200, body: '{"uri":"gs://lake/forged"}\n' }));
    const manifest = { uri: MANIFEST, objects: 1, bytes: 7, digest: "0".repeat(64) };
    await expect(store.combineManifests(AT.data, "flights/merged/1", [manifest])).rejects.toThrow(StartRefusedError);
  });

  it("should reject when Cloud Storage refuses for another reason, and call it retryable when it cannot", async () => {
    const { store } = await storeAgainst((_, before) =>
      before < 2 ? googleError(403, "forbidden", "no access") : googleError(503, "backendError", "busy"),
    );
    await expect(store.writeManifest(AT, [objectOf("a")])).rejects.toThrow(
      `writing ${MANIFEST} was refused (403 forbidden: no access)`,
    );
    await expect(store.readLedger(AT)).rejects.toMatchObject({ name: "GoogleApiError", status: 403 });
    await expect(store.readLedger(AT)).rejects.toThrow(RetryableError);
  });

  it("should make one list of several manifests, the same for every caller", async () => {
    // Arrange
    const lists: Readonly<Record<string, string>> = {
      "a.jsonl": manifestFile("lake", ["in/c", "in/a"]),
      "b.jsonl": manifestFile("lake", ["in/b", "in/a"]),
    };
    const { store, received } = await storeAgainst(({ method, path }) =>
      method === "POST" ? DONE : { status: 200, body: lists[/%2F([ab]\.jsonl)\?alt=media$/.exec(path)?.[1] ?? ""] ?? "" },
    );

    // Act
    const uris = ["gs://lake/retrigger/flights/a.jsonl", "gs://lake/retrigger/flights/b.jsonl"];
    const combined = await store.combineManifests(AT.data, "flights/merged/data/flights/12/2", manifestsOf(uris));

    // Assert
    expect(combined).toEqual({ uri: "gs://lake/retrigger/flights/merged/data/flights/12/2.jsonl", objects: 3, leftOut: [] });
    const [first, second, put] = received;
    expect(first?.path).toBe("/storage/v1/b/lake/o/retrigger%2Fflights%2Fa.jsonl?alt=media");
    expect(second?.path).toContain("b.jsonl");
    expect(queryOf(put)).toMatchObject({ ifGenerationMatch: "0", name: "retrigger/flights/merged/data/flights/12/2.jsonl" });
    expect(put?.body.toString()).toBe(manifestFile("lake", ["in/a", "in/b", "in/c"]));
  });

  describe("with a hold-out", () => {
    it("should read its manifest in any bucket, and write both into the one list of the run", async () => {
      // Arrange
      const { store, received } = await storeAgainst(({ method, path }) => {
        if (method === "POST") return DONE;
        const isHoldOut = path.startsWith("/storage/v1/b/archive/o/hold-out.jsonl?");
        return { status: 200, body: isHoldOut ? '{"uri":"gs://lake/old/1","bytes":7}\n' : manifestFile("lake", ["in/a"]) };
      });
      const policy = { baseline: "gs://archive/hold-out.jsonl", share: 0.5, by: "bytes", isRequired: true } as const;

      // Act
      const { holdOut } = await store.readHoldOut(AT.data, policy.baseline);
      if (holdOut === undefined) throw new Error("there is no hold-out");
      const part = { policy, holdOut };
      const combined = await store.combineManifests(AT.data, "flights/merged/1", manifestsOf([MANIFEST]), part);

      // Assert
      expect(holdOut.objects).toEqual([{ key: "old/1", bytes: 7 }]);
      expect(combined).toMatchObject({
        uri: "gs://lake/retrigger/flights/merged/1.jsonl",
        objects: 2,
        mix: { objects: 1, isIn: true },
      });
      expect(received.at(-1)?.body.toString()).toBe(manifestFile("lake", ["in/a", "old/1"]));
    });

    it.each([
      [
        "no access",
        googleError(403, "forbidden", "no access"),
        /^reading gs:\/\/archive\/x was refused \(403 forbidden: no access\)/,
      ],
      [
        "no object",
        { status: 404, body: "No such object: archive/x" },
        /^there is no gs:\/\/archive\/x; restore the hold-out's manifest$/,
      ],
      ["no bucket", { status: 404, body: "The specified bucket does not exist." }, /^there is no bucket archive; create it/],
      ["something else", { status: 200, body: "<html>" }, /^line 1 of gs:\/\/archive\/x is not/],
    ])("should say that there is none to use where there is %s", async (_, answer, why) => {
      const { store } = await storeAgainst(() => answer);
      expect((await store.readHoldOut(AT.data, "gs://archive/x")).why).toMatch(why);
    });

    it("should reject while Cloud Storage cannot tell, so that it is read again", async () => {
      const { store } = await storeAgainst(() => googleError(503, "backendError", "busy"));
      await expect(store.readHoldOut(AT.data, "gs://archive/x")).rejects.toBeInstanceOf(RetryableError);
    });
  });

  it.each([
    [
      "is gone",
      "gs://lake/a.jsonl",
      { status: 404, body: "No such object: lake/a.jsonl" },
      /there is no gs:\/\/lake\/a\.jsonl; restore it/,
    ],
    ["is none", "gs://lake/a.jsonl", { status: 200, body: '[{"prefix":"s3://lake/"}]' }, /line 1 of gs:\/\/lake\/a\.jsonl is not/],
  ] as const)("should not combine a manifest that %s", async (_case, uri, answer, message) => {
    const { store } = await storeAgainst(() => answer);
    await expect(store.combineManifests(AT.data, "flights/merged", manifestsOf([uri, "gs://lake/b.jsonl"]))).rejects.toThrow(
      message,
    );
  });

  it("should write a ledger of the same bytes on any system, and read it back", async () => {
    // Arrange
    const bodies = new Map<string, Buffer>();
    const { store, received } = await storeAgainst((request) => {
      if (request.method === "GET") return { status: 200, body: bodies.get(request.path) ?? "", type: "application/gzip" };
      bodies.set(`/storage/v1/b/lake/o/${encodeURIComponent(String(queryOf(request).name))}?alt=media`, request.body);
      return DONE;
    });

    // Act
    await store.writeLedger(AT, LEDGER);
    const read = await store.readLedger(AT);

    // Assert
    expect(read).toEqual(LEDGER);
    expect(queryOf(received[0])).toMatchObject({ ifGenerationMatch: "0", name: "retrigger/flights/0000000012.ledger.json.gz" });
    expect(received[0]?.headers).toMatchObject({ "content-type": "application/gzip" });
    expect(received[0]?.body.subarray(0, 10).toString("hex")).toBe("1f8b08000000000002ff");
    expect(JSON.parse(gunzipSync(received[0]?.body ?? "").toString())).toEqual(LEDGER);
  });

  it("should find no ledger where none was written", async () => {
    const { store } = await storeAgainst(() => ({ status: 404, body: "No such object: lake/x", type: "text/html" }));
    expect(await store.readLedger(AT)).toBeUndefined();
  });

  it("should reject when the bucket is missing, which is not a missing ledger", async () => {
    const { store } = await storeAgainst(() => googleError(404, "notFound", "The specified bucket does not exist."));
    await expect(store.readLedger(AT)).rejects.toThrow(/there is no bucket lake; create it/);
  });

  it.each([
    ["something that is not gzip", Buffer.from("hello")],
    ["another JSON", gzipSync('{"entries":[]}')],
  ])("should reject a ledger that is %s, and name it", async (_, body) => {
    const { store } = await storeAgainst(() => ({ status: 200, body, type: "application/gzip" }));
    await expect(store.readLedger(AT)).rejects.toThrow(
      /^gs:\/\/lake\/retrigger\/flights\/0000000012\.ledger\.json\.gz is not a ledger/,
    );
  });
});

describe("manifestFile", () => {
  it("should give back every key once, in the order of the objects", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1, unit: "binary" })), (keys) => {
        const text = manifestFile("lake", keys);
        expect(manifestKeys("gs://lake/m.jsonl", "lake", text)).toEqual([...new Set(keys)]);
        expect(text.split("\n")).toHaveLength(new Set(keys).size + 1);
      }),
    );
  });
});

// Helpers

function manifestsOf(uris: readonly string[]) {
  return uris.map((uri) => ({ uri, objects: 2, bytes: 6 }));
}

const AT = {
  model: "flights",
  generation: 12,
  data: { bucket: "lake", prefixes: ["in/"], suffixes: [], manifestPrefix: "retrigger/" },
};

const LEDGER: Ledger = {
  entries: [{ generation: 12, sealedAt: 5, objects: [objectOf("in/a.csv")] }],
  older: [{ generation: 3, sealedAt: 1 }],
};

const DONE = jsonAnswer({ generation: "1700000000000000" });

function objectOf(key: string, version = "1") {
  return { key, version, bytes: 7 };
}
