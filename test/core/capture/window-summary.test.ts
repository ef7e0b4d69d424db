import fc from "fast-check";
import { type Baseline, parseBaseline } from "../../../functions/core/capture/baseline/baseline";
import { baselineBins } from "../../../functions/core/capture/baseline/baseline-feature";
import { makeBaseline } from "../../../functions/core/capture/baseline/make-baseline";
import { plannedFeatures } from "../../../functions/core/capture/baseline/planned-feature";
import { createSurvey } from "../../../functions/core/capture/baseline/survey";
import type { CaptureSettings } from "../../../functions/core/capture/capture-settings";
import { compareWindow } from "../../../functions/core/capture/compare-window";
import { countingTally } from "../../../functions/core/capture/counting-tally";
import { misfitsOf } from "../../../functions/core/capture/feature-tally";
import { createWindowSummary, type WindowSummary } from "../../../functions/core/capture/window-summary";
import { totalOf } from "../../../functions/core/drift/distributions/aligned-pair";
import { type DriftFeature, MAX_FEATURES, parseDriftReport } from "../../../functions/core/drift/drift-report";
import { captureOf, HOUR_MS, MIDNIGHT } from "./captures";

const RUNS = { seed: jest.getSeed(), numRuns: 200 };
const COLUMNS = { labels: [], predictions: [] };
const WINDOW = { start: MIDNIGHT, end: MIDNIGHT + HOUR_MS };

/** Whatever a request may hold, under names that JavaScript knows too. */
const hostileRow = fc.array(
  fc.tuple(
    fc.constantFrom("a", "b", "__proto__", "constructor", "", "(other)"),
    fc.oneof(
      fc.jsonValue({ maxDepth: 1 }),
      fc.double(),
      fc.constantFrom("__proto__", "(other)", "NaN", "1e999", -0, Number.POSITIVE_INFINITY, "x".repeat(300)),
    ),
  ),
  { maxLength: 6 },
);
const hostileRows = fc.array(hostileRow, { minLength: 1, maxLength: 60 });

describe("a window's summary", () => {
  it("should account for every row of every feature, in a report that can be read", () => {
    fc.assert(
      fc.property(hostileRows, hostileRows, fc.boolean(), fc.boolean(), (then, now, isTyped, isCode) => {
        const settings = isCode ? { categories: ["a"] } : {};
        const baseline = readBack(baselineOf(then, settings, isTyped));

        const features = comparedFeatures(baseline, now, settings, isTyped);

        const sizes = new Map(features.map(({ name, evidence }) => [name, sizesOf(evidence)]));
        const lacking = new Map(features.map(({ name, evidence }) => [name, missingIn(evidence)]));
        for (const { name, type, present } of baseline.features) {
          const [missingThen, missingNow] = lacking.get(`${name} (missing)`) ?? [0, 0];
          expect(present + missingThen).toBe(then.length);
          if (type !== "empty") expect(sizes.get(name)).toEqual([present, now.length - missingNow]);
        }
      }),
      RUNS,
    );
  });

  it("should not depend on the order of the rows", () => {
    fc.assert(
      fc.property(hostileRows, hostileRows, fc.boolean(), (then, now, isTyped) => {
        const baseline = baselineOf(then, {}, isTyped);

        expect(baselineOf(then.toReversed(), {}, isTyped)).toEqual(baseline);
        expect(comparedFeatures(baseline, now.toReversed(), {}, isTyped)).toEqual(comparedFeatures(baseline, now, {}, isTyped));
      }),
      RUNS,
    );
  });

  it("should compare a window with itself as equal", () => {
    fc.assert(
      fc.property(hostileRows, fc.boolean(), (rows, isTyped) => {
        const features = comparedFeatures(baselineOf(rows, {}, isTyped), rows, {}, isTyped);

        for (const { evidence } of features) {
          // Of names that were seen once, each stands for one that was not.
          if (evidence.type !== "distributions" || evidence.current.type === "categories") continue;
          expect(evidence.current).toEqual(evidence.reference);
        }
      }),
      RUNS,
    );
  });

  it.each([
    { what: "numbers", values: [1, 2, "x", true], type: "numbers", present: 2, misfits: 2 },
    { what: "as many numbers as texts", values: [1, "x"], type: "numbers", present: 1, misfits: 1 },
    { what: "texts", values: ["x", "y", 1], type: "categories", present: 2, misfits: 1 },
    { what: "truths", values: [true, false, null], type: "categories", present: 2, misfits: 0 },
    { what: "lists", values: [[1], { a: 1 }, 3], type: "numbers", present: 1, misfits: 2 },
    { what: "nothing", values: [null, ""], type: "empty", present: 0, misfits: 0 },
    { what: "endless numbers", values: [1, Number.POSITIVE_INFINITY, Number.NaN], type: "numbers", present: 1, misfits: 2 },
  ])("should take for what most are: $what", ({ values, type, present, misfits }) => {
    const rows = values.map((value) => [["a", value] as const]);
    const summary = surveyOf(rows);

    expect(baselineOf(rows).features).toEqual([expect.objectContaining({ type, present })]);
    expect(summary.features.map(misfitsOf)).toEqual([misfits]);
  });

  it.each([
    { text: "4", number: 4 },
    { text: " -4.5e3 ", number: -4500 },
    { text: "0", number: 0 },
    { text: "0e5", number: 0 },
    { text: "007", number: 7 },
  ])("should read the number $text of CSV", ({ text, number }) => {
    expect([...(surveyOf([[["a", text]]], {}, false).features[0]?.sample.values() ?? [])]).toEqual([number]);
  });

  it.each(["0x1F", "0b1", "Infinity", "1e999", "1_000", "12a"])("should read no number from %s", (text) => {
    expect(surveyOf([[["a", text]]], {}, false).features).toMatchObject([{ numbers: 0, texts: 1 }]);
  });

  it.each(["", " ", "NaN", "nan"])("should take '%s' of CSV for missing", (text) => {
    expect(surveyOf([[["a", text]]], {}, false).features).toMatchObject([{ numbers: 0, texts: 0, misfits: 0 }]);
  });

  it("should count the numbers of a column of codes by name", () => {
    const settings = { categories: ["code"] };
    const rows = [...Array(20).fill(404), ...Array(10).fill(500)].map((code) => [["code", code] as const]);

    const [feature] = comparedFeatures(baselineOf(rows, settings), rows, settings);

    expect(feature?.evidence).toMatchObject({ current: { type: "categories", counts: { 404: 20, 500: 10 } } });
  });

  it("should take texts of CSV that look like numbers for names where most are none", () => {
    const rows = ["A1", "B2", "3E4", "A1"].flatMap((cell) => Array.from({ length: 10 }, () => [["code", cell] as const]));

    expect(baselineOf(rows, {}, false).features).toMatchObject([
      { present: 40, names: ["A1", "3E4", "B2"], counts: [20, 10, 10, 0, 0] },
    ]);
  });

  it("should count rare names of the baseline together, and apart from them those that it lacks", () => {
    const values = [...Array(20).fill("SEA"), "LAX", "LAX", "BOI"];
    const baseline = baselineOf(values.map((origin) => [["origin", origin] as const]));

    const [feature] = comparedFeatures(
      baseline,
      ["SEA", "LAX", "JFK", "ORD"].map((origin) => [["origin", origin] as const]),
    );

    expect(feature?.evidence).toMatchObject({
      reference: { counts: { SEA: 20, "(rare)": 2, "(unseen)": 1 } },
      current: { counts: { SEA: 1, "(rare)": 1, "(unseen)": 2 } },
    });
  });

  it("should keep the frequent names of a column that has very many, and hashes of others", () => {
    const ids = Array.from({ length: 5_000 }, (_, id) => [["id", `user-${id}`] as const]);
    const frequent = Array.from({ length: 100 }, () => [["id", "robot"] as const]);

    const [feature] = baselineOf([...frequent, ...ids]).features;

    expect(feature).toMatchObject({ present: 5_100, names: ["robot"], counts: [100, 0, 5_000] });
    const others = feature?.type === "categories" ? (feature.others?.length ?? 0) : 0;
    expect(others).toBeGreaterThan(500);
    expect(others).toBeLessThan(2_000);
  });

  it("should take no number that stands among the names of CSV for a misfit", () => {
    const rows = ["x", "y", "z", "1"].map((value) => [["a", value] as const]);

    expect(surveyOf(rows, {}, false).features.map(misfitsOf)).toEqual([0]);
  });

  it("should rather tell of values than of missing ones where a report has no room for both", () => {
    const names = Array.from({ length: MAX_FEATURES }, (_, index) => `c${index}`);
    const baseline = baselineOf([names.map((name) => [name, 1] as const)]);

    const features = comparedFeatures(baseline, [names.map((name) => [name, 1] as const), []]);

    expect(new Set(features.map(({ name }) => name))).toEqual(new Set(names));
  });

  it("should compare the features that are asked for, alone", () => {
    const rows = [[["a", 1] as const, ["b", 2] as const]];

    expect(baselineOf(rows, { features: ["b"] }).features.map(({ name }) => name)).toEqual(["b"]);
    expect(comparedFeatures(baselineOf(rows), rows, { features: ["b"] }).map(({ name }) => name)).toEqual(["b"]);
  });

  it("should count a name that stands twice in a row once, as the first", () => {
    const summary = surveyOf([
      [
        ["a", 1],
        ["a", "x"],
      ],
    ]);

    expect(summary.features).toMatchObject([{ numbers: 1, texts: 0, misfits: 0 }]);
  });

  it("should tell kinds by the policy's columns, and outputs from inputs", () => {
    const columns = { labels: ["Late"], predictions: ["score"] };
    const { summary } = createSurvey("flights", { capture: captureOf(), columns });

    summary.add({
      inputs: { names: ["delay", "late", "score"], values: [1, 2, 3], isTyped: true },
      outputs: { names: ["prediction"], values: [4], isTyped: true },
    });

    expect(summary.features.map(({ kind }) => kind)).toEqual(["data", "label", "prediction", "prediction"]);
  });

  it("should hold as many columns as a report, and count what the others hold", () => {
    const names = Array.from({ length: MAX_FEATURES + 500 }, (_, index) => `c${index}`);
    const summary = surveyOf([names.map((name) => [name, 1] as const), [["x".repeat(1_000), 1]]]);

    expect(summary.features).toHaveLength(MAX_FEATURES);
    expect(summary.leftOutValues).toBe(501);
  });

  it("should tell of columns that the baseline lacks", () => {
    const summary = summaryOf(
      [
        [
          ["a", 1],
          ["b", 2],
          ["", 3],
        ],
      ],
      baselineOf([[["a", 1]]]),
    );

    expect(summary).toMatchObject({ unknownColumns: ["b"], leftOutValues: 1 });
    expect(summary.features.map(({ name }) => name)).toEqual(["a"]);
  });

  it("should tell of a column that is gone, and of one that was empty before", () => {
    const baseline = baselineOf([
      [
        ["gone", 1],
        ["came", null],
      ],
    ]);

    const features = comparedFeatures(baseline, [[["came", 5]]]);

    const missing = features.filter(({ name }) => name.endsWith(" (missing)"));
    expect(missing.map(({ name, evidence }) => [name, evidence])).toEqual([
      ["came (missing)", sides({ present: 0, missing: 1 }, { present: 1, missing: 0 })],
      ["gone (missing)", sides({ present: 1, missing: 0 }, { present: 0, missing: 1 })],
    ]);
  });
});

describe("parseBaseline", () => {
  it.each([
    ["no JSON", "{", /^not a baseline: s3:\/\/b\/file is not JSON, or cut short; set baseline to another file/],
    ["another document", "[]", /^not a baseline: s3:\/\/b\/file: /],
    ["another version", JSON.stringify({ ...baselineOf([[["a", 1]]]), version: 3 }), /version/],
    ["another model's", JSON.stringify({ ...baselineOf([[["a", 1]]]), model: "other" }), /^got the baseline of model other/],
    [
      "edges that fall",
      textWith({ type: "numbers", histogram: { type: "histogram", edges: [2, 1], counts: [1] } }),
      /edges do not rise/,
    ],
    [
      "an edge without end",
      textWith({ type: "numbers", histogram: { type: "histogram", edges: [1, 9], counts: [1] } }).replace("9", "1e999"),
      /edges/,
    ],
    [
      "a name twice",
      textWith({
        type: "categories",
        isCode: false,
        counts: [
          ["x", 1],
          ["x", 1],
        ],
      }),
      /counts/,
    ],
    ["a text of endless length", " ".repeat(17_000_000), /^got a baseline of 17000000 characters/],
    ["endless nesting", "[".repeat(200_000), /^not a baseline/],
  ])("should refuse %s", (_, text, message) => {
    expect(() => parseBaseline(text, "s3://b/file", "flights", WINDOW.end)).toThrow(message);
  });

  it("should bear a clock that is an hour behind, and no more", () => {
    const text = JSON.stringify(baselineOf([[["a", 1]]]));
    const readAt = (now: number) => parseBaseline(text, "s3://b/file", "flights", now);

    expect(readAt(WINDOW.end - HOUR_MS).window).toEqual(WINDOW);
    expect(() => readAt(WINDOW.end - HOUR_MS - 1)).toThrow(/^got a baseline whose window ends at \d+ at s3:\/\/b\/file/);
  });

  it("should read one that a person made, without a window", () => {
    const text = textWith({ type: "numbers", histogram: { type: "histogram", edges: [1, 9], counts: [1] } });

    expect(parseBaseline(text, "s3://b/file", "flights", WINDOW.end).features).toMatchObject([{ name: "a" }]);
  });
});

// Helpers

type Row = readonly (readonly [string, unknown])[];

/** What a first reading tells of rows. */
function surveyOf(rows: readonly Row[], settings: Partial<CaptureSettings> = {}, isTyped = true) {
  const { summary } = createSurvey("flights", { capture: captureOf(settings), columns: COLUMNS });
  addRows(summary, rows, isTyped);
  return summary;
}

/** What a window holds over the bins of a baseline. */
function summaryOf(rows: readonly Row[], baseline: Baseline, settings: Partial<CaptureSettings> = {}, isTyped = true) {
  const known = baseline.features.map((feature) => countingTally(feature, baselineBins(feature)));
  const summary = createWindowSummary({ capture: captureOf(settings), columns: COLUMNS, known });
  addRows(summary, rows, isTyped);
  return summary;
}

function addRows({ add }: Pick<WindowSummary, "add">, rows: readonly Row[], isTyped: boolean): void {
  for (const row of rows) {
    const values = row.map(([, value]) => (isTyped ? value : typeof value === "string" ? value : JSON.stringify(value)));
    add({ inputs: { names: row.map(([name]) => name), values, isTyped } });
  }
}

/** The baseline of one window. */
function baselineOf(rows: readonly Row[], settings: Partial<CaptureSettings> = {}, isTyped = true): Baseline {
  const capture = captureOf(settings);
  const features = plannedFeatures(surveyOf(rows, settings, isTyped).features, 1);
  const known = features.map((feature) => countingTally(feature, feature.binsIn(0)));
  const summary = createWindowSummary({ capture, columns: COLUMNS, known });
  addRows(summary, rows, isTyped);
  return makeBaseline({
    model: "flights",
    window: WINDOW,
    features,
    slices: [{ window: WINDOW, rows: rows.length, features: known.map((tally) => tally.counted()) }],
    basis: { periodMs: HOUR_MS, season: "auto", hasUnits: false, alpha: 1e-4, band: 0.1 },
  });
}

/** The features of a report that went through JSON, as the evaluator reads it. */
function comparedFeatures(
  baseline: Baseline,
  rows: readonly Row[],
  settings: Partial<CaptureSettings> = {},
  isTyped = true,
): DriftFeature[] {
  const summary = summaryOf(rows, baseline, settings, isTyped);
  const report = compareWindow(baseline, "s3://b/file", { window: WINDOW, summary });
  return parseDriftReport(JSON.parse(JSON.stringify(report))).features;
}

/** A baseline as the next call reads it; one without any feature is never written. */
function readBack(baseline: Baseline): Baseline {
  return baseline.features.length === 0 ? baseline : parseBaseline(JSON.stringify(baseline), "s3://b/file", "flights", WINDOW.end);
}

function sizesOf(evidence: DriftFeature["evidence"]): [number, number] {
  return evidence.type === "distributions" ? [totalOf(evidence.reference), totalOf(evidence.current)] : [0, 0];
}

/** How many rows lack a feature, on either side. */
function missingIn(evidence: DriftFeature["evidence"]): [number, number] {
  if (evidence.type !== "distributions" || evidence.reference.type !== "categories" || evidence.current.type !== "categories") {
    return [0, 0];
  }
  return [evidence.reference.counts.missing ?? 0, evidence.current.counts.missing ?? 0];
}

function sides(reference: Record<string, number>, current: Record<string, number>) {
  return {
    type: "distributions",
    reference: { type: "categories", counts: reference },
    current: { type: "categories", counts: current },
  };
}

/** The text of a baseline of one feature. */
function textWith(feature: object): string {
  return JSON.stringify({ version: 1, model: "flights", rows: 1, features: [{ name: "a", kind: "data", present: 1, ...feature }] });
}
