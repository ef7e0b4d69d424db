import fc from "fast-check";
import { LineWindow } from "../../../cli/history/line-window";
import { type HistoryLine, MAX_DISORDER_MS } from "../../../functions/core/replay/history-line";

describe("LineWindow", () => {
  it("should give all lines in the order of time, equal times as they came, when none is out of order by more than an hour", () => {
    const shifts = fc.array(fc.record({ gap: fc.nat(MAX_DISORDER_MS / 4), back: fc.nat(MAX_DISORDER_MS / 2) }), { maxLength: 200 });
    fc.assert(
      fc.property(shifts, (steps) => {
        let time = 2 * MAX_DISORDER_MS;
        const lines = steps.map(({ gap, back }, index) => {
          time += gap;
          return lineAt(time - back, index);
        });

        const given = allOf(new LineWindow(), lines);

        expect(given).toEqual(lines.toSorted((a, b) => a.at - b.at));
      }),
      { endOnFailure: true },
    );
  });

  it("should refuse a line that is further behind, and tell the later time", () => {
    const window = new LineWindow();
    window.add(lineAt(2 * MAX_DISORDER_MS, 0));

    expect(window.add(lineAt(MAX_DISORDER_MS, 1))).toBeUndefined();
    expect(window.add(lineAt(MAX_DISORDER_MS - 1, 2))).toBe(2 * MAX_DISORDER_MS);
  });

  it("should hold no more than it may, however many lines stand within an hour, and then refuse what is late", () => {
    const window = new LineWindow(10);
    const given: HistoryLine[] = [];
    let most = 0;
    for (let at = 1; at <= 1_000; at++) {
      window.add(lineAt(at, at));
      window.release(given);
      most = Math.max(most, window.size);
    }

    expect(most).toBe(10);
    expect(given).toHaveLength(990);
    expect(window.add(lineAt(989, 0))).toBe(1_000);
    expect(window.add(lineAt(990, 0))).toBeUndefined();
  });
});

// Helpers

function lineAt(at: number, index: number): HistoryLine {
  return { type: "schedule", model: "churn", at, name: String(index) };
}

function allOf(window: LineWindow, lines: readonly HistoryLine[]): HistoryLine[] {
  const given: HistoryLine[] = [];
  for (const line of lines) {
    expect(window.add(line)).toBeUndefined();
    window.release(given);
  }
  return [...given, ...window.rest()];
}
