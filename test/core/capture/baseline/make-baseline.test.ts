import { parseBaseline } from "../../../../functions/core/capture/baseline/baseline";
import { baselineBins } from "../../../../functions/core/capture/baseline/baseline-feature";
import { makeBaseline } from "../../../../functions/core/capture/baseline/make-baseline";
import { compareWindow } from "../../../../functions/core/capture/compare-window";
import { countingTally } from "../../../../functions/core/capture/counting-tally";
import { createWindowSummary } from "../../../../functions/core/capture/window-summary";
import { parseDriftReport } from "../../../../functions/core/drift/drift-report";
import { BASELINE, captureOf, HOUR_MS, MIDNIGHT } from "../captures";

const SLICES = 24;
const BINS = 20;
const EDGES = Array.from({ length: BINS + 1 }, (_, edge) => edge);
const WINDOW = { start: MIDNIGHT, end: MIDNIGHT + SLICES * HOUR_MS };

describe("makeBaseline", () => {
  it.each([
    { what: "a clock among the columns", rows: 1e6, binOf: (hour: number) => Math.floor((hour * BINS) / SLICES) },
    { what: "a hundred million rows an hour", rows: 1e8, binOf: (hour: number) => Math.floor((hour * BINS) / SLICES) },
    { what: "a value that jumps to and fro", rows: 1e9, binOf: (hour: number) => (hour * 7) % BINS },
    { what: "calm windows", rows: 1e6, binOf: () => 3 },
  ])("should write nothing that is refused when it is read: $what", ({ rows, binOf }) => {
    const baseline = made((hour) => ({ counts: inBin(binOf(hour), rows), present: rows, range: [0, BINS] }), rows);

    expect(parsed(baseline)).toEqual(baseline);
  });

  it("should write a range where every capture was deleted between its two readings", () => {
    const nothing = { counts: inBin(0, 0), present: 0, range: [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY] as const };

    expect(parsed(made(() => nothing, 0)).features).toMatchObject([{ range: [0, BINS], present: 0 }]);
  });

  it.each([1, 3, 1_000])("should make reports that are taken, of windows of %d values", (values) => {
    const rows = 1e8;
    const baseline = made((hour) => ({ counts: inBin((hour * 7) % BINS, rows), present: rows, range: [0, BINS] }), rows);
    const known = baseline.features.map((feature) => countingTally(feature, baselineBins(feature)));
    const summary = createWindowSummary({ capture: captureOf(), columns: { labels: [], predictions: [] }, known });
    for (let at = 0; at < values; at++) summary.add({ inputs: { names: ["at"], values: [at % BINS], isTyped: true } });
    const window = { start: WINDOW.end, end: WINDOW.end + HOUR_MS };

    const report = compareWindow(baseline, BASELINE, { window, summary });

    expect(parseDriftReport(JSON.parse(JSON.stringify(report)))).toEqual(report);
  });
});

describe("a baseline by another hand", () => {
  const calm = { excess: 2, degrees: 3, slices: 24, windows: "independent" };

  it.each([
    { what: "without its bins", feature: { calm } },
    { what: "of one bin", feature: { calm, bins: 1 } },
    { what: "with the largest counts", feature: { calm, bins: 3, counts: [0, 1e15, 1e15, 0] } },
    { what: "that holds no row", feature: { calm, bins: 3, counts: [0, 0, 0, 0], present: 0 } },
  ])("should make reports that are taken: $what", ({ feature }) => {
    const baseline = parseBaseline(written(feature), BASELINE, "flights", WINDOW.end);
    const known = baseline.features.map((one) => countingTally(one, baselineBins(one)));
    const summary = createWindowSummary({ capture: captureOf(), columns: { labels: [], predictions: [] }, known });
    for (let at = 0; at < 10; at++) summary.add({ inputs: { names: ["at"], values: [at], isTyped: true } });

    const report = compareWindow(baseline, BASELINE, { window: { start: WINDOW.end, end: WINDOW.end + HOUR_MS }, summary });

    expect(parseDriftReport(JSON.parse(JSON.stringify(report)))).toEqual(report);
  });

  it.each([
    { what: "more values than a report tells", feature: { present: 1e15 + 1 } },
    { what: "calm windows of no bin", feature: { calm, bins: 0 } },
    { what: "a count of more", feature: { counts: [0, 2e15, 1, 0] } },
    { what: "an edge without room for one below", feature: { edges: [-1e150, 1, 2] } },
    { what: "an edge without room for one above", feature: { edges: [0, 1, 1e150] } },
  ])("should be refused with $what", ({ feature }) => {
    expect(() => parseBaseline(written(feature), BASELINE, "flights", WINDOW.end)).toThrow(/not a baseline/);
  });
});

// Helpers

function written(feature: object): string {
  const numbers = { name: "at", kind: "data", type: "numbers", present: 10, edges: [0, 1, 2], counts: [0, 5, 5, 0], range: [0, 2] };
  return JSON.stringify({ version: 2, model: "flights", window: WINDOW, rows: 10, features: [{ ...numbers, ...feature }] });
}

type Counted = Parameters<typeof makeBaseline>[0]["slices"][number]["features"][number];

function inBin(bin: number, rows: number): number[] {
  return Array.from({ length: BINS + 2 }, (_, at) => (at === bin + 1 ? rows : 0));
}

function made(counted: (hour: number) => Counted, rows: number) {
  return makeBaseline({
    model: "flights",
    window: WINDOW,
    features: [{ name: "at", kind: "data", binsIn: () => ({ type: "numbers", edges: EDGES }) }],
    slices: Array.from({ length: SLICES }, (_, hour) => ({
      window: { start: MIDNIGHT + hour * HOUR_MS, end: MIDNIGHT + (hour + 1) * HOUR_MS },
      rows,
      features: [counted(hour)],
    })),
    basis: { periodMs: HOUR_MS, season: "auto", hasUnits: false, alpha: 0.001, band: 0.1 },
  });
}

function parsed(baseline: ReturnType<typeof makeBaseline>) {
  return parseBaseline(JSON.stringify(baseline), BASELINE, "flights", WINDOW.end);
}
