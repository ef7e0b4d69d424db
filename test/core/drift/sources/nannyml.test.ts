import fc from "fast-check";
import type { Evidence } from "../../../../functions/core/drift/drift-report";
import { parseDocument } from "../../../../functions/core/drift/sources/drift-document";
import { nannymlReports } from "../../../../functions/core/drift/sources/nannyml";
import { PoisonMessageError } from "../../../../functions/core/errors";
import { CONTEXT, expectReportsOrPoison, fixture, fixtureFile, mutated } from "./documents";

const UNIVARIATE = fixture("nannyml-univariate");
const SPLIT = fixture("nannyml-univariate-split");
const COLUMNS = fixture("nannyml-univariate-columns");

const WEEK_MS = 7 * 86_400_000;
const FIRST_WEEK = Date.UTC(2001, 2, 5);
const SIZES = { sampleSize: 1580, referenceSize: 6937 };

describe("nannymlReports", () => {
  it("should make one report of each analysis chunk of the univariate drift calculator", () => {
    const reports = nannymlReports(UNIVARIATE, CONTEXT);

    expect(reports.map(({ window }) => window)).toEqual(
      [0, 1, 2].map((week) => ({ start: FIRST_WEEK + week * WEEK_MS, end: FIRST_WEEK + (week + 1) * WEEK_MS - 1 })),
    );
    expect(reports[0]).toEqual({
      version: 1,
      model: "flights",
      id: "nannyml drift 2001-03-05/2001-03-11 278ff149",
      monitor: "nannyml drift",
      window: { start: FIRST_WEEK, end: FIRST_WEEK + WEEK_MS - 1 },
      unlisted: "calm",
      lists: "all",
      features: [
        { name: "delay", kind: "label", ...SIZES, evidence: score("kolmogorov-smirnov", 0.0287354728, 0.1243199196) },
        { name: "delay", kind: "label", ...SIZES, evidence: score("jensen-shannon-distance", 0.0446599087, 0.1022789213) },
        { name: "delay", kind: "label", ...SIZES, evidence: score("wasserstein", 1.3638452218, 5.7571134986) },
        { name: "delay", kind: "label", ...SIZES, evidence: score("hellinger-distance", 0.0398252673, 0.0872108938) },
        { name: "distance", kind: "data", ...SIZES, evidence: score("kolmogorov-smirnov", 0.02496054, 0.0383478721) },
        { name: "distance", kind: "data", ...SIZES, evidence: score("jensen-shannon-distance", 0.0398633865, 0.089251884) },
        { name: "distance", kind: "data", ...SIZES, evidence: score("wasserstein", 16.7601752116, 32.8639031954) },
        { name: "distance", kind: "data", ...SIZES, evidence: score("hellinger-distance", 0.0361153722, 0.0763671835) },
        { name: "hour", kind: "data", ...SIZES, evidence: score("kolmogorov-smirnov", 0.0169699082, 0.0408517688) },
        { name: "hour", kind: "data", ...SIZES, evidence: score("jensen-shannon-distance", 0.0374009469, 0.0581463442) },
        { name: "hour", kind: "data", ...SIZES, evidence: score("wasserstein", 0.1091185042, 0.3198755629) },
        { name: "hour", kind: "data", ...SIZES, evidence: score("hellinger-distance", 0.0314951406, 0.0489401767) },
        { name: "origin", kind: "data", ...SIZES, evidence: score("jensen-shannon-distance", 0.0285214321, 0.0430328814) },
        { name: "origin", kind: "data", ...SIZES, evidence: score("l-infinity", 0.0209920934, 0.0177925821) },
        { name: "origin", kind: "data", ...SIZES, evidence: score("hellinger-distance", 0.0237509342, 0.0358698503) },
      ],
    });
  });

  it("should read every orient and level of columns alike", () => {
    const flat = nannymlReports(UNIVARIATE, CONTEXT).map(({ features }) =>
      features.filter(({ name }) => name === "distance" || name === "origin"),
    );
    const byMeasure = (reports: typeof flat) =>
      reports.map((features) => features.toSorted((a, b) => (metricOf(a) < metricOf(b) ? -1 : 1)));

    for (const document of [SPLIT, COLUMNS]) {
      expect(byMeasure(nannymlReports(document, CONTEXT).map(({ features }) => features))).toEqual(byMeasure(flat));
    }
  });

  it("should give a chunk the same id whatever file it comes in, and another one when it holds something else", () => {
    const idsOf = (document: unknown) => nannymlReports(document, { ...CONTEXT, documentId: "another" }).map(({ id }) => id);

    expect(idsOf(SPLIT)).toEqual(nannymlReports(COLUMNS, CONTEXT).map(({ id }) => id));
    expect(idsOf(SPLIT)[0]).not.toBe(idsOf(UNIVARIATE)[0]);
  });

  it.each([
    ["estimated", "nannyml estimated performance", 0.6143273453, 0.6164897212176734],
    ["realised", "nannyml realised performance", 0.6259234463, 0.614707590585181],
  ])("should tell %s performance against that of the reference chunks", (name, monitor, current, reference) => {
    const [report, ...others] = nannymlReports(fixture(`nannyml-${name}`), CONTEXT);

    expect(others).toHaveLength(2);
    expect(report?.monitor).toBe(monitor);
    expect(report?.features[0]).toEqual({
      name: "roc_auc",
      kind: "concept",
      ...SIZES,
      evidence: { type: "performance", metric: "roc-auc", reference, current, higherIsBetter: true, standardError: 0.0145498887 },
    });
  });

  it("should count alerts of measures that have no number of ours, and leave out their calm", () => {
    const chunk = {
      ...chunkWith({}),
      a_chi2_value: 142.5,
      a_chi2_alert: true,
      b_chi2_value: 1.5,
      b_chi2_alert: false,
    };

    const [report] = nannymlReports([chunk], CONTEXT);

    expect(report).toMatchObject({
      unlisted: "calm",
      features: [
        { name: "a", kind: "data", sampleSize: 100, evidence: { type: "violation", check: "chi2", description: "value 142.5" } },
      ],
    });
  });

  it("should count performance by its alert where the reference chunks were filtered out", () => {
    const chunk = { ...chunkWith({}), mae_value: 3.5, mae_alert: true, rmse_value: 4.5, rmse_alert: false };

    expect(nannymlReports([chunk], CONTEXT)[0]?.features).toEqual([
      { name: "mae", kind: "concept", sampleSize: 100, evidence: { type: "violation", check: "mae", description: "value 3.5" } },
    ]);
  });

  it.each([
    ["a distance without a value", { a_jensen_shannon_value: null, a_jensen_shannon_alert: false }],
    ["a metric of performance without a value", { roc_auc_value: null, roc_auc_alert: false }],
    ["an alert within its thresholds", { a_value: 3, a_upper_threshold: 3, a_lower_threshold: 3, a_alert: true }],
    ["an alert by a threshold of NaN", { a_value: 0, a_upper_threshold: 0, a_lower_threshold: null, a_alert: true }],
  ])("should tell nothing of %s", (_name, measures) => {
    const [report] = nannymlReports([{ ...chunkWith({}), ...measures }], CONTEXT);

    expect(report?.features).toMatchObject([{ evidence: { type: "unmeasured" } }]);
  });

  it.each([
    ["above", { a_value: 3.1, a_upper_threshold: 3, a_lower_threshold: 2 }],
    ["below", { a_value: 1.9, a_upper_threshold: 3, a_lower_threshold: 2 }],
    ["without", { a_value: 3, a_upper_threshold: null, a_lower_threshold: null }],
  ])("should count an alert %s its thresholds", (_name, measures) => {
    const [report] = nannymlReports([{ ...chunkWith({}), ...measures, a_alert: true }], CONTEXT);

    expect(report?.features).toMatchObject([{ name: "a", kind: "data", evidence: { type: "violation" } }]);
  });

  it("should read a column whose name begins like the cells of a chunk", () => {
    const reports = nannymlReports(JSON.parse(fixtureFile("nannyml/column-chunk-size.json")), CONTEXT);

    const { features } = reports.at(-1) ?? { features: [] };
    expect(new Set(features.map(({ name }) => name))).toEqual(
      new Set(["chunk_size", "income_jensen_shannon", "it's (odd), 'q'", "my_value", "cat_alert"]),
    );
    expect(features[0]).toMatchObject({ name: "chunk_size", evidence: { metric: "kolmogorov-smirnov", score: 0.688 } });
  });

  it.each(["chunk_index", "chunk_start_date", "chunk_key", "chunk", "chunk_period_end"])(
    "should read the column %s, flat and in levels",
    (column) => {
      const measured = { value: 0.5, upper_threshold: 0.1, alert: true };
      const cells = Object.entries(measured);
      const flat = {
        ...chunkWith({}),
        ...Object.fromEntries(cells.map(([cell, value]) => [`${column}_hellinger_${cell}`, value])),
      };
      const about = Object.entries(chunkWith({})).map(([name, value]) => [`('chunk', 'chunk', '${name.slice(6)}')`, value]);
      const levels = Object.fromEntries([
        ...about,
        ...cells.map(([cell, value]) => [`('${column}', 'hellinger', '${cell}')`, value]),
      ]);

      for (const document of [[flat], [levels]]) {
        expect(nannymlReports(document, CONTEXT)[0]?.features).toMatchObject([{ name: column, evidence: { score: 0.5 } }]);
      }
    },
  );

  it("should read names that Python escapes", () => {
    const about = Object.entries(chunkWith({})).map(([name, value]) => [`('chunk', 'chunk', '${name.slice(6)}')`, value]);
    const row = Object.fromEntries([...about, [String.raw`('it\'s "odd" \\', 'hellinger', 'value')`, 0.5]]);

    expect(nannymlReports([row], CONTEXT)[0]?.features).toMatchObject([{ name: 'it\'s "odd" \\' }]);
  });

  it("should read JSON Lines, the orients index and table, and one record alike", () => {
    const lines = fixtureFile("nannyml/univariate.jsonl");
    const records = parseDocument(lines);
    const [last] = lines.trim().split("\n").slice(-1);
    const expected = nannymlReports(records, CONTEXT);

    expect(expected).toHaveLength(2);
    expect(nannymlReports(JSON.parse(fixtureFile("nannyml/univariate-index.json")), CONTEXT)).toEqual(expected);
    expect(nannymlReports({ schema: { fields: [] }, data: records }, CONTEXT)).toEqual(expected);
    expect(nannymlReports(JSON.parse(last ?? ""), CONTEXT)).toMatchObject([
      { monitor: "nannyml drift", window: expected[1]?.window },
    ]);
  });

  it("should keep a column apart whose name ends like a method", () => {
    const [report] = nannymlReports([{ ...chunkWith({}), Mixed_jensen_shannon_hellinger_value: 0.25 }], CONTEXT);

    expect(report?.features[0]).toMatchObject({
      name: "Mixed_jensen_shannon",
      evidence: { metric: "hellinger-distance", score: 0.25 },
    });
  });

  it("should read a chunk whose key is an object that cannot be turned into a text", () => {
    const chunk = JSON.parse(JSON.stringify(UNIVARIATE))[5];

    const [report] = nannymlReports([{ ...chunk, chunk_key: [{ toString: null }] }], CONTEXT);

    expect(report?.id).toContain('[{"toString":null}]');
  });

  it("should take the context's window for chunks without times", () => {
    const [report] = nannymlReports(
      [{ ...chunkWith({ chunk_start_date: null, chunk_end_date: null }), a_l_infinity_value: 0.5 }],
      CONTEXT,
    );

    expect(report?.window).toEqual(CONTEXT.window);
  });

  it("should read the newest twenty of many chunks, oldest first", () => {
    const days = Array.from({ length: 500 }, (_, index) => 499 - index);
    const chunks = days.map((day) => {
      const date = new Date(Date.UTC(2026, 0, 1 + day)).toISOString();
      return { ...chunkWith({ chunk_key: date, chunk_start_date: date, chunk_end_date: date }), a_l_infinity_value: 0.5 };
    });

    const ends = nannymlReports(chunks, CONTEXT).map(({ window }) => window.end);

    expect(ends).toEqual(Array.from({ length: 20 }, (_, index) => Date.UTC(2026, 0, 1 + 480 + index)));
  });

  it.each([
    ["no chunk", []],
    ["reference chunks alone", [{ ...chunkWith({ chunk_period: "reference" }), a_l_infinity_value: 0.5 }]],
    ["chunks without a measure", [chunkWith({})]],
    ["another table", [{ date: "2001/01/01", delay: 3 }]],
  ])("should refuse a result with %s", (_name, document) => {
    expect(() => nannymlReports(document, CONTEXT)).toThrow(PoisonMessageError);
  });

  it.each([
    ["of any shape", fc.jsonValue()],
    ["in records", mutated((UNIVARIATE as unknown[]).slice(4, 6))],
    ["in split", mutated(SPLIT)],
    ["in columns", mutated(COLUMNS)],
    ["of reconstruction", mutated(JSON.parse(fixtureFile("nannyml/reconstruction-error.json")))],
    ["of performance", mutated(fixture("nannyml-estimated"))],
  ])("should make reports of a result %s, or refuse it", (_name, documents) => {
    fc.assert(fc.property(documents, (document) => expectReportsOrPoison(() => nannymlReports(document, CONTEXT))));
  });
});

// Helpers

function score(metric: string, value: number, threshold: number): Evidence {
  return { type: "score", metric, score: value, threshold };
}

function metricOf({ name, evidence }: { readonly name: string; readonly evidence: Evidence }): string {
  return `${name} ${evidence.type === "score" ? evidence.metric : ""}`;
}

function chunkWith(change: object): object {
  const dates = { chunk_start_date: "2026-11-20T00:00:00.000", chunk_end_date: "2026-11-20T23:59:59.999" };
  return { chunk_key: "day", chunk_start_index: 0, chunk_end_index: 99, ...dates, chunk_period: "analysis", ...change };
}
