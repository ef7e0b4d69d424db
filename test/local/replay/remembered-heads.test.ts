import { memoryBatchStore } from "../../../functions/memory/batch-store";
import { rememberedHeads } from "../../../local/replay/replay-state";

describe("rememberedHeads", () => {
  it("should read a head again only after a write to that model", async () => {
    const memory = memoryBatchStore();
    const read: string[] = [];
    const store = rememberedHeads({
      ...memory,
      readHead: async (model) => {
        read.push(model);
        return await memory.readHead(model);
      },
    });
    const terms = { batchSize: 10, dedupeHorizonMs: 0, retentionMs: 1_000 };

    for (const model of ["a", "b", "a", "b"]) await store.readHead(model);
    await store.append("a", 1, { id: "s", objects: [{ key: "k", version: "1", bytes: 1 }] }, terms, 5);
    for (const model of ["a", "b"]) await store.readHead(model);

    expect(read).toEqual(["a", "b", "a"]);
    expect((await store.readHead("a")).open.count).toBe(1);
  });
});
