import { readFileSync } from "node:fs";
import { join } from "node:path";
import { MAX_FEATURES, MAX_FINDINGS, parseDriftReport, refusalOf } from "../../../functions/core/drift/drift-report";
import { PoisonMessageError } from "../../../functions/core/errors";

const EXAMPLE = JSON.parse(readFileSync(join(__dirname, "fixtures/drift-report.json"), "utf8"));
/** Of the columns amount, approved and age. */
const [HISTOGRAM, CATEGORIES, SCORE] = EXAMPLE.features;

describe("parseDriftReport", () => {
  it("should take the documented example, with times in ISO 8601, and leave out what it does not know", () => {
    const report = parseDriftReport({ ...EXAMPLE, comment: "ours", features: [{ ...SCORE, owner: "us" }] });

    expect(report.window).toEqual({ start: Date.UTC(2026, 10, 15), end: Date.UTC(2026, 10, 22) });
    expect(report).not.toHaveProperty("comment");
    expect(report.features).toEqual([SCORE]);
  });

  it("should take epoch milliseconds, and know nothing of what is not listed unless it is told", () => {
    const { unlisted: _unlisted, ...report } = EXAMPLE;

    expect(parseDriftReport({ ...report, window: { start: 1, end: 2 } })).toMatchObject({
      window: { start: 1, end: 2 },
      unlisted: "unknown",
    });
  });

  it.each([
    { what: "nothing", value: undefined, says: "the whole" },
    { what: "a text", value: "{", says: "the whole" },
    { what: "another version", value: { ...EXAMPLE, version: 2 }, says: "version" },
    { what: "a model's name that none has", value: { ...EXAMPLE, model: "Fraud!" }, says: "model" },
    { what: "a time without its offset", value: windowed("2026-11-15T00:00:00", "2026-11-22T00:00:00"), says: "window.start" },
    { what: "a time that no date can hold", value: windowed(0, 9e15), says: "window.end" },
    { what: "a window that ends before it starts", value: windowed(2, 1), says: "ends before it starts" },
    {
      what: "NaN",
      value: withEvidence({ ...SCORE.evidence, score: Number.NaN }),
      says: 'feature "age" (features.0.evidence.score): got NaN, expected number',
    },
    { what: "Infinity", value: withEvidence({ ...SCORE.evidence, score: Number.POSITIVE_INFINITY }), says: 'feature "age"' },
    {
      what: "a negative count",
      value: withCounts([-1, 2, 3, 4]),
      says: 'feature "age" (features.0.evidence.current.counts.0): got -1, expected at least 0',
    },
    { what: "a count of NaN", value: withCounts([Number.NaN, 2, 3, 4]), says: 'feature "age"' },
    { what: "more counts than bins", value: withCounts([1, 2, 3, 4, 5]), says: "edges and counts do not fit" },
    {
      what: "edges that do not rise",
      value: withSide({ ...HISTOGRAM.evidence.current, edges: [0, 1, 1, 2, 3] }),
      says: "edges do not rise",
    },
    { what: "sides of two types", value: withSide(CATEGORIES.evidence.current), says: "reference and current differ in type" },
    {
      what: "windows before of another type",
      value: withEvidence({ ...HISTOGRAM.evidence, earlier: [HISTOGRAM.evidence.current, CATEGORIES.evidence.current] }),
      says: "earlier and current differ in type",
    },
    { what: "a reference of 0", value: withEvidence(performance(0)), says: "nothing is relative to 0" },
    {
      what: "a kind that none is",
      value: { ...EXAMPLE, features: [{ ...SCORE, kind: "input" }] },
      says: 'feature "age" (features.0.kind)',
    },
    { what: "a feature without a name", value: { ...EXAMPLE, features: [{ ...SCORE, name: "" }] }, says: "features.0.name" },
    {
      what: "a hundred thousand findings",
      value: { ...EXAMPLE, features: new Array(100_000).fill(SCORE) },
      says: `${MAX_FINDINGS}`,
    },
    {
      what: "more features than there is room for",
      value: { ...EXAMPLE, features: Array.from({ length: MAX_FEATURES + 1 }, (_, index) => ({ ...SCORE, name: `f${index}` })) },
      says: `got ${MAX_FEATURES + 1} features, expected at most ${MAX_FEATURES}`,
    },
    { what: "a thousand and one bins", value: withSide(flat(1_001)), says: "got 1001 items, expected at most 1000" },
  ])("should refuse $what, and say where", ({ value, says }) => {
    expect(() => parseDriftReport(value)).toThrow(PoisonMessageError);
    expect(() => parseDriftReport(value)).toThrow(says);
  });

  it("should refuse more categories than anybody reads", () => {
    const counts = Object.fromEntries(Array.from({ length: 1_001 }, (_, index) => [`c${index}`, 1]));
    const evidence = { type: "distributions", reference: CATEGORIES.evidence.reference, current: { type: "categories", counts } };

    expect(() => parseDriftReport(withEvidence(evidence))).toThrow("more than 1000 categories");
  });
});

describe("refusalOf", () => {
  const report = parseDriftReport(EXAMPLE);

  it("should let a report of the model pass that has ended, or will within the clocks' difference", () => {
    expect(refusalOf(report, "fraud", report.window.end - 3_600_000)).toBeUndefined();
  });

  it("should say why it does not", () => {
    expect(refusalOf(report, "churn", report.window.end)).toBe("got a report of model fraud, expected one of churn");
    expect(refusalOf(report, "fraud", report.window.end - 3_600_001)).toContain(
      "expected one that has ended by 2026-11-21T22:59:59.999Z",
    );
  });
});

// Helpers

function windowed(start: number | string, end: number | string) {
  return { ...EXAMPLE, window: { start, end } };
}

function withEvidence(evidence: unknown) {
  return { ...EXAMPLE, features: [{ ...SCORE, evidence }] };
}

function withSide(current: unknown) {
  return withEvidence({ ...HISTOGRAM.evidence, current });
}

function withCounts(counts: readonly number[]) {
  return withSide({ type: "histogram", edges: [0, 1, 2, 3, 4], counts });
}

function flat(bins: number) {
  return { type: "histogram", edges: Array.from({ length: bins + 1 }, (_, index) => index), counts: new Array(bins).fill(1) };
}

function performance(reference: number) {
  return { type: "performance", metric: "roc-auc", reference, current: 1, higherIsBetter: true };
}
