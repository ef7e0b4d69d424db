import { MonitoringDashboard } from "@cdktf/provider-google/lib/monitoring-dashboard";
import { Construct } from "constructs";
import type { WatchLevel } from "../../../functions/core/log/essential-metrics";
import {
  type Chart,
  DASHBOARD_COLUMNS,
  type NewestEvents,
  type Placed,
  placedWidgets,
  type WidgetSeries,
} from "../../../operations/dashboard";
import { sectionsFor } from "../../../operations/essential-dashboard";
import { metricNamed } from "../../../operations/service-metric";
import type { WatchedResources } from "../../watched";
import { type GcpDeployment, physicalName } from "../deployment";
import { functionName } from "../functions/handler-function";
import { anyOf, eventFilter, isDistribution, logMetricType } from "./log-metrics";
import { timeSeries } from "./time-series";

export interface DashboardProps {
  readonly deployment: GcpDeployment;
  readonly watch: WatchLevel;
  readonly resources: WatchedResources;
  /** Names of alert policies. @default - no widget shows any */
  readonly policies?: readonly string[];
}

/** The dashboard of a deployment, free of charge. */
export class Dashboard extends Construct {
  readonly name: string;

  constructor(scope: Construct, id: string, { deployment, watch, resources, policies = [] }: DashboardProps) {
    super(scope, id);
    const displayName = physicalName(deployment, "operations", 255);
    const tiles = placedWidgets(sectionsFor(watch, Object.keys(resources.function))).flatMap(({ content, x, y, width, height }) => {
      const widget = widgetOf(content, deployment, resources, policies);
      // Cloud Monitoring leaves a 0 out when it is asked, which would be a difference in every plan.
      return widget === undefined ? [] : [{ ...(x > 0 && { xPos: x }), ...(y > 0 && { yPos: y }), width, height, widget }];
    });
    new MonitoringDashboard(this, "Resource", {
      project: deployment.project,
      dashboardJson: JSON.stringify({ displayName, mosaicLayout: { columns: DASHBOARD_COLUMNS, tiles } }),
      dependsOn: deployment.apis.enabled("monitoring"),
    });
    this.name = displayName;
  }
}

/** https://cloud.google.com/monitoring/api/ref_v3/rest/v1/projects.dashboards#Widget */
function widgetOf(
  content: Placed["content"],
  deployment: GcpDeployment,
  resources: WatchedResources,
  policies: readonly string[],
): object | undefined {
  switch (content.kind) {
    case "heading":
      return { text: { content: `## ${content.text}`, format: "MARKDOWN" } };
    case "alarms":
      return policies.length === 0 ? undefined : { title: content.title, incidentList: { policyNames: policies } };
    case "events":
      return { title: content.title, logsPanel: logQuery(content, deployment) };
    default:
      return { title: content.title, xyChart: chart(content, deployment, resources) };
  }
}

function logQuery({ functions, event }: NewestEvents, deployment: GcpDeployment): object {
  const filter = eventFilter(anyOf(functions.map((role) => functionName(deployment, role))), event);
  return { filter, resourceNames: [`projects/${deployment.project}`] };
}

function chart({ kind, periodSec, series }: Chart, deployment: GcpDeployment, resources: WatchedResources): object {
  return {
    dataSets: series.map((one) => ({
      plotType: kind === "stacked" ? "STACKED_AREA" : "LINE",
      targetAxis: "Y1",
      timeSeriesQuery: queryOf(one, periodSec, deployment, resources),
    })),
  };
}

function queryOf(series: WidgetSeries, periodSec: number, deployment: GcpDeployment, resources: WatchedResources): object {
  const named = metricNamed(series.metric);
  if (named.origin === "own" && series.statistic === "sum" && isDistribution(named.metric)) {
    return { prometheusQuery: sumQuery(named.metric, periodSec, deployment) };
  }
  if (named.origin === "own" && named.metric.kind === "gauge" && isDistribution(named.metric)) {
    return { prometheusQuery: extremeQuery(named.metric, series.statistic === "minimum" ? "min" : "max", periodSec, deployment) };
  }
  const { filter, ...aggregation } = timeSeries(deployment, resources, series);
  return { timeSeriesFilter: { filter, aggregation: { alignmentPeriod: `${periodSec}s`, ...aggregation } } };
}

interface NamedDistribution {
  readonly name: string;
  readonly dimensions: readonly string[];
}

/** The sum of a distribution, which PromQL alone tells. https://cloud.google.com/monitoring/promql/promql-mapping */
function sumQuery({ name, dimensions }: NamedDistribution, periodSec: number, deployment: GcpDeployment): string {
  return `sum by (${dimensions.join(", ")}) (${increaseOf(deployment, name, "sum", `${periodSec}s`)})`;
}

/**
 * The highest or lowest value of a gauge in each period: aligners know a distribution's mean and percentiles alone, and a mean of a
 * day shows a run of an hour as 0.04. A gauge is told once a minute at most, so that the mean of two minutes, the shortest span
 * over which an increase is sure to be known, is its value, and the highest of those is the period's.
 */
function extremeQuery(
  { name, dimensions }: NamedDistribution,
  extreme: "min" | "max",
  periodSec: number,
  deployment: GcpDeployment,
): string {
  const [sum, count] = (["sum", "count"] as const).map((part) => increaseOf(deployment, name, part, "2m"));
  return `${extreme} by (${dimensions.join(", ")}) (${extreme}_over_time((${sum} / ${count})[${periodSec}s:1m]))`;
}

function increaseOf(deployment: GcpDeployment, name: string, part: "sum" | "count", span: string): string {
  const metric = logMetricType(deployment, name)
    .replace("/", ":")
    .replace(/[^A-Za-z0-9:]/g, "_");
  return `increase(${metric}_${part}{monitored_resource="cloud_run_revision"}[${span}])`;
}
