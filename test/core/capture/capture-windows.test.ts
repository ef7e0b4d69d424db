import { dueWindows, fileTime } from "../../../functions/core/capture/capture-windows";
import { HOUR_MS, MIDNIGHT } from "./captures";

const DAY_MS = 24 * HOUR_MS;

describe("dueWindows", () => {
  it("should hold the last two days, oldest first", () => {
    const windows = dueWindows({ periodMs: HOUR_MS, delayMs: 0 }, MIDNIGHT + 5);

    expect(windows).toHaveLength(48);
    expect(windows[0]).toEqual({ start: MIDNIGHT - 2 * DAY_MS, end: MIDNIGHT - 2 * DAY_MS + HOUR_MS });
    expect(windows.at(-1)).toEqual({ start: MIDNIGHT - HOUR_MS, end: MIDNIGHT });
  });

  it("should hold at least three windows, however long they are", () => {
    const windows = dueWindows({ periodMs: 7 * DAY_MS, delayMs: 0 }, MIDNIGHT);

    expect(windows.map(({ start }) => start % (7 * DAY_MS))).toEqual([0, 0, 0]);
    expect(windows.at(-1)?.end).toBeLessThanOrEqual(MIDNIGHT);
  });

  it("should wait for late captures to the millisecond", () => {
    const capture = { periodMs: HOUR_MS, delayMs: 600_000 };

    expect(dueWindows(capture, MIDNIGHT + 600_000 - 1).at(-1)?.end).toBe(MIDNIGHT - HOUR_MS);
    expect(dueWindows(capture, MIDNIGHT + 600_000).at(-1)?.end).toBe(MIDNIGHT);
  });

  it("should hold nothing from before 1970", () => {
    expect(dueWindows({ periodMs: HOUR_MS, delayMs: 0 }, HOUR_MS)).toEqual([{ start: 0, end: HOUR_MS }]);
    expect(dueWindows({ periodMs: HOUR_MS, delayMs: DAY_MS }, HOUR_MS)).toEqual([]);
  });
});

describe("fileTime", () => {
  it("should name a moment without colons", () => {
    expect(fileTime(MIDNIGHT + HOUR_MS)).toBe("2026-11-21T010000Z");
  });
});
