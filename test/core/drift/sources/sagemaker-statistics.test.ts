import fc from "fast-check";
import { MAX_BINS } from "../../../../functions/core/drift/distributions/distribution";
import { statisticsReport } from "../../../../functions/core/drift/sources/sagemaker-statistics";
import { PoisonMessageError } from "../../../../functions/core/errors";
import { CONTEXT, expectReportsOrPoison, fixture, mutated, OF_CONTEXT } from "./documents";

const FILES = {
  statistics: fixture("sagemaker-statistics"),
  baselineStatistics: fixture("sagemaker-baseline-statistics"),
  constraints: fixture("sagemaker-constraints"),
};

describe("statisticsReport", () => {
  it("should give both distributions of each feature, and count what cannot be compared", () => {
    const report = statisticsReport(FILES, CONTEXT);

    expect(report).toEqual({
      ...OF_CONTEXT,
      monitor: "sagemaker-statistics",
      features: [
        {
          name: "delay",
          kind: "label",
          sampleSize: 1570,
          referenceSize: 6937,
          evidence: {
            type: "distributions",
            reference: { type: "histogram", edges: [-60, 0, 60, 120], counts: [3537, 3000, 400] },
            current: { type: "histogram", edges: [-40, 20, 80, 140], counts: [1000, 500, 70] },
          },
        },
        {
          name: "cancelled",
          kind: "data",
          sampleSize: 1580,
          referenceSize: 6937,
          evidence: {
            type: "distributions",
            reference: { type: "histogram", edges: [-1e-9, 1e-9], counts: [6937] },
            current: { type: "histogram", edges: [0, 0.5, 1], counts: [1500, 80] },
          },
        },
        {
          name: "origin",
          kind: "data",
          sampleSize: 1580,
          referenceSize: 6937,
          evidence: {
            type: "distributions",
            reference: { type: "categories", counts: { DFW: 4000, ORD: 2937 } },
            current: { type: "categories", counts: { DFW: 800, ORD: 700, JFK: 80 } },
          },
        },
        {
          name: "note",
          kind: "data",
          sampleSize: 1580,
          referenceSize: 6937,
          evidence: {
            type: "distributions",
            reference: { type: "categories", counts: { a: 10, b: 8, "(rest)": 6919 } },
            current: { type: "categories", counts: { a: 2, "(rest)": 1578 } },
          },
        },
        {
          name: "gate",
          kind: "data",
          evidence: {
            type: "violation",
            check: "data_type_check",
            description: "numbers in the baseline, texts in the monitored data",
          },
        },
        {
          name: "Origin",
          kind: "data",
          evidence: { type: "violation", check: "extra_column_check", description: "the baseline lacks this column" },
        },
      ],
    });
  });

  it("should count a column that the monitored data lacks", () => {
    const statistics = { dataset: { item_count: 10 }, features: [] };

    const { features } = statisticsReport({ ...FILES, statistics }, CONTEXT);

    expect(features.map(({ name }) => name)).toEqual(["delay", "cancelled", "origin", "note", "gate"]);
    expect(features[0]?.evidence).toEqual({
      type: "violation",
      check: "missing_column_check",
      description: "the monitored data lacks this column",
    });
  });

  it("should count a feature whose values are all missing now, and leave out one that neither side describes", () => {
    const described = numbers([{ lower_bound: 0, upper_bound: 1, count: 5 }]);
    const files = filesOf([described, empty("b")], [empty("a"), empty("b")]);

    const { features } = statisticsReport(files, CONTEXT);

    expect(features).toEqual([
      {
        name: "a",
        kind: "data",
        evidence: { type: "violation", check: "completeness_check", description: "no distribution in the monitored data" },
      },
    ]);
  });

  it.each([
    [
      "evaluate_constraints at the feature, as Amazon's page has it",
      { monitoringConfigOverrides: { evaluate_constraints: "Disabled" } },
    ],
    ["the same in the SDK's words", { string_constraints: { monitoring_config_overrides: { evaluate_constraints: "Disabled" } } }],
  ])("should leave out a feature that is excluded by %s", (_name, overrides) => {
    const feature = numbers([{ lower_bound: 0, upper_bound: 1, count: 5 }]);
    const files = { ...filesOf([feature], [feature]), constraints: { features: [{ name: "a", ...overrides }] } };

    expect(statisticsReport(files, CONTEXT).features).toEqual([]);
  });

  it("should put buckets without width into the bin beside them", () => {
    const feature = numbers([
      { lower_bound: 2, upper_bound: 4, count: 1 },
      { lower_bound: 0, upper_bound: 0, count: 7 },
      { lower_bound: 0, upper_bound: 2, count: 2 },
      { lower_bound: 4, upper_bound: 4, count: 3 },
    ]);

    const { features } = statisticsReport(filesOf([feature], [feature]), CONTEXT);

    expect(features[0]?.evidence).toMatchObject({ current: { edges: [0, 2, 4], counts: [9, 4] } });
  });

  it("should fold the rarest categories of both sides into the same rest", () => {
    const then = texts(Array.from({ length: 1500 }, (_, index) => ({ value: `c${index}`, count: 3000 - index })));
    const now = texts([
      { value: "c0", count: 5 },
      { value: "c1400", count: 2 },
      { value: "new", count: 1 },
    ]);

    const { evidence } = statisticsReport(filesOf([then], [now]), CONTEXT).features[0] ?? {};

    const { reference, current } = evidence?.type === "distributions" ? evidence : {};
    expect(Object.keys(reference?.counts ?? {})).toHaveLength(MAX_BINS);
    expect(current?.counts).toEqual({ c0: 5, "(rest)": 3 });
  });

  it.each([
    [
      "a gap",
      [
        { lower_bound: 0, upper_bound: 1, count: 5 },
        { lower_bound: 2, upper_bound: 3, count: 5 },
      ],
    ],
    [
      "an overlap",
      [
        { lower_bound: 0, upper_bound: 2, count: 5 },
        { lower_bound: 1, upper_bound: 3, count: 5 },
      ],
    ],
    ["bounds that are swapped", [{ lower_bound: 1, upper_bound: 0, count: 5 }]],
  ])("should refuse buckets with %s, and name the feature", (_name, buckets) => {
    const files = filesOf([numbers(buckets)], [numbers(buckets)]);

    expect(() => statisticsReport(files, CONTEXT)).toThrow('buckets of feature "a" overlap or leave a gap');
  });

  it.each([
    ["statistics", "got no statistics.json of the monitoring run, expected it beside the others"],
    ["baselineStatistics", "got no baseline's statistics.json, expected it beside the others"],
    ["constraints", "got no baseline's constraints.json, expected it beside the others"],
  ])("should name the file when %s is missing", (file, message) => {
    expect(() => statisticsReport({ ...FILES, [file]: undefined }, CONTEXT)).toThrow(message);
  });

  it.each([
    ["negative counts", { dataset: { item_count: 1 }, features: [numbers([{ lower_bound: 0, upper_bound: 1, count: -1 }])] }],
    [
      "a bound that is no number",
      { dataset: { item_count: 1 }, features: [numbers([{ lower_bound: null, upper_bound: 1, count: 1 }])] },
    ],
    ["another file", FILES.constraints],
    ["nothing", null],
  ])("should refuse statistics with %s, and name the file", (_name, statistics) => {
    expect(() => statisticsReport({ ...FILES, statistics }, CONTEXT)).toThrow(PoisonMessageError);
    expect(() => statisticsReport({ ...FILES, statistics }, CONTEXT)).toThrow("cannot read statistics.json of the monitoring run");
  });

  it("should make a report of any files, or refuse them", () => {
    const read = (files: typeof FILES) => expectReportsOrPoison(() => [statisticsReport(files, CONTEXT)]);
    const anything = fc.jsonValue();
    fc.assert(
      fc.property(anything, anything, anything, (a, b, c) => read({ statistics: a, baselineStatistics: b, constraints: c })),
    );
    fc.assert(fc.property(mutated(FILES.statistics), (statistics) => read({ ...FILES, statistics })));
    fc.assert(fc.property(mutated(FILES.baselineStatistics), (baselineStatistics) => read({ ...FILES, baselineStatistics })));
    fc.assert(fc.property(mutated(FILES.constraints), (constraints) => read({ ...FILES, constraints })));
  });
});

// Helpers

function filesOf(then: readonly unknown[], now: readonly unknown[]) {
  const file = (features: readonly unknown[]) => ({ version: 0, dataset: { item_count: 10 }, features });
  return { statistics: file(now), baselineStatistics: file(then), constraints: { features: [] } };
}

function numbers(buckets: readonly unknown[]) {
  const common = { num_present: 10, num_missing: 0 };
  return { name: "a", numerical_statistics: { common, distribution: { kll: { buckets } } } };
}

function texts(buckets: readonly unknown[]) {
  return { name: "a", string_statistics: { common: { num_present: 0 }, distribution: { categorical: { buckets } } } };
}

function empty(name: string) {
  return { name, numerical_statistics: { common: { num_present: 0, num_missing: 10 } } };
}
