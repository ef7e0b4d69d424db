import { initialState } from "../../../functions/core/coordination/coordinator-state";
import type { CoordinatorStore } from "../../../functions/core/coordination/ports";
import { memoryCoordinatorStore } from "../../../functions/memory/coordination";
import { rememberedStates } from "../../../local/replay/replay-state";

describe("rememberedStates", () => {
  it("should read a state again only after a save, even one that failed", async () => {
    const memory = memoryCoordinatorStore();
    let loads = 0;
    const counted: CoordinatorStore = {
      ...memory,
      load(model) {
        loads += 1;
        return memory.load(model);
      },
      async save(...step) {
        await memory.save(...step);
        throw new Error("the response was lost");
      },
    };
    const store = rememberedStates(counted);

    expect([await store.load("m"), await store.load("m")]).toEqual([undefined, undefined]);
    expect(loads).toBe(1);
    await expect(store.save("m", initialState(0), 0)).rejects.toThrow("lost");

    expect(await store.load("m")).toMatchObject({ version: 1 });
    expect(loads).toBe(2);
  });
});
