import { gunzipSync, gzipSync } from "node:zlib";
import { S3Client } from "@aws-sdk/client-s3";
import { manifestFile, s3ManifestStore } from "../../../../functions/aws/adapters/s3/manifest-store";
import type { Ledger } from "../../../../functions/core/batching/ledger";
import { RetryableError, StartRefusedError } from "../../../../functions/core/errors";
import { type Answer, CLIENT, type LoopbackServer, type Received, startLoopbackServer } from "../loopback-server";

describe("s3ManifestStore", () => {
  let server: LoopbackServer | undefined;
  let client: S3Client | undefined;

  afterEach(async () => {
    client?.destroy();
    await server?.stop();
  });

  async function storeAgainst(answer: (request: Received, before: number) => Answer) {
    server = await startLoopbackServer(answer);
    client = new S3Client({ ...CLIENT, endpoint: server.endpoint, forcePathStyle: true });
    return { store: s3ManifestStore(client), received: server.received };
  }

  it("should put the manifest beside the data, unless it is there", async () => {
    // Arrange
    const { store, received } = await storeAgainst(() => DONE);

    // Act
    const written = await store.writeManifest(AT, [objectOf("in/a.csv"), objectOf("in/b.csv")]);

    // Assert
    expect(written?.uri).toBe("s3://lake/retrigger/flights/0000000012.manifest");
    const [put] = received;
    expect(`${put?.method} ${put?.path}`).toBe("PUT /lake/retrigger/flights/0000000012.manifest?x-id=PutObject");
    expect(put?.headers).toMatchObject({ "if-none-match": "*", "content-type": "application/json" });
    expect(put?.body.toString()).toBe('[{"prefix":"s3://lake/"},"in/a.csv","in/b.csv"]');
  });

  it.each([
    ["be content when another publisher wrote the same before", '[{"prefix":"s3://lake/"},"a"]', true],
    ["say so when another list lies there", '[{"prefix":"s3://lake/"},"b"]', false],
  ] as const)("should %s", async (_, body, isOurs) => {
    const { store } = await storeAgainst(({ method }) =>
      method === "PUT" ? s3Error(412, "PreconditionFailed") : { status: 200, body },
    );
    const written = await store.writeManifest(AT, [objectOf("a")]);
    expect(written?.uri).toBe(isOurs ? "s3://lake/retrigger/flights/0000000012.manifest" : undefined);
  });

  it("should refuse a manifest that is not the one that was published", async () => {
    const { store } = await storeAgainst(() => ({ status: 200, body: '[{"prefix":"s3://lake/"},"forged"]' }));
    const manifest = { uri: "s3://lake/retrigger/flights/12.manifest", objects: 1, bytes: 7, digest: "0".repeat(64) };
    await expect(store.combineManifests(AT.data, "flights/merged/1", [manifest])).rejects.toThrow(StartRefusedError);
    await expect(store.combineManifests(AT.data, "flights/merged/1", [manifest])).rejects.toThrow(
      /^the manifest s3:\/\/lake\/retrigger\/flights\/12\.manifest has the digest [0-9a-f]{64}; it was published with 0{64}/,
    );
  });

  it("should write again when another publisher was writing at that moment", async () => {
    const { store, received } = await storeAgainst((_, before) => (before < 2 ? s3Error(409, "ConditionalRequestConflict") : DONE));
    await store.writeManifest(AT, [objectOf("a")]);
    expect(received).toHaveLength(3);
  });

  it("should reject when S3 refuses for another reason", async () => {
    const { store } = await storeAgainst(() => s3Error(403, "AccessDenied"));
    const told = (what: string) => ({
      message: expect.stringMatching(new RegExp(`^S3 did not ${what} s3://lake/.+ \\(403 AccessDenied: refused\\); let the role`)),
      cause: { name: "AccessDenied" },
    });
    await expect(store.writeManifest(AT, [objectOf("a")])).rejects.toMatchObject(told("write"));
    await expect(store.readLedger(AT)).rejects.toMatchObject(told("read"));
  });

  describe("with a hold-out", () => {
    it("should read its manifest in any bucket, and write both into the one list of the run", async () => {
      // Arrange
      const bodies: Readonly<Record<string, string>> = {
        "/archive/hold-out.jsonl": '{"uri":"s3://lake/old/1","bytes":7}\n',
        "/lake/retrigger/flights/0000000012.manifest": '[{"prefix":"s3://lake/"},"in/a.csv"]',
      };
      const { store, received } = await storeAgainst(({ method, path }) =>
        method === "PUT" ? DONE : { status: 200, body: bodies[path.split("?")[0] ?? ""] ?? "" },
      );
      const batch = { uri: "s3://lake/retrigger/flights/0000000012.manifest", objects: 1, bytes: 7 };

      // Act
      const { holdOut } = await store.readHoldOut(AT.data, "s3://archive/hold-out.jsonl");
      if (holdOut === undefined) throw new Error("there is no hold-out");
      const combined = await store.combineManifests(AT.data, "flights/merged/1", [batch], { policy: POLICY, holdOut });

      // Assert
      expect(holdOut.objects).toEqual([{ key: "old/1", bytes: 7 }]);
      expect(combined).toMatchObject({ uri: "s3://lake/retrigger/flights/merged/1.manifest", objects: 2, mix: { share: 0.5 } });
      const put = received.find(({ method }) => method === "PUT");
      expect(put?.body.toString()).toBe('[{"prefix":"s3://lake/"},"in/a.csv","old/1"]');
    });

    it.each([
      [
        "no access",
        s3Error(403, "AccessDenied"),
        /S3 did not read s3:\/\/archive\/x \(403 AccessDenied: refused\); let the role read it/,
      ],
      ["no bucket", s3Error(404, "NoSuchBucket"), /404 NoSuchBucket: refused\); create the bucket/],
      ["no object", s3Error(404, "NoSuchKey"), /^there is no s3:\/\/archive\/x; restore the hold-out's manifest$/],
      ["something else", { status: 200, body: "<html>" }, /^line 1 of s3:\/\/archive\/x is not/],
    ])("should say that there is none to use where there is %s", async (_, answer, why) => {
      const { store } = await storeAgainst(() => answer);
      expect((await store.readHoldOut(AT.data, "s3://archive/x")).why).toMatch(why);
    });

    it("should reject while S3 cannot tell, so that it is read again", async () => {
      const { store } = await storeAgainst(() => s3Error(503, "SlowDown"));
      await expect(store.readHoldOut(AT.data, "s3://archive/x")).rejects.toBeInstanceOf(RetryableError);
    });
  });

  it("should write a ledger of the same bytes on any system, and read it back", async () => {
    // Arrange
    const bodies = new Map<string, Buffer>();
    const { store, received } = await storeAgainst(({ method, path, body }) => {
      const key = path.split("?")[0] ?? "";
      if (method === "PUT") bodies.set(key, body);
      return { status: 200, body: method === "PUT" ? "" : (bodies.get(key) ?? ""), type: "application/gzip" };
    });

    // Act
    await store.writeLedger(AT, LEDGER);
    const read = await store.readLedger(AT);

    // Assert
    expect(read).toEqual(LEDGER);
    const [put] = received;
    expect(put?.path).toContain("/lake/retrigger/flights/0000000012.ledger.json.gz");
    expect(put?.headers).toMatchObject({ "if-none-match": "*", "content-type": "application/gzip" });
    expect(put?.body.subarray(0, 10).toString("hex")).toBe("1f8b08000000000002ff");
    expect(JSON.parse(gunzipSync(put?.body ?? "").toString())).toEqual(LEDGER);
  });

  it("should find no ledger where none was written", async () => {
    const { store } = await storeAgainst(() => s3Error(404, "NoSuchKey"));
    expect(await store.readLedger(AT)).toBeUndefined();
  });

  it("should reject when the bucket is missing, which is not a missing ledger", async () => {
    const { store } = await storeAgainst(() => s3Error(404, "NoSuchBucket"));
    await expect(store.readLedger(AT)).rejects.toMatchObject({ cause: { name: "NoSuchBucket" } });
  });

  it.each([
    ["something that is not gzip", Buffer.from("hello")],
    ["another JSON", gzipSync('{"entries":[]}')],
  ])("should reject a ledger that is %s, and name it", async (_, body) => {
    const { store } = await storeAgainst(() => ({ status: 200, body, type: "application/gzip" }));
    await expect(store.readLedger(AT)).rejects.toThrow(
      /^s3:\/\/lake\/retrigger\/flights\/0000000012\.ledger\.json\.gz is not a ledger/,
    );
  });
});

describe("manifestFile", () => {
  it("should list a key with two versions once, in the order of the objects", () => {
    expect(manifestFile("lake", ["b", "b", "a", 'odd "name"\n'])).toBe('[{"prefix":"s3://lake/"},"b","a","odd \\"name\\"\\n"]');
  });
});

// Helpers

const AT = {
  model: "flights",
  generation: 12,
  data: { bucket: "lake", prefixes: ["in/"], suffixes: [], manifestPrefix: "retrigger/" },
};

const POLICY = { baseline: "s3://archive/hold-out.jsonl", share: 0.5, by: "bytes", isRequired: true } as const;

const LEDGER: Ledger = {
  entries: [{ generation: 12, sealedAt: 5, objects: [objectOf("in/a.csv")] }],
  older: [{ generation: 3, sealedAt: 1 }],
};

const DONE: Answer = { status: 200, body: "" };

function objectOf(key: string, version = "1") {
  return { key, version, bytes: 7 };
}

function s3Error(status: number, code: string): Answer {
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>refused</Message></Error>`;
  return { status, body, type: "application/xml" };
}
