import { memoryRunWatcher } from "../../functions/memory/coordination";

describe("memoryRunWatcher", () => {
  it("should call a run running until it is told how it ended", async () => {
    const watcher = memoryRunWatcher();
    expect(await watcher.describe("run/1")).toEqual({ status: "running" });

    watcher.end("run/1", { status: "succeeded", endedAt: 5, actualUsd: 1.5 });

    expect(await watcher.describe("run/1")).toEqual({ status: "succeeded", endedAt: 5, actualUsd: 1.5 });
    expect(await watcher.describe("run/11")).toEqual({ status: "running" });
  });
});
