import type { HistoryLine } from "../../../functions/core/replay/history-line";
import { MAX_ERROR_POINTS, summarizeHistory } from "../../../functions/core/replay/summarize-history";

const START = Date.parse("2026-04-06T00:00:00Z");
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

describe("summarizeHistory", () => {
  it("should count the lines, objects and bytes of each model over its span", () => {
    const summaries = summaryOf([
      landed(0, { model: "fraud", key: "a", bytes: 3 }),
      landed(1, { objects: 5, bytes: 70 }),
      landed(2, { objects: 2 }),
      { type: "drift", model: "churn", at: START + 3 * HOUR_MS, monitor: "m", severity: "high" },
    ]);

    expect(summaries.map(({ model }) => model)).toEqual(["churn", "fraud"]);
    expect(summaries[0]).toMatchObject({
      from: START + HOUR_MS,
      to: START + 3 * HOUR_MS,
      lines: { landed: 2, drift: 1 },
      objects: 7,
      bytes: 70,
    });
    expect(summaries[1]).toMatchObject({ from: START, to: START, objects: 1, bytes: 3, gaps: [] });
    expect(summaries[0]).not.toHaveProperty("errors");
  });

  it("should find spans that are ten times as long as usual, not those between bursts", () => {
    const hours = Array.from({ length: 200 }, (_, hour) => (hour < 100 ? hour : hour + 30));
    const bursts = hours.flatMap((hour) => [0, 1, 2, 3].map((second) => landed(hour, {}, second * 1_000)));

    expect(summaryOf(bursts)[0]?.gaps).toEqual([{ from: START + 99 * HOUR_MS + 3_000, to: START + 130 * HOUR_MS }]);
  });

  it("should find no gap where a landing and an error alternate by day", () => {
    const days = Array.from({ length: 60 }, (_, day) => [landed(24 * day), quality(24 * day + 1)]).flat();

    expect(summaryOf(days)[0]?.gaps).toEqual([]);
  });

  it("should tell the median of the label delay to some percent", () => {
    const lines = [1, 1, 3, 9, 90].map((days, at) => quality(at, { seenAt: START + at * HOUR_MS + days * DAY_MS }));

    const [summary] = summaryOf(lines);

    expect(summary?.labelDelayMs).toBeGreaterThan(2.9 * DAY_MS);
    expect(summary?.labelDelayMs).toBeLessThan(3.1 * DAY_MS);
  });

  it("should keep at most 5,000 points of the error, pooled by their rows", () => {
    const count = 3 * MAX_ERROR_POINTS + 1;
    const lines = Array.from({ length: count }, (_, at) =>
      quality(at, { error: at % 2 === 0 ? 0.1 : 0.4, rows: at % 2 === 0 ? 200 : 100 }),
    );

    const { errors = [] } = summaryOf(lines)[0] ?? {};

    expect(errors.length).toBeLessThanOrEqual(MAX_ERROR_POINTS);
    expect(errors.length).toBeGreaterThan(MAX_ERROR_POINTS / 2);
    expect(errors[0]).toEqual({ at: START + 3 * HOUR_MS, error: expect.closeTo(0.2), rows: 600 });
    expect(errors.reduce((sum, { rows = 0 }) => sum + rows, 0)).toBe(150 * (count - 1) + 200);
    expect(errors.map(({ at }) => at)).toEqual(errors.map(({ at }) => at).toSorted((a, b) => a - b));
  });

  it("should tell what each question lacks", () => {
    const [nothing] = summaryOf([landed(0), { type: "run", model: "churn", at: START, run: "r", status: "running" }]);
    const run = { type: "run", model: "churn", at: START, run: "r", endedAt: START, status: "succeeded" } as const;
    const [all] = summaryOf([
      landed(0),
      { ...run, costUsd: 40, challenger: 0.1, champion: 0.2 },
      quality(1, { rows: 100, seenAt: START + DAY_MS }),
      { type: "score", model: "churn", at: START + HOUR_MS, run: "r", error: 0.1 },
    ]);

    expect(nothing?.unknown.map((sentence) => sentence.split(":")[0])).toEqual([
      "no error of the model",
      "no cost of a run",
      "no hold-out error of a run",
      "no end of 1 run",
    ]);
    expect(nothing?.runsWithoutEnd).toBe(1);
    expect(all?.unknown).toEqual([]);
  });

  it("should take errors of several runs at one time for scores, where there are more of them than takeovers", () => {
    const scored = [1, 2, 3].flatMap((hour) => ["a", "b"].map((run) => quality(hour, { run })));
    const servedAlone = [quality(1, { run: "a" }), quality(2, { run: "a" }), quality(2, { run: "b" }), quality(3, { run: "b" })];

    const lacks = (lines: readonly HistoryLine[]) =>
      summaryOf(lines)[0]?.unknown.some((sentence) => sentence.startsWith("no scores of earlier models"));

    expect(lacks(scored)).toBe(false);
    expect(lacks(servedAlone)).toBe(true);
    expect(lacks([quality(1), quality(1)])).toBe(true);
  });
});

// Helpers

function summaryOf(lines: readonly HistoryLine[]) {
  const fold = summarizeHistory();
  for (const line of lines) fold.add(line);
  return fold.summaries();
}

function landed(hour: number, more: Partial<Extract<HistoryLine, { type: "landed" }>> = {}, ms = 0): HistoryLine {
  return { type: "landed", model: "churn", at: START + hour * HOUR_MS + ms, ...more };
}

function quality(hour: number, more: Partial<Extract<HistoryLine, { type: "quality" }>> = {}): HistoryLine {
  return { type: "quality", model: "churn", at: START + hour * HOUR_MS, error: 0.1, ...more };
}
