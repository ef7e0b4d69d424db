import * as z from "zod/mini";
import type { CollectedMetrics } from "./collect-metrics";
import { type MonitoringSeries, monitoringLines, parseFilter, timeSeriesQuerySchema } from "./monitoring-query";
import { asPanel, logTable, type Panel, type PlacedPanel, type ShownTime, UnreadableWidget } from "./panel";

const PLOTS = ["LINE", "STACKED_AREA", "STACKED_BAR"] as const;
const title = z.string();
const textSchema = z.strictObject({ text: z.strictObject({ content: z.string(), format: z.literal("MARKDOWN") }) });
const incidentsSchema = z.strictObject({ title, incidentList: z.strictObject({ policyNames: z.array(z.string()) }) });

const logsSchema = z.strictObject({
  title,
  logsPanel: z.strictObject({ filter: z.string(), resourceNames: z.array(z.string()) }),
});

const chartSchema = z.strictObject({
  title,
  xyChart: z.strictObject({
    dataSets: z.array(
      z.strictObject({
        plotType: z.enum(PLOTS),
        targetAxis: z.optional(z.literal("Y1")),
        timeSeriesQuery: timeSeriesQuerySchema,
      }),
    ),
  }),
});

const dashboardSchema = z.strictObject({
  displayName: z.string(),
  mosaicLayout: z.strictObject({
    columns: z.number(),
    tiles: z.array(
      z.strictObject({
        xPos: z._default(z.number(), 0),
        yPos: z._default(z.number(), 0),
        width: z.number(),
        height: z.number(),
        widget: z.record(z.string(), z.unknown()),
      }),
    ),
  }),
});

/** What the widgets of a dashboard are drawn from. */
export interface MonitoringData {
  readonly series: readonly MonitoringSeries[];
  readonly log: Pick<CollectedMetrics, "newest">;
  readonly time: ShownTime;
}

/**
 * The panels of a dashboard, of what our own dashboards are made of; a widget that says anything else is an unreadable panel.
 * https://cloud.google.com/monitoring/api/ref_v3/rest/v1/projects.dashboards
 * @throws Error when the text is no dashboard with a mosaic
 */
export function googlePanels(dashboardJson: string, data: MonitoringData): PlacedPanel[] {
  const { mosaicLayout } = dashboardSchema.parse(JSON.parse(dashboardJson));
  return mosaicLayout.tiles.map(({ xPos, yPos, width, widget }) => {
    const name = typeof widget.title === "string" ? widget.title : Object.keys(widget).join();
    return { panel: asPanel(name, () => panelOf(widget, data)), x: xPos, y: yPos, width };
  });
}

function panelOf(widget: Readonly<Record<string, unknown>>, { series, log, time }: MonitoringData): Panel {
  if ("text" in widget) return { kind: "heading", text: textSchema.parse(widget).text.content.replace(/^#+ /, "") };
  if ("incidentList" in widget) {
    const parsed = incidentsSchema.parse(widget);
    return { kind: "alarms", title: parsed.title, names: parsed.incidentList.policyNames };
  }
  if ("logsPanel" in widget) {
    const { title, logsPanel } = logsSchema.parse(widget);
    return logTable(title, log.newest(eventOf(logsPanel.filter)));
  }
  if ("xyChart" in widget) {
    const { title, xyChart } = chartSchema.parse(widget);
    const lines = xyChart.dataSets.flatMap(({ timeSeriesQuery }) => monitoringLines(timeSeriesQuery, series, time));
    return { kind: "chart", title, isStacked: xyChart.dataSets.every(({ plotType }) => plotType !== "LINE"), lines };
  }
  throw new UnreadableWidget(`a widget of ${Object.keys(widget).join(", ")}; expected text, incidentList, logsPanel or xyChart`);
}

function eventOf(filter: string): string {
  const event = parseFilter(filter).find(({ label }) => label === "jsonPayload.event")?.values[0];
  if (event === undefined) throw new UnreadableWidget(`the filter ${filter}; expected one that names jsonPayload.event`);
  return event;
}
