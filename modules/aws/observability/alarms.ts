import { CloudwatchCompositeAlarm } from "@cdktf/provider-aws/lib/cloudwatch-composite-alarm";
import {
  CloudwatchMetricAlarm,
  type CloudwatchMetricAlarmConfig,
  type CloudwatchMetricAlarmMetricQuery,
} from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { Construct } from "constructs";
import type { WatchLevel } from "../../../functions/core/log/essential-metrics";
import type { Comparison, ConfiguredAlarm } from "../../../operations/alarm";
import { alarmText, configuredAlarms, type Watched } from "../../../operations/configured-alarms";
import { type NamingLines, namingLines } from "../../../operations/essential-alarms";
import { belongsTo } from "../../model-owner";
import { literalText } from "../../terraform-text";
import { rolesOf, type WatchedResources } from "../../watched";
import { type AwsDeployment, metricDimension, physicalName } from "../deployment";
import { alarmSeries, type Series, STATISTICS } from "./time-series";

const COMPARISONS: Readonly<Record<Comparison, string>> = {
  above: "GreaterThanThreshold",
  "at-least": "GreaterThanOrEqualToThreshold",
  below: "LessThanThreshold",
};

const MISSING = { breaching: "breaching", "not-breaching": "notBreaching" } as const;

/**
 * Longest name of an alarm, and longest description.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
 */
const MAX_NAME_LENGTH = 255;
const MAX_DESCRIPTION_LENGTH = 1024;

export interface AlarmsProps {
  readonly deployment: AwsDeployment;
  readonly watch: WatchLevel;
  readonly limits: Watched["limits"];
  readonly models: Watched["models"];
  readonly resources: WatchedResources;
  /** Folder or address of the runbooks. */
  readonly runbooks: string;
  /** ARNs of the topics that hear of an alarm, and of its end; at most 5. */
  readonly topics: readonly string[];
}

/**
 * The alarms of a deployment, and the health of each model: an alarm that is raised while one of the model's own is. That one is
 * for the eye and for other alarms' rules, and tells nobody, or each alarm would be told twice.
 *
 * Where the essential is watched there is one alarm for all models, but for storms, and no health.
 *
 * Prices, approximate, of us-east-1 in November 2026: an alarm is 0.10 USD a month, of a storm 0.40, as it looks at four series; a
 * model's health is 0.50. That is about 23 alarms a deployment, and up to 13 a model, 17 with promotion, 21 with a rollout.
 * https://aws.amazon.com/cloudwatch/pricing/
 */
export class Alarms extends Construct {
  /** ARNs of the deployment's alarms, and of each model's health; where the essential is watched, of all alarms. */
  readonly overview: readonly string[];
  private readonly props: AlarmsProps;

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    this.props = props;
    const { watch, limits, models, resources } = props;
    const alarms = configuredAlarms({ watch, limits, models, resources: rolesOf(resources) });
    const made = alarms.map((configured) => ({ configured, resource: this.addAlarm(configured) }));
    const shown = made.filter(({ configured }) => watch === "essential" || configured.alarm.per !== "model");
    const health = (watch === "essential" ? [] : Object.keys(models)).flatMap((model) => {
      const own = made.filter(({ configured: { alarm, subject } }) => alarm.per === "model" && subject === model);
      return own.length === 0
        ? []
        : [
            this.addHealth(
              model,
              own.map(({ resource }) => resource.alarmName),
            ),
          ];
    });
    this.overview = [...shown.map(({ configured }) => keyOf(configured)), ...health].map((key) => this.arnOf(key));
  }

  private addAlarm(configured: ConfiguredAlarm): CloudwatchMetricAlarm {
    const { deployment, resources, runbooks, topics } = this.props;
    const { alarm, threshold } = configured;
    const key = keyOf(configured);
    const resource = new CloudwatchMetricAlarm(this, key, {
      alarmName: physicalName(deployment, key, MAX_NAME_LENGTH),
      alarmDescription: literalText(
        alarmText(configured, runbooks, namingText(namingLines(alarm), deployment)).slice(0, MAX_DESCRIPTION_LENGTH),
      ),
      ...measured(alarmSeries(metricDimension(deployment), resources, configured), alarm),
      comparisonOperator: COMPARISONS[alarm.comparison],
      threshold,
      evaluationPeriods: alarm.periods,
      datapointsToAlarm: alarm.datapoints,
      treatMissingData: MISSING[alarm.missing],
      ...(topics.length === 0 ? {} : { alarmActions: [...topics], okActions: [...topics] }),
      // CloudWatch refuses to delete an alarm that a model's health names. With it, Terraform changes the health first, and then
      // deletes the alarm; it reads this from the state, so that it must stand there before the alarm is removed.
      // https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_DeleteAlarms.html
      lifecycle: { createBeforeDestroy: true },
    });
    if (alarm.per === "model" && configured.subject !== undefined) belongsTo(resource, configured.subject);
    return resource;
  }

  /** Adds the health of a model, whose key it returns. */
  private addHealth(model: string, alarmNames: readonly string[]): string {
    const key = `health_${model}`;
    const health = new CloudwatchCompositeAlarm(this, key, {
      alarmName: physicalName(this.props.deployment, key, MAX_NAME_LENGTH),
      alarmDescription: `An alarm of ${model} is raised`,
      alarmRule: alarmNames.map((name) => `ALARM("${name}")`).join(" OR "),
    });
    belongsTo(health, model);
    return key;
  }

  /** Written out, as a reference to an alarm that is new would make all of the dashboard unknown in a plan. */
  private arnOf(key: string): string {
    const { deployment } = this.props;
    const { partition, region, accountId } = deployment;
    return `arn:${partition}:cloudwatch:${region}:${accountId}:alarm:${physicalName(deployment, key, MAX_NAME_LENGTH)}`;
  }
}

/** The query of CloudWatch Logs Insights that names whom an alarm is about. */
function namingText(lines: NamingLines | undefined, deployment: AwsDeployment): string | undefined {
  if (lines === undefined) return undefined;
  const { event, only, by } = lines;
  const filters = Object.entries({ event, ...only }).map(([field, value]) => `${field} = "${value}"`);
  const logs = `/aws/lambda/${physicalName(deployment, "")}*`;
  return `Which ${by}: in Logs Insights over ${logs}, filter ${filters.join(" and ")} | stats count(*), latest(@timestamp) by ${by}`;
}

/** Id of an alarm's construct, and its role in the name. */
function keyOf({ alarm, subject }: ConfiguredAlarm): string {
  return subject === undefined ? alarm.name : `${alarm.name}_${subject}`;
}

function measured(
  series: readonly Series[],
  { statistic, periodSec }: ConfiguredAlarm["alarm"],
): Pick<CloudwatchMetricAlarmConfig, "metricName" | "namespace" | "dimensions" | "statistic" | "period" | "metricQuery"> {
  const [only, ...others] = series;
  if (only !== undefined && others.length === 0) return { ...only, statistic: STATISTICS[statistic], period: periodSec };
  const queries = series.map(
    (metric, index): CloudwatchMetricAlarmMetricQuery => ({
      id: `m${index}`,
      metric: { ...metric, stat: STATISTICS[statistic], period: periodSec },
      returnData: false,
    }),
  );
  // A series that has no value in a period adds nothing to it.
  const expression = queries.map(({ id }) => `FILL(${id}, 0)`).join(" + ");
  return { metricQuery: [{ id: "total", expression, label: "total", returnData: true }, ...queries] };
}
