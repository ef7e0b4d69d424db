import { setImmediate } from "node:timers/promises";
import fc from "fast-check";
import { groupCommit } from "../../../functions/gcp/handlers/batcher";

describe("groupCommit", () => {
  it("should commit together what comes together, and what comes meanwhile in the next", async () => {
    const groups: (readonly string[])[] = [];
    let add: (item: string) => Promise<void> = async () => {};
    let late: Promise<void> | undefined;
    add = groupCommit(setImmediate, async (items: readonly string[]) => {
      groups.push(items);
      late ??= add("late");
      return new Map();
    });

    await Promise.all(["a", "b", "c"].map(add));
    await late;

    expect(groups).toEqual([["a", "b", "c"], ["late"]]);
  });

  it("should give each call what its own item came to", async () => {
    const add = groupCommit(
      setImmediate,
      async (items: readonly string[]) =>
        new Map(items.filter((item) => item.startsWith("bad")).map((item) => [item, new Error(`no ${item}`)])),
    );

    const outcomes = await Promise.allSettled(["good", "bad"].map((item) => add(item)));

    expect(outcomes).toEqual([
      { status: "fulfilled", value: undefined },
      { status: "rejected", reason: new Error("no bad") },
    ]);
  });

  it("should reject all of a group whose commit failed, and go on with the next", async () => {
    let commits = 0;
    const add = groupCommit<string>(setImmediate, async () => {
      if (++commits === 1) throw new Error("unavailable");
      return new Map();
    });

    const failed = await Promise.allSettled(["a", "b"].map(add));

    expect(failed.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    await expect(add("c")).resolves.toBeUndefined();
  });

  it("should commit every item exactly once, one group at a time, whenever calls come", () =>
    fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.integer({ min: 1, max: 30 }), async (scheduler, calls) => {
        const committed: number[] = [];
        let underWay = 0;
        const add = groupCommit<number>(
          () => scheduler.schedule(Promise.resolve(), "gather"),
          async (items) => {
            expect(++underWay).toBe(1);
            await scheduler.schedule(Promise.resolve(), "commit");
            underWay--;
            committed.push(...items);
            return new Map();
          },
        );
        const done = Array.from({ length: calls }, (_, n) => scheduler.schedule(Promise.resolve(), `call ${n}`).then(() => add(n)));

        await scheduler.waitFor(Promise.all(done));

        expect(committed.toSorted((a, b) => a - b)).toEqual(Array.from({ length: calls }, (_, n) => n));
      }),
    ));
});
