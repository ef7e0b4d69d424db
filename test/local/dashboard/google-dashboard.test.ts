import fc from "fast-check";
import * as z from "zod/mini";
import { googlePanels, type MonitoringData } from "../../../local/dashboard/google-dashboard";
import { metricSlots } from "../../../local/dashboard/metric-slots";
import { isMatched, type MonitoringSeries, parseFilter, type SeriesKind } from "../../../local/dashboard/monitoring-query";
import type { Panel } from "../../../local/dashboard/panel";

z.config(z.locales.en());

const HOUR_MS = 3_600_000;

describe("googlePanels", () => {
  it.each([
    ["counter", "ALIGN_DELTA", "REDUCE_SUM", [12, undefined]],
    ["distribution", "ALIGN_DELTA", "REDUCE_MEAN", [4, undefined]],
    ["distribution", "ALIGN_PERCENTILE_99", "REDUCE_MAX", [6, undefined]],
    ["gauge", "ALIGN_MAX", "REDUCE_MAX", [6, undefined]],
    ["gauge", "ALIGN_MEAN", "REDUCE_MIN", [3, undefined]],
    ["gauge", "ALIGN_MIN", "REDUCE_SUM", [8, undefined]],
  ] as const)("should aggregate a %s by %s and %s", (kind, perSeriesAligner, crossSeriesReducer, values) => {
    const panel = panelOf([filterOf(kind, { perSeriesAligner, crossSeriesReducer })]);

    expect(linesOf(panel)).toEqual([["k", values]]);
  });

  it("should draw a line for each group", () => {
    const panel = panelOf([filterOf("counter", { groupByFields: ["metric.label.model"] })]);

    expect(linesOf(panel)).toEqual([
      ["k a", [6, undefined]],
      ["k b", [6, undefined]],
    ]);
  });

  it("should sum a distribution by PromQL", () => {
    const query = 'sum by (model) (increase(user:retrigger_k_sum{monitored_resource="cloud_run_revision"}[3600s]))';

    const panel = panelOf([{ prometheusQuery: query }]);

    expect(linesOf(panel)).toEqual([
      ["k a", [6, undefined]],
      ["k b", [6, undefined]],
    ]);
  });

  it.each([
    ["max", [6, undefined]],
    ["min", [2, undefined]],
  ])("should take the %s of a gauge by PromQL", (extreme, values) => {
    const mean =
      'increase(user:retrigger_k_sum{monitored_resource="cloud_run_revision"}[2m]) / increase(user:retrigger_k_count{monitored_resource="cloud_run_revision"}[2m])';

    const panel = panelOf([{ prometheusQuery: `${extreme} by (model) (${extreme}_over_time((${mean})[3600s:1m]))` }]);

    expect(linesOf(panel).map(([label]) => label)).toEqual(["k a", "k b"]);
    expect(linesOf(panel)[extreme === "max" ? 1 : 0]).toEqual([extreme === "max" ? "k b" : "k a", values]);
  });

  it.each([
    ["a pair of aligner and reducer", filterOf("distribution", { crossSeriesReducer: "REDUCE_SUM" }), "of a distribution"],
    ["an aligner", filterOf("counter", { perSeriesAligner: "ALIGN_RATE" }), "ALIGN_RATE"],
    ["a reducer", filterOf("counter", { crossSeriesReducer: "toString" }), "toString"],
    ["PromQL", { prometheusQuery: "rate(x[5m])" }, "the query rate(x[5m]); expected sum by"],
    ["an escape", { timeSeriesFilter: { filter: String.raw`metric.type="\q"`, aggregation: aggregation({}) } }, "expected label="],
    ["a filter", { timeSeriesFilter: { filter: 'metric.type=starts_with("x")', aggregation: aggregation({}) } }, "expected label="],
    ["a query", { timeSeriesQueryLanguage: "fetch x" }, "Invalid input"],
  ])("should say that it does not understand %s", (_, query, why) => {
    const panel = panelOf([query]);

    expect(panel).toMatchObject({ kind: "unreadable", title: "t", why: expect.stringContaining(why) });
  });

  it("should read text, incidents and the newest entries, and say what it does not understand", () => {
    const filter = 'resource.labels.service_name=("a" OR "b") AND jsonPayload.event="decided"';

    const panels = panelsOf([
      { text: { content: "## Is it healthy?", format: "MARKDOWN" } },
      { title: "Alarms", incidentList: { policyNames: ["one"] } },
      { title: "q", logsPanel: { filter, resourceNames: ["projects/p"] } },
      { title: "s", scorecard: {} },
    ]);

    expect(panels).toEqual([
      { kind: "heading", text: "Is it healthy?" },
      { kind: "alarms", title: "Alarms", names: ["one"] },
      { kind: "table", title: "q", columns: ["time", "model"], rows: [["1970-01-01 00:00", "m"]] },
      { kind: "unreadable", title: "s", why: expect.stringContaining("a widget of title, scorecard; expected text") },
    ]);
  });
});

describe("parseFilter", () => {
  it("should read whatever texts JSON writes", () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.string({ unit: "binary" }), { minLength: 1 }), { minLength: 1 }), (values) => {
        const clauses = values.map((texts) =>
          texts.length === 1
            ? `a.b=${JSON.stringify(texts[0])}`
            : `a.b=one_of(${texts.map((text) => JSON.stringify(text)).join(", ")})`,
        );

        expect(parseFilter(clauses.join(" AND "))).toEqual(values.map((texts) => ({ label: "a.b", values: texts })));
      }),
    );
  });

  it("should not match labels that an object has by itself", () => {
    expect(isMatched({}, parseFilter('constructor="x"'))).toBe(false);
  });
});

// Helpers

function series(kind: SeriesKind, model: string, values: readonly number[]): MonitoringSeries {
  const slots = metricSlots(kind === "distribution");
  for (const value of values) slots.add(0, value);
  return {
    kind,
    labels: { "metric.type": "user/retrigger/k", "resource.type": "cloud_run_revision", "metric.label.model": model, kind },
    slots,
  };
}

const SERIES = (["counter", "gauge", "distribution"] as const).flatMap((kind) => [
  series(kind, "a", [2, 4]),
  series(kind, "b", kind === "counter" ? [6] : [6]),
]);

const DATA: MonitoringData = {
  series: SERIES,
  log: { newest: (event) => (event === "decided" ? [{ at: 0, record: { level: "info", event, model: "m" } }] : []) },
  time: { from: 0, until: 2 * HOUR_MS },
};

function aggregation(overrides: object) {
  return { alignmentPeriod: "3600s", perSeriesAligner: "ALIGN_DELTA", crossSeriesReducer: "REDUCE_SUM", ...overrides };
}

function filterOf(kind: SeriesKind, overrides: object): object {
  return { timeSeriesFilter: { filter: `metric.type="user/retrigger/k" AND kind="${kind}"`, aggregation: aggregation(overrides) } };
}

function panelsOf(widgets: readonly object[]): Panel[] {
  const tiles = widgets.map((widget) => ({ width: 8, height: 6, widget }));
  return googlePanels(JSON.stringify({ displayName: "d", mosaicLayout: { columns: 24, tiles } }), DATA).map(({ panel }) => panel);
}

function panelOf(queries: readonly object[]): Panel | undefined {
  const dataSets = queries.map((timeSeriesQuery) => ({ plotType: "LINE", targetAxis: "Y1", timeSeriesQuery }));
  return panelsOf([{ title: "t", xyChart: { dataSets } }])[0];
}

function linesOf(panel: Panel | undefined) {
  if (panel?.kind !== "chart") throw new Error(`got ${JSON.stringify(panel)}; expected a chart`);
  return panel.lines.map(({ label, values }) => [label, values]);
}
