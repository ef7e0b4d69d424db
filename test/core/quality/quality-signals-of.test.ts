import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import type { DriftFeature, Performance } from "../../../functions/core/drift/drift-report";
import { parseDriftReport } from "../../../functions/core/drift/drift-report";
import { contentDigest } from "../../../functions/core/drift/report-identity";
import { readDriftDocument } from "../../../functions/core/drift/sources/drift-source";
import { qualitySignalSchema } from "../../../functions/core/quality/quality-signal";
import { qualitySignalsOf } from "../../../functions/core/quality/quality-signals-of";
import example from "../drift/fixtures/drift-report.json";
import { featureOf, reportOf } from "../drift/reports";

describe("qualitySignalsOf", () => {
  it("should make an error of a quality, with its window, its rows and its run", () => {
    const { signals, refusals } = qualitySignalsOf(parseDriftReport(example));

    const [from, to] = ["2026-11-15", "2026-11-22"].map((day) => Date.parse(`${day}T00:00:00Z`));
    expect(refusals).toEqual([]);
    expect(signals).toEqual([
      { model: "fraud", monitor: "our-weekly-job", metric: "roc-auc", from, to, error: expect.closeTo(0.21, 9), rows: 1200 },
    ]);
  });

  it("should take rows and run of the performance itself", () => {
    const { signals } = of(performance("accuracy", { current: 0.9, rows: 40, run: "run-7" }));

    expect(signals).toMatchObject([{ error: expect.closeTo(0.1, 9), rows: 40, run: "run-7" }]);
  });

  it("should take an error as it is, without a reference too", () => {
    const { reference: _, ...alone } = performance("error-rate", { current: 0.2, higherIsBetter: false });

    expect(of(alone).signals).toMatchObject([{ metric: "error-rate", error: 0.2, rows: 5000 }]);
  });

  it("should give one signal for each metric, of the whole where parts are measured too, and of several the worst", () => {
    const features = [
      featureOf("accuracy of men", performance("accuracy", { current: 0.5 })),
      featureOf("accuracy", performance("accuracy", { current: 0.9 })),
      featureOf("accuracy", performance("accuracy", { current: 0.8 })),
      featureOf("F1", performance("f1", { current: 0.75 })),
      featureOf("recall of a", performance("recall", { current: 0.75 })),
      featureOf("recall of b", performance("recall", { current: 0.75 })),
    ];

    const { signals, refusals } = qualitySignalsOf(reportOf(0, features));

    expect(signals.map(({ metric, error }) => [metric, error])).toEqual([
      ["accuracy", expect.closeTo(0.2, 9)],
      ["f1", 0.25],
    ]);
    expect(refusals).toEqual(["recall is measured of 2 parts, and of none that is called recall"]);
  });

  it.each([
    [performance("rmse", { current: 3.2, higherIsBetter: false }), "rmse 3.2 is not an error from 0 to 1: it has no bounds"],
    [performance("RMSE", { current: 0.2, higherIsBetter: false }), "RMSE 0.2 is not an error from 0 to 1: it has no bounds"],
    [performance("log_loss", { current: 0.2, higherIsBetter: false }), "log_loss 0.2 is not an error from 0 to 1"],
    [performance("accuracy", { current: 91.5 }), "accuracy 91.5 is not an error from 0 to 1; divide a percentage by 100"],
    [performance("accuracy", { current: -0.1 }), "accuracy -0.1 is not an error from 0 to 1"],
    [performance("accuracy", { current: 0.9, rows: 0 }), "accuracy 0.9 is of no labelled row"],
  ])("should say why %j is no signal", (evidence, reason) => {
    const { signals, refusals } = of(evidence);

    expect(signals).toEqual([]);
    expect(refusals).toEqual([expect.stringContaining(reason)]);
  });

  it("should say nothing of a report without a performance, and why a report of no known time gives none", () => {
    const unknown = reportOf(0, [featureOf("accuracy", performance("accuracy"))], { window: { start: 1, end: 1 } });

    expect(qualitySignalsOf(reportOf(0, []))).toEqual({ signals: [], refusals: [] });
    expect(qualitySignalsOf(unknown)).toEqual({
      signals: [],
      refusals: ["the report does not say when its data arose: from and to of its window are the same"],
    });
  });

  it("should read a realised performance of NannyML chunk by chunk, and no estimated one", () => {
    const [realised, estimated] = ["nannyml-realised", "nannyml-estimated"].map(readFixture);

    expect(realised?.map(qualitySignalsOf).map(({ signals }) => signals.map(({ metric, rows }) => [metric, rows]))).toEqual(
      realised?.map(({ features: [feature] }) => [
        ["roc-auc", feature?.sampleSize],
        ["accuracy", feature?.sampleSize],
      ]),
    );
    expect(realised?.length).toBeGreaterThan(1);
    expect(estimated?.map(qualitySignalsOf)).toEqual(
      estimated?.map(() => ({ signals: [], refusals: ["the performance is estimated, and not measured by labels"] })),
    );
  });

  it("should count only the rows of a chunk that have a label, without making another report of it", () => {
    const all = read(fixture("nannyml-realised"));
    const some = read(
      fixture("nannyml-realised").replaceAll('"chunk_targets_missing_rate": 0.0', '"chunk_targets_missing_rate": 0.25'),
    );

    expect(some.map(qualitySignalsOf).map(({ signals: [signal] }) => signal?.rows)).toEqual(
      all.map(qualitySignalsOf).map(({ signals: [signal] }) => Math.round((signal?.rows ?? 0) * 0.75)),
    );
    expect(some.map(({ id }) => id)).toEqual(all.map(({ id }) => id));
    expect(some.map(contentDigest)).toEqual(all.map(contentDigest));
  });

  it("should give signals that hold what a signal is, of whatever is reported, and at most twenty", () => {
    const metric = fc.oneof(fc.constantFrom("accuracy", "rmse", "f1"), fc.string({ minLength: 1, maxLength: 9 }));
    const evidence = fc.record({
      type: fc.constant("performance" as const),
      metric,
      current: fc.oneof(fc.double({ noNaN: true }), fc.double({ min: -0.5, max: 1.5, noNaN: true })),
      higherIsBetter: fc.boolean(),
      rows: fc.maxSafeNat(),
    });
    fc.assert(
      fc.property(fc.array(evidence, { maxLength: 60 }), (found) => {
        const features: DriftFeature[] = found.map((one) => featureOf(one.metric, one));

        const { signals, refusals } = qualitySignalsOf(reportOf(0, features));

        for (const signal of signals) qualitySignalSchema.parse(signal);
        expect(signals.length).toBeLessThanOrEqual(20);
        expect(signals.length + refusals.length > 0).toBe(found.length > 0);
        expect(new Set(signals.map((signal) => signal.metric)).size).toBe(signals.length);
      }),
      { endOnFailure: true },
    );
  });
});

// Helpers

function performance(metric: string, overrides: Partial<Performance> = {}): Performance {
  return { type: "performance", metric, reference: 0.95, current: 0.9, higherIsBetter: true, ...overrides };
}

function of(evidence: Performance) {
  return qualitySignalsOf(reportOf(0, [featureOf(evidence.metric, evidence)]));
}

function fixture(name: string): string {
  return readFileSync(join(__dirname, `../drift/sources/fixtures/${name}.json`), "utf8");
}

function readFixture(name: string) {
  return read(fixture(name));
}

function read(text: string) {
  return readDriftDocument(text, { model: "fraud", documentId: "1", window: { start: 0, end: 0 } }).reports;
}
