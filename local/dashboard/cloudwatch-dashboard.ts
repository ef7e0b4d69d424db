import * as z from "zod/mini";
import { type CloudWatchSeries, cloudWatchLines } from "./cloudwatch-metrics";
import type { CollectedMetrics } from "./collect-metrics";
import { asPanel, logTable, type Panel, type PlacedPanel, type ShownTime, UnreadableWidget } from "./panel";

const rowSchema = z.array(z.union([z.string(), z.record(z.string(), z.unknown())]));

/** Properties by the type of a widget. */
const PROPERTIES = {
  text: z.strictObject({ markdown: z.string() }),
  alarm: z.strictObject({ title: z.string(), alarms: z.array(z.string()) }),
  log: z.strictObject({ title: z.string(), query: z.string(), region: z.string(), view: z.literal("table") }),
  metric: z.strictObject({
    title: z.string(),
    view: z.literal("timeSeries"),
    stacked: z._default(z.boolean(), false),
    region: z.string(),
    period: z._default(z.number(), 300),
    stat: z._default(z.string(), "Average"),
    metrics: z.array(rowSchema),
  }),
};

const widgetSchema = z.strictObject({
  type: z.string(),
  x: z.number(),
  y: z.number(),
  width: z.number(),
  height: z.number(),
  properties: z.record(z.string(), z.unknown()),
});

const bodySchema = z.strictObject({ widgets: z.array(widgetSchema) });

/** What the widgets of a dashboard are drawn from. */
export interface CloudWatchData {
  readonly series: readonly CloudWatchSeries[];
  readonly log: Pick<CollectedMetrics, "newest">;
  readonly time: ShownTime;
}

/**
 * The panels of a dashboard's body, of what our own dashboards are made of; a widget that says anything else is an unreadable
 * panel. https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 * @throws Error when the body is no list of widgets
 */
export function cloudWatchPanels(body: string, data: CloudWatchData): PlacedPanel[] {
  const { widgets } = bodySchema.parse(JSON.parse(body));
  return widgets.map(({ type, properties, x, y, width }) => {
    const title = typeof properties.title === "string" ? properties.title : type;
    return { panel: asPanel(title, () => panelOf(type, properties, data)), x, y, width };
  });
}

function panelOf(type: string, properties: unknown, { series, log, time }: CloudWatchData): Panel {
  switch (type) {
    case "text":
      return { kind: "heading", text: PROPERTIES.text.parse(properties).markdown.replace(/^#+ /, "") };
    case "alarm": {
      const { title, alarms } = PROPERTIES.alarm.parse(properties);
      return { kind: "alarms", title, names: alarms };
    }
    case "log": {
      const { title, query } = PROPERTIES.log.parse(properties);
      const { event, fields } = parseQuery(query);
      return logTable(title, log.newest(event), fields);
    }
    case "metric": {
      const { title, stacked, stat, period, metrics } = PROPERTIES.metric.parse(properties);
      return { kind: "chart", title, isStacked: stacked, lines: cloudWatchLines(metrics, { stat, period }, series, time) };
    }
    default:
      throw new UnreadableWidget(`a widget of type ${type}; expected ${Object.keys(PROPERTIES).join(", ")}`);
  }
}

const QUERY =
  /^(?:SOURCE '[^']+' \| )+fields @timestamp((?:, \w+)*) \| filter event = "([\w-]+)" \| sort @timestamp desc \| limit \d+$/;

function parseQuery(query: string): { readonly event: string; readonly fields: readonly string[] } {
  const [, fields = "", event] = QUERY.exec(query) ?? [];
  if (event === undefined)
    throw new UnreadableWidget(`the query ${query}; expected the newest entries of one event, with @timestamp and fields`);
  return { event, fields: fields.split(", ").filter((field) => field !== "") };
}
