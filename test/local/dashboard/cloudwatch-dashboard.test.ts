import * as z from "zod/mini";
import { type CloudWatchData, cloudWatchPanels } from "../../../local/dashboard/cloudwatch-dashboard";
import type { CloudWatchSeries } from "../../../local/dashboard/cloudwatch-metrics";
import { metricSlots } from "../../../local/dashboard/metric-slots";
import type { Panel } from "../../../local/dashboard/panel";

z.config(z.locales.en());

const HOUR_MS = 3_600_000;

describe("cloudWatchPanels", () => {
  it("should draw the metrics of rows, written out or in short", () => {
    const rows = [
      ["AWS/SQS", "Age", "QueueName", "a", { stat: "Maximum", label: "first" }],
      ["...", "b"],
      [".", "Sent", ".", ".", { stat: "Sum" }],
    ];

    const panel = panelOf({ metrics: rows });

    expect(linesOf(panel)).toEqual([
      ["first", [7, undefined]],
      ["Age b", [5, 9]],
      ["Sent b", [3, undefined]],
    ]);
  });

  it("should find the series of a search by exactly their dimensions", () => {
    const expression = `SEARCH('{Retrigger,environment,model} MetricName="Decisions" environment="prod"', 'Sum', 3600)`;

    const panel = panelOf({ metrics: [[{ expression, id: "e0", label: `decided \${PROP('Dim.model')}` }]] });

    expect(linesOf(panel)).toEqual([["decided m", [2, undefined]]]);
  });

  it("should find nothing of another environment, schema or name", () => {
    const search = (schema: string, terms: string) => [{ expression: `SEARCH('{${schema}} ${terms}', 'Sum', 3600)` }];

    const panel = panelOf({
      metrics: [
        search("Retrigger,environment,model", 'MetricName="Decisions" environment="dev"'),
        search("Retrigger,environment", 'MetricName="Decisions"'),
        search("Retrigger,environment,model", 'MetricName="decisions"'),
      ],
    });

    expect(linesOf(panel)).toEqual([]);
  });

  it.each([
    ["an expression", { metrics: [[{ expression: "m1 / m2" }]] }, "expected SEARCH("],
    ["an option", { metrics: [["AWS/SQS", "Age", "QueueName", "a", { yAxis: "right" }]] }, "expected names, then"],
    ["a statistic", { metrics: [["AWS/SQS", "Age", "QueueName", "a", { stat: "IQM" }]] }, "the statistic IQM; expected Sum"],
    ["a dimension without a value", { metrics: [["AWS/SQS", "Age", "QueueName"]] }, "pairs of a dimension and its value"],
    ["a label", { metrics: [["AWS/SQS", "Age", "QueueName", "a", { label: `\${LAST}` }]] }, `\${LAST} in a label`],
    ["a property", { metrics: [], annotations: {} }, 'Unrecognized key: "annotations"'],
    ["a view", { metrics: [], view: "pie" }, "view"],
    ["a period", { metrics: [["AWS/SQS", "Age", "QueueName", "a", { period: 10 }]] }, "a period of 10 seconds"],
  ])("should say that it does not understand %s", (_, properties, why) => {
    const panel = panelOf(properties);

    expect(panel).toMatchObject({ kind: "unreadable", title: "t", why: expect.stringContaining(why) });
  });

  it("should say that it does not understand a type of widget or a query", () => {
    const panels = panelsOf([
      { type: "explorer", properties: {} },
      { type: "log", properties: { title: "q", query: "fields @message", region: "r", view: "table" } },
    ]);

    expect(panels).toEqual([
      { kind: "unreadable", title: "explorer", why: expect.stringContaining("a widget of type explorer; expected text") },
      { kind: "unreadable", title: "q", why: expect.stringContaining("the query fields @message") },
    ]);
  });

  it("should read text, alarms and the newest entries", () => {
    const query = `SOURCE '/aws/lambda/f' | SOURCE '/aws/lambda/g' | fields @timestamp, model | filter event = "decided" | sort @timestamp desc | limit 50`;

    const panels = panelsOf([
      { type: "text", properties: { markdown: "## Is it healthy?" } },
      { type: "alarm", properties: { title: "Alarms", alarms: ["one"] } },
      { type: "log", properties: { title: "q", query, region: "r", view: "table" } },
    ]);

    expect(panels).toEqual([
      { kind: "heading", text: "Is it healthy?" },
      { kind: "alarms", title: "Alarms", names: ["one"] },
      { kind: "table", title: "q", columns: ["time", "model"], rows: [["1970-01-01 00:00", "m"]] },
    ]);
  });
});

// Helpers

const SERIES: readonly CloudWatchSeries[] = [
  series("AWS/SQS", "Age", { QueueName: "a" }, [0, 7], [1, 2]),
  series("AWS/SQS", "Age", { QueueName: "b" }, [0, 5], [HOUR_MS, 9]),
  series("AWS/SQS", "Sent", { QueueName: "b" }, [0, 1], [0, 2]),
  series("Retrigger", "Decisions", { environment: "prod", model: "m" }, [0, 1], [0, 1]),
  series("Retrigger", "Decisions", { environment: "prod", model: "m", outcome: "start" }, [0, 1]),
];

const DATA: CloudWatchData = {
  series: SERIES,
  log: { newest: (event) => (event === "decided" ? [{ at: 0, record: { level: "info", event, model: "m" } }] : []) },
  time: { from: 0, until: 2 * HOUR_MS },
};

function series(
  namespace: string,
  metricName: string,
  dimensions: Record<string, string>,
  ...values: readonly [number, number][]
): CloudWatchSeries {
  const slots = metricSlots(false);
  for (const [at, value] of values) slots.add(at, value);
  return { namespace, metricName, dimensions, slots };
}

function panelsOf(widgets: readonly object[]): Panel[] {
  const place = { x: 0, y: 0, width: 8, height: 6 };
  return cloudWatchPanels(JSON.stringify({ widgets: widgets.map((widget) => ({ ...place, ...widget })) }), DATA).map(
    ({ panel }) => panel,
  );
}

function panelOf(properties: object): Panel | undefined {
  return panelsOf([
    { type: "metric", properties: { title: "t", view: "timeSeries", region: "r", period: 3600, ...properties } },
  ])[0];
}

function linesOf(panel: Panel | undefined) {
  if (panel?.kind !== "chart") throw new Error(`got ${JSON.stringify(panel)}; expected a chart`);
  return panel.lines.map(({ label, values }) => [label, values]);
}
