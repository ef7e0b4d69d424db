import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { S3Client } from "@aws-sdk/client-s3";
import { s3ManifestStore } from "../../functions/aws/adapters/s3/manifest-store";
import type { LandedObject } from "../../functions/core/batching/landed-object";
import type { Ledger } from "../../functions/core/batching/ledger";
import type { ManifestLocation, ManifestStore } from "../../functions/core/batching/ports";
import { ListRefusedError } from "../../functions/core/errors";
import type { HoldOut } from "../../functions/core/promotion/hold-out";
import type { MixPart } from "../../functions/core/promotion/training-mix";
import { gcsManifestStore } from "../../functions/gcp/adapters/storage/manifest-store";
import { memoryManifestStore } from "../../functions/memory/manifest-store";
import { awsCloud } from "../../local/clouds/aws";
import { fileManifestStore } from "../../local/files/file-manifest-store";
import { CLIENT } from "../aws/adapters/loopback-server";
import { startS3Server } from "../aws/adapters/s3-server";
import { anonymousRest } from "../gcp/adapters/google-server";
import { startStorageServer } from "../gcp/adapters/storage-server";

const STORES: Readonly<Record<string, () => Promise<{ store: ManifestStore; stop: () => unknown }>>> = {
  memory: async () => ({ store: memoryManifestStore(), stop: () => undefined }),
  files: async () => {
    const folder = mkdtempSync(join(tmpdir(), "retrigger-manifests-"));
    return { store: fileManifestStore(folder, awsCloud.manifests), stop: () => rmSync(folder, { recursive: true }) };
  },
  S3: async () => {
    const server = await startS3Server();
    const client = new S3Client({ ...CLIENT, endpoint: server.endpoint, forcePathStyle: true });
    const stop = async () => {
      client.destroy();
      await server.stop();
    };
    return { store: s3ManifestStore(client), stop };
  },
  "Cloud Storage": async () => {
    const server = await startStorageServer();
    return { store: gcsManifestStore(anonymousRest(), server.endpoint), stop: server.stop };
  },
};

describe.each(Object.keys(STORES))("a manifest store over %s", (name) => {
  let stop: () => unknown = () => undefined;
  let store: ManifestStore = memoryManifestStore();

  beforeEach(async () => {
    ({ store, stop } = (await STORES[name]?.()) ?? { store, stop });
  });

  afterEach(async () => {
    await stop();
  });

  it("should write a list once, for whoever writes the same, and tell who writes another", async () => {
    const first = await store.writeManifest(at(1), objectsOf("in/a", "in/b"));

    expect(first?.uri).toContain("/retrigger/flights/aaaaaaaaaaaa/0000000001");
    expect(await store.writeManifest(at(1), objectsOf("in/a", "in/b"))).toEqual(first);
    expect(await store.writeManifest(at(1), objectsOf("in/a"))).toBeUndefined();
    expect(await store.writeManifest(at(1), objectsOf("in/a", "in/b"))).toEqual(first);
  });

  it("should keep the lists of two deployments, and of what came before there were any, apart", async () => {
    const { deployment: _none, ...earlier } = at(1);
    const uris = await Promise.all(
      [at(1), { ...at(1), deployment: "bbbbbbbbbbbb" }, earlier].map((place, n) =>
        store.writeManifest(place, objectsOf(`in/${n}`)),
      ),
    );
    expect(new Set(uris.map((written) => written?.uri)).size).toBe(3);
  });

  it("should write a ledger once, and tell who writes that of another batch", async () => {
    expect(await store.writeLedger(at(1), ledgerOf("in/a"))).toBe(true);
    expect(await store.writeLedger(at(1), ledgerOf("in/a"))).toBe(true);
    expect(await store.writeLedger(at(1), ledgerOf("in/b"))).toBe(false);
    expect(await store.readLedger(at(1))).toEqual(ledgerOf("in/a"));
    expect(await store.readLedger(at(2))).toBeUndefined();
  });

  it("should make one list of several, counting a key once, and take one alone as it is", async () => {
    const manifests = await Promise.all([published(at(1), objectsOf("in/a", "in/b")), published(at(2), objectsOf("in/b", "in/c"))]);

    const combined = await store.combineManifests(DATA, "flights/merged/1", manifests);
    const [only] = manifests;
    if (only === undefined) throw new Error("nothing was published");

    expect(combined.objects).toBe(3);
    expect(await store.combineManifests(DATA, "flights/merged/1", manifests)).toEqual(combined);
    expect(await store.combineManifests(DATA, "flights/merged/2", [only])).toEqual({ uri: only.uri, objects: 2, leftOut: [] });
  });

  it("should leave out a list that is gone or is not the one that was published, and refuse where none is left", async () => {
    const [a, b] = await Promise.all([published(at(1), objectsOf("in/a")), published(at(2), objectsOf("in/b"))]);
    const forged = { ...a, digest: b.digest };
    const gone = { ...a, uri: a.uri.replace("0000000001", "0000000009") };

    const foreign = { ...gone, uri: "elsewhere://lake/list" };
    const combined = await store.combineManifests(DATA, "flights/merged/1", [b, forged, gone, foreign]);

    expect(combined).toMatchObject({ uri: b.uri, objects: 1 });
    expect(combined.leftOut).toHaveLength(3);
    expect(combined.leftOut[0]).toMatch(/has the digest .* somebody changed it/);
    await expect(store.combineManifests(DATA, "flights/merged/1", [forged])).rejects.toThrow(ListRefusedError);
    await expect(store.combineManifests(DATA, "flights/merged/1", [forged, gone])).rejects.toThrow(ListRefusedError);
  });

  it("should put of a hold-out into one list alone what makes its share, and each time the same", async () => {
    const holdOut = await holdOutOf("old/1", "old/2", "old/3", "old/4", "old/5");
    const batch = await published(at(1), objectsOf("in/a", "in/b", "in/c"));

    const combined = await store.combineManifests(DATA, "flights/merged/1", [batch], partOf(holdOut, 0.5));

    expect(combined).toMatchObject({
      objects: 6,
      leftOut: [],
      mix: { objects: 3, share: 0.5, isIn: true, digest: holdOut.digest },
    });
    expect(combined.uri).not.toBe(batch.uri);
    expect(await store.combineManifests(DATA, "flights/merged/1", [batch], partOf(holdOut, 0.5))).toEqual(combined);
  });

  it("should leave the list as it is where nothing of the hold-out is left to go in", async () => {
    const holdOut = await holdOutOf("in/a");
    const batch = await published(at(1), objectsOf("in/a", "in/b"));

    const combined = await store.combineManifests(DATA, "flights/merged/1", [batch], partOf(holdOut, 0.5));

    expect(combined).toMatchObject({ uri: batch.uri, objects: 2, mix: { objects: 0, isIn: false } });
    expect(combined.mix?.sentence).toMatch(/all 1 objects of s3:\/\/lake\/hold-out landed again, and are new data/);
  });

  it("should say that there is no manifest of a hold-out where there is none", async () => {
    const uri = (await published(at(1), objectsOf("in/a"))).uri.replace("0000000001", "0000000009");
    expect(await store.readHoldOut(DATA, uri)).toEqual({ why: `there is no ${uri}; restore the hold-out's manifest` });
  });

  /** As it is read of a list that was published. */
  async function holdOutOf(...keys: readonly string[]): Promise<HoldOut> {
    const { uri, digest } = await published(at(7), objectsOf(...keys));
    const { holdOut } = await store.readHoldOut(DATA, uri);
    expect(holdOut?.objects.map(({ key }) => key)).toEqual(keys);
    expect(holdOut?.digest).toBe(digest);
    return holdOut ?? { digest, objects: [] };
  }

  async function published(place: ManifestLocation, objects: readonly LandedObject[]) {
    const written = await store.writeManifest(place, objects);
    if (written === undefined) throw new Error("another list lies there");
    return { ...written, objects: objects.length, bytes: objects.length };
  }
});

// Helpers

const DATA = { bucket: "lake", prefixes: ["in/"], suffixes: [], manifestPrefix: "retrigger/" };

function at(generation: number): ManifestLocation {
  return { model: "flights", generation, data: DATA, deployment: "aaaaaaaaaaaa" };
}

function partOf(holdOut: HoldOut, share: number): MixPart {
  return { policy: { baseline: "s3://lake/hold-out", share, by: "objects", isRequired: false }, holdOut };
}

function objectsOf(...keys: readonly string[]): LandedObject[] {
  return keys.map((key) => ({ key, version: "1", bytes: 1 }));
}

function ledgerOf(key: string): Ledger {
  return { entries: [{ generation: 1, sealedAt: 5, objects: objectsOf(key) }], older: [] };
}
