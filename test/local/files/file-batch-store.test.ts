import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileBatchStore } from "../../../local/files/file-stores";
import { describeBatchStore } from "../../contracts/batch-store.contract";

const TERMS = { batchSize: 2, dedupeHorizonMs: 1_000, retentionMs: 2_000 };

const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

describeBatchStore({ name: "file", create: () => fileBatchStore(emptyFile()) });

describe("fileBatchStore", () => {
  it("should know after a crash all that was done before it", async () => {
    const path = emptyFile();
    const store = await fileBatchStore(path);
    const object = (key: string) => ({ key, version: "1", bytes: 1 });
    await store.append("m", 1, { id: "a", objects: [object("a"), object("b")] }, TERMS, 10);
    await store.append("m", 2, { id: "c", objects: [object("c")] }, TERMS, 20);

    const again = await fileBatchStore(path);

    expect(await again.readHead("m")).toEqual(await store.readHead("m"));
    expect((await again.readHead("m")).pending).toMatchObject([{ generation: 1, reason: "size" }]);
    expect(await Array.fromAsync(again.readSegments("m", [1, 2]))).toMatchObject([{ id: "a" }, { id: "c" }]);
    expect(await again.append("m", 1, { id: "a", objects: [object("a"), object("b")] }, TERMS, 30)).toEqual({
      outcome: "duplicate",
    });
  });

  it("should say so when there is no file", async () => {
    await expect(fileBatchStore("/nowhere/batches.json")).rejects.toThrow("ENOENT");
  });
});

// Helpers

function emptyFile(): string {
  const folder = mkdtempSync(join(tmpdir(), "retrigger-batches-"));
  folders.push(folder);
  const path = join(folder, "batches.json");
  writeFileSync(path, "{}");
  return path;
}
