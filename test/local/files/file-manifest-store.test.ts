import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { manifestFile } from "../../../functions/aws/adapters/s3/manifest-store";
import { awsCloud } from "../../../local/clouds/aws";
import { MODELS } from "../../../local/clouds/local-clouds";
import { fileManifestStore, manifestPath, readManifest, readManifests } from "../../../local/files/file-manifest-store";

const FORMAT = awsCloud.manifests;

describe("fileManifestStore", () => {
  it("should write the bytes of S3 and read them back in order", async () => {
    const { store, folder, settings, at } = createStore();
    const objects = ["x/b.csv", "x/a+ü.csv"].map((key) => ({ key, version: "1", bytes: 3 }));

    const { uri = "" } = (await store.writeManifest(at(10), objects)) ?? {};
    await store.writeManifest(at(9), objects.slice(0, 1));

    expect(uri).toBe("s3://flights-landing/retrigger/flight-delay/0000000010.manifest");
    expect(readFileSync(manifestPath(folder, uri), "utf8")).toBe(manifestFile(settings.data.bucket, ["x/b.csv", "x/a+ü.csv"]));
    expect((await readManifests(folder, settings, FORMAT)).map(({ keys }) => keys)).toEqual([
      ["x/b.csv"],
      ["x/b.csv", "x/a+ü.csv"],
    ]);
  });

  it("should keep what was written first, and say so to who writes another", async () => {
    const { store, folder, settings, at } = createStore();
    const objects = ["x/a.csv", "x/b.csv"].map((key) => ({ key, version: "1", bytes: 3 }));

    const written = [await store.writeManifest(at(1), objects), await store.writeManifest(at(1), objects)];
    const other = await store.writeManifest(at(1), objects.slice(1));

    expect(written[0]).toEqual(written[1]);
    expect(other).toBeUndefined();
    expect((await readManifests(folder, settings, FORMAT)).map(({ keys }) => keys)).toEqual([["x/a.csv", "x/b.csv"]]);
  });

  it("should make one list of several, apart from those of batches", async () => {
    const { store, folder, settings, at } = createStore();
    const lists = [
      ["x/b.csv", "x/c.csv"],
      ["x/a.csv", "x/b.csv"],
    ].map((keys) => keys.map((key) => ({ key, version: "1", bytes: 3 })));
    const written = await Promise.all(lists.map((objects, index) => store.writeManifest(at(index), objects)));
    const manifests = written.flatMap((list) => (list === undefined ? [] : [{ ...list, objects: 2, bytes: 6 }]));

    const { uri, objects } = await store.combineManifests(settings.data, `${settings.model}/merged-data-1`, manifests);

    expect(objects).toBe(3);

    expect(uri).toBe("s3://flights-landing/retrigger/flight-delay/merged-data-1.manifest");
    expect((await readManifest(folder, uri, FORMAT.keysOf)).keys).toEqual(["x/a.csv", "x/b.csv", "x/c.csv"]);
    expect(await readManifests(folder, settings, FORMAT)).toHaveLength(2);
  });

  it("should read a ledger back, and nothing where there is none", async () => {
    const { store, folder, settings, at } = createStore();
    const ledger = { entries: [{ generation: 1, sealedAt: 5, objects: [{ key: "x/a.csv", version: "1", bytes: 3 }] }], older: [] };

    await store.writeLedger(at(1), ledger);

    expect(await store.readLedger(at(1))).toEqual(ledger);
    expect(await store.readLedger(at(2))).toBeUndefined();
    expect(await readManifests(folder, settings, FORMAT)).toEqual([]);
  });
});

// Helpers

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

function createStore() {
  const [settings] = MODELS.aws;
  if (settings === undefined) throw new Error("there is no model");
  const folder = mkdtempSync(join(tmpdir(), "retrigger-manifests-"));
  folders.push(folder);
  const at = (generation: number) => ({ model: settings.model, generation, data: settings.data });
  return { store: fileManifestStore(folder, FORMAT), folder, settings, at };
}
