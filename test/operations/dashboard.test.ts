import { METRICS } from "../../functions/core/log/metric-list";
import { ALARMS } from "../../operations/alarm-list";
import { DASHBOARD, DASHBOARD_COLUMNS, FOR_QUERIES_ONLY, placedWidgets } from "../../operations/dashboard";
import { metricNamed, SERVICE_METRICS } from "../../operations/service-metric";

const WIDGETS = DASHBOARD.flatMap(({ widgets }) => widgets);
const SHOWN = WIDGETS.flatMap((widget) => ("series" in widget ? widget.series.map(({ metric }) => metric) : []));

describe("DASHBOARD", () => {
  it.each(METRICS.map(({ name }) => name))("should show %s, or leave it to an alarm or to queries", (name) => {
    const isForQueries = FOR_QUERIES_ONLY.includes(name);
    const isUsed = [...SHOWN, ...ALARMS.map(({ metric }) => metric)].some((used) => used === name);

    expect(isUsed).toBe(!isForQueries);
  });

  it("should show metrics that there are", () => {
    const names: readonly string[] = [...METRICS, ...SERVICE_METRICS].map(({ name }) => name);

    expect(new Set(names).size).toBe(names.length);
    expect(SHOWN.filter((name) => !names.includes(name))).toEqual([]);
  });

  it.each(["Triggers by type", "Training decisions", "Drift score by feature"])("should have the documents' widget %s", (title) => {
    expect(WIDGETS.filter((widget) => widget.title === title)).toHaveLength(1);
  });

  it("should sum what is counted or paid, and nothing that is as it is", () => {
    for (const widget of WIDGETS) {
      if (!("series" in widget)) continue;
      for (const { metric, statistic } of widget.series) {
        const { kind } = metricNamed(metric).metric;
        if (kind !== "distribution") expect([metric, statistic === "sum"]).toEqual([metric, kind === "count"]);
      }
    }
  });

  it("should have no two widgets of one title", () => {
    expect(new Set(WIDGETS.map(({ title }) => title)).size).toBe(WIDGETS.length);
  });
});

describe("placedWidgets", () => {
  it("should place everything once, within the columns and over nothing else", () => {
    const placed = placedWidgets(DASHBOARD);

    const cells = placed.flatMap(({ x, y, width, height }) =>
      Array.from({ length: width * height }, (_, index) => `${x + (index % width)},${y + Math.floor(index / width)}`),
    );
    expect(placed).toHaveLength(WIDGETS.length + DASHBOARD.length);
    expect(new Set(cells).size).toBe(cells.length);
    expect(placed.every(({ x, width }) => x >= 0 && x + width <= DASHBOARD_COLUMNS)).toBe(true);
  });
});
