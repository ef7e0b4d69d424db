import fc from "fast-check";
import { dimensionValue, MAX_DIMENSION_CHARS } from "../../../functions/core/log/log";
import { METRICS } from "../../../functions/core/log/metric-list";
import { metricsOf } from "../../../functions/core/log/metrics-of";

describe("metricsOf", () => {
  it("should take every metric of an entry, with the dimensions of each", () => {
    const entry = {
      level: "info",
      event: "decided",
      model: "flights",
      requestId: "a",
      outcome: "start",
      reason: "all-checks-passed",
    } as const;

    expect(metricsOf(entry)).toEqual([
      { name: "Decisions", unit: "Count", value: 1, dimensions: { model: "flights", outcome: "start" } },
      {
        name: "DecisionsByReason",
        unit: "Count",
        value: 1,
        dimensions: { model: "flights", outcome: "start", reason: "all-checks-passed" },
      },
    ]);
  });

  it("should leave out the metric whose field is not there, and take the others", () => {
    const entry = {
      level: "info",
      event: "run-settled",
      model: "flights",
      status: "failed",
      actualUsd: undefined,
      durationSec: 60,
    } as const;
    expect(metricsOf(entry).map(({ name, value }) => [name, value])).toEqual([
      ["RunDuration", 60],
      ["RunsEnded", 1],
    ]);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, 1e200, "3", null, [3], true, 3n])(
    "should take no metric of the value %p",
    (score) => {
      expect(metricsOf({ level: "info", event: "feature-drift", model: "flights", feature: "fare", score })).toEqual([]);
    },
  );

  it.each(["monitor-window-partly-read", "monitor-window-unreadable"])(
    "should take one metric of several events, here %s",
    (event) => {
      expect(metricsOf({ level: "warn", event, model: "flights", unreadShare: 0.25 })).toEqual([
        { name: "CapturesUnread", unit: "None", value: 0.25, dimensions: { model: "flights" } },
      ]);
    },
  );

  it("should say nothing of an entry that no metric is made of", () => {
    expect(metricsOf({ level: "info", event: "batch-empty", model: "flights" })).toEqual([]);
  });

  it("should take nothing but finite numbers and short printable texts out of whatever an entry holds", () => {
    const fields = [...new Set(METRICS.flatMap((metric) => [...metric.dimensions, ...("value" in metric ? [metric.value] : [])]))];
    const hostile = fc.oneof(
      fc.anything(),
      fc.string({ unit: "binary", maxLength: 300 }),
      fc.double(),
      fc.constantFrom("__proto__", ":", " ", "\ud800"),
    );
    const entryOf = fc.dictionary(fc.constantFrom(...fields, "__proto__", "constructor"), hostile);
    const eventOf = fc.constantFrom(...METRICS.map(({ event }) => event), "toString", "__proto__");

    fc.assert(
      fc.property(eventOf, entryOf, (event, entry) => {
        for (const { value, dimensions, name } of metricsOf({ ...entry, level: "info", event })) {
          const metric = METRICS.find((one) => one.name === name);
          expect(metric?.event).toBe(event);
          expect(Number.isFinite(value) && !Object.is(value, -0)).toBe(true);
          expect(Object.keys(dimensions)).toEqual(metric?.dimensions);
          for (const text of Object.values(dimensions)) expect(text).toMatch(/^(?=.*[!-~])[ -~]{1,100}$/);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe("dimensionValue", () => {
  it.each([
    ["fare", "fare"],
    [" größe\n", "gr%C3%B6%C3%9Fe"],
    ["\ud83d", "%EF%BF%BD"],
    ["x".repeat(300), "x".repeat(MAX_DIMENSION_CHARS)],
    ["ü".repeat(300), "%C3%BC".repeat(17).slice(0, MAX_DIMENSION_CHARS)],
  ])("should make of %j the value %j", (text, value) => {
    expect(dimensionValue(text)).toBe(value);
  });

  it("should change nothing of a value that it made", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
        const value = dimensionValue(text);
        expect(dimensionValue(value)).toBe(value);
      }),
    );
  });

  it.each(["", "  \t", 3, null, undefined, {}])("should make nothing of %j", (value) => {
    expect(dimensionValue(value)).toBeUndefined();
  });
});

describe("METRICS", () => {
  it("should hold names that both clouds take, each once, with few dimensions", () => {
    const names = METRICS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, dimensions, description } of METRICS) {
      expect(name).toMatch(/^([A-Z][a-z]+)+$/);
      expect(dimensions.length).toBeLessThanOrEqual(3);
      expect(description).toMatch(/^[a-zA-Z0-9`].*[^.]$/);
    }
  });
});
