import { CloudwatchDashboard } from "@cdktf/provider-aws/lib/cloudwatch-dashboard";
import { Construct } from "constructs";
import type { WatchLevel } from "../../../functions/core/log/essential-metrics";
import { METRIC_NAMESPACE } from "../../../functions/core/log/metric";
import { type Chart, type NewestEvents, type Placed, placedWidgets, type WidgetSeries } from "../../../operations/dashboard";
import { sectionsFor } from "../../../operations/essential-dashboard";
import { metricNamed } from "../../../operations/service-metric";
import { literalText } from "../../terraform-text";
import type { WatchedResources } from "../../watched";
import { type AwsDeployment, metricDimension, physicalName } from "../deployment";
import { CLOUDWATCH_METRICS, STATISTICS } from "./time-series";

/**
 * The most that a widget of alarms shows.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
 */
const MAX_ALARMS = 100;

export interface DashboardProps {
  readonly deployment: AwsDeployment;
  readonly watch: WatchLevel;
  readonly resources: WatchedResources;
  /** ARNs of alarms. @default - no widget shows any */
  readonly alarms?: readonly string[];
}

/** The dashboard of a deployment; 3 USD a month beyond an account's first three (approximate, November 2026). */
export class Dashboard extends Construct {
  readonly name: string;

  constructor(scope: Construct, id: string, { deployment, watch, resources, alarms = [] }: DashboardProps) {
    super(scope, id);
    this.name = physicalName(deployment, deployment.region, 255);
    const widgets = placedWidgets(sectionsFor(watch, Object.keys(resources.function))).flatMap(({ content, ...place }) => {
      const widget = widgetOf(content, deployment, resources, alarms);
      return widget === undefined ? [] : [{ ...place, ...widget }];
    });
    new CloudwatchDashboard(this, "Resource", { dashboardName: this.name, dashboardBody: JSON.stringify({ widgets }) });
  }
}

function widgetOf(
  content: Placed["content"],
  deployment: AwsDeployment,
  resources: WatchedResources,
  alarms: readonly string[],
): object | undefined {
  switch (content.kind) {
    case "heading":
      return { type: "text", properties: { markdown: `## ${content.text}` } };
    case "alarms":
      if (alarms.length === 0) return undefined;
      return { type: "alarm", properties: { title: content.title, alarms: alarms.slice(0, MAX_ALARMS) } };
    case "events":
      return { type: "log", properties: { ...logQuery(content, deployment), title: content.title } };
    default:
      return { type: "metric", properties: chart(content, deployment, resources) };
  }
}

function logQuery({ functions, event, fields }: NewestEvents, deployment: AwsDeployment): object {
  const sources = functions.map((role) => `SOURCE '/aws/lambda/${physicalName(deployment, role)}'`);
  const columns = ["@timestamp", ...fields].join(", ");
  const commands = [`fields ${columns}`, `filter event = "${event}"`, "sort @timestamp desc", "limit 50"];
  return { query: [...sources, ...commands].join(" | "), region: deployment.region, view: "table" };
}

function chart({ title, kind, periodSec, series }: Chart, deployment: AwsDeployment, resources: WatchedResources): object {
  return {
    title,
    view: "timeSeries",
    stacked: kind === "stacked",
    region: deployment.region,
    period: periodSec,
    metrics: series.flatMap((one, index) => metricRows(one, index, periodSec, metricDimension(deployment), resources)),
  };
}

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/search-expression-syntax.html */
function metricRows(
  { metric: name, statistic }: WidgetSeries,
  index: number,
  periodSec: number,
  environment: string,
  resources: WatchedResources,
): unknown[] {
  const named = metricNamed(name);
  const stat = STATISTICS[statistic];
  if (named.origin === "service") {
    const { namespace, metricName, dimension } = CLOUDWATCH_METRICS[named.metric.name];
    return Object.entries(resources[named.metric.of]).map(([role, value]) => [
      namespace,
      metricName,
      dimension,
      value,
      { stat, label: `${name} ${role}` },
    ]);
  }
  const { dimensions } = named.metric;
  const schema = [METRIC_NAMESPACE, "environment", ...dimensions].join(",");
  const expression = `SEARCH('{${schema}} MetricName="${name}" environment="${environment}"', '${stat}', ${periodSec})`;
  const label = [name, ...dimensions.map((dimension) => `\${PROP('Dim.${dimension}')}`)].join(" ");
  return [[{ expression, id: `e${index}`, label: literalText(label) }]];
}
