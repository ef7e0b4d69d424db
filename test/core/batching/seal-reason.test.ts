import type { BatchPolicy } from "../../../functions/core/batching/batch";
import { sealReason } from "../../../functions/core/batching/batch";

describe("sealReason", () => {
  const policy: BatchPolicy = { batchSize: 10, windowMs: 100, quietPeriodMs: 40, dedupeHorizonMs: 0, retentionMs: 1_000 };
  const open = { generation: 1, count: 3, openedAt: 1_000, lastAppendAt: 1_080, carried: [] };

  it.each([
    ["nothing before either time", open, 1_099, undefined],
    ["the window, from the first object", open, 1_100, "window"],
    ["the quiet period, from the last object", { ...open, openedAt: 1_070 }, 1_120, "quiet"],
    ["the size before all", { ...open, count: 10 }, 1_100, "size"],
    ["nothing for an empty batch", { generation: 1, count: 0, carried: [] }, 9_999, undefined],
  ] as const)("should say %s", (_name, batch, now, expected) => {
    expect(sealReason(policy, batch, now)).toBe(expected);
  });

  it("should wait for ever without window and quiet period", () => {
    const { windowMs: _window, quietPeriodMs: _quiet, ...timeless } = policy;

    expect(sealReason(timeless, open, 1e15)).toBeUndefined();
  });
});
