import { MonitoringAlertPolicy, type MonitoringAlertPolicyConditions } from "@cdktf/provider-google/lib/monitoring-alert-policy";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { Alarm, Comparison } from "../../../operations/alarm";
import {
  alarmText,
  type ConfiguredAlarm,
  configuredAlarms,
  runbookAddress,
  type Watched,
} from "../../../operations/configured-alarms";
import { literalText } from "../../terraform-text";
import { rolesOf, type WatchedResources } from "../../watched";
import { type GcpDeployment, physicalName } from "../deployment";
import type { LogMetrics } from "./log-metrics";
import { timeSeries } from "./time-series";

/** Cloud Monitoring takes no "at least": just below is as good, for shares of a budget. */
const HAIR = 1e-9;

const COMPARISONS: Readonly<Record<Comparison, string>> = {
  above: "COMPARISON_GT",
  "at-least": "COMPARISON_GT",
  below: "COMPARISON_LT",
};

/** The least that an incident stays open that nothing more is heard of. */
const HALF_AN_HOUR = "1800s";

export interface AlarmsProps {
  readonly deployment: GcpDeployment;
  readonly limits: Watched["limits"];
  readonly models: Watched["models"];
  readonly resources: WatchedResources;
  /** Folder or address of the runbooks. */
  readonly runbooks: string;
  /** Names of the notification channels that hear of an alarm, and of its end. */
  readonly channels: readonly string[];
  readonly metrics: LogMetrics;
  /**
   * What takes minutes to be made, while Cloud Monitoring learns of new log-based metrics: it refuses policies on those that it
   * does not know. https://github.com/hashicorp/terraform-provider-google/issues/11102
   */
  readonly after: readonly ITerraformDependable[];
}

/** One policy: an alarm, a threshold, and all that it watches by it. */
interface Policy {
  readonly alarm: Alarm;
  readonly threshold: number;
  /** Undefined for the deployment. */
  readonly subjects: readonly string[] | undefined;
}

/**
 * The alarms of a deployment: one alert policy for each alarm and threshold, with an incident of its own for each model, queue or
 * function. So there is no counterpart to the health of a model on AWS: its open incidents are its health, and the dashboard lists
 * them. `datapoints` follow each other here, as Cloud Monitoring knows no m of n.
 *
 * About 0.10 USD a month for each condition (list price, approximate, November 2026): 20 whatever the number of models is, while
 * their thresholds are equal. https://cloud.google.com/products/observability/pricing
 */
export class Alarms extends Construct {
  /** Names of the policies. */
  readonly policies: readonly string[];

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    const { limits, models, resources } = props;
    const policies = policiesOf(configuredAlarms({ limits, models, resources: rolesOf(resources) }));
    this.policies = policies.map((policy, index) => {
      const nth = policies.slice(0, index).filter(({ alarm }) => alarm.name === policy.alarm.name).length;
      return this.addPolicy(props, policy, nth === 0 ? policy.alarm.name : `${policy.alarm.name}-${nth + 1}`).name;
    });
  }

  private addPolicy(props: AlarmsProps, policy: Policy, key: string): MonitoringAlertPolicy {
    const { deployment, runbooks, channels, metrics, after } = props;
    const { alarm } = policy;
    return new MonitoringAlertPolicy(this, key, {
      project: deployment.project,
      displayName: physicalName(deployment, key, 512),
      combiner: "OR",
      severity: alarm.severity === "critical" ? "CRITICAL" : "WARNING",
      notificationChannels: [...channels],
      conditions: conditionsOf(props, policy),
      alertStrategy: { autoClose: HALF_AN_HOUR, notificationPrompts: ["OPENED", "CLOSED"] },
      documentation: {
        mimeType: "text/markdown",
        content: literalText(alarmText({ alarm }, runbooks)),
        ...linkTo(runbookAddress(runbooks, alarm.name)),
      },
      dependsOn: [...deployment.apis.enabled("monitoring"), ...metrics.ready(alarm.metric), ...after],
    });
  }
}

function policiesOf(alarms: readonly ConfiguredAlarm[]): Policy[] {
  const groups = new Map<string, Policy>();
  for (const { alarm, subject, threshold } of alarms) {
    const key = `${alarm.name} ${threshold}`;
    const subjects = subject === undefined ? undefined : [...(groups.get(key)?.subjects ?? []), subject];
    groups.set(key, { alarm, threshold, subjects });
  }
  return [...groups.values()];
}

function conditionsOf({ deployment, resources }: AlarmsProps, policy: Policy): MonitoringAlertPolicyConditions[] {
  const { alarm, threshold, subjects } = policy;
  const { periodSec, periods, datapoints, missing } = alarm;
  const groupBy = alarm.per === "deployment" ? [] : [alarm.per];
  const { filter, perSeriesAligner, crossSeriesReducer, groupByFields } = timeSeries(deployment, resources, alarm, {
    groupBy,
    ...(subjects === undefined ? {} : { subjects }),
  });
  const aggregation = { alignmentPeriod: `${periodSec}s`, perSeriesAligner, groupByFields: [...groupByFields] };
  const beyond: MonitoringAlertPolicyConditions = {
    displayName: alarm.summary,
    conditionThreshold: {
      filter,
      aggregations: [{ ...aggregation, crossSeriesReducer }],
      comparison: COMPARISONS[alarm.comparison],
      thresholdValue: alarm.comparison === "at-least" ? threshold - HAIR : threshold,
      duration: `${(datapoints - 1) * periodSec}s`,
      // Only where there is a duration: https://cloud.google.com/monitoring/alerts/concepts-indepth#partial-metric-data
      ...(missing === "not-breaching" && datapoints > 1 ? { evaluationMissingData: "EVALUATION_MISSING_DATA_INACTIVE" } : {}),
      trigger: { count: 1 },
    },
  };
  if (missing === "not-breaching") return [beyond];
  const silent: MonitoringAlertPolicyConditions = {
    displayName: `${alarm.summary}: nothing is heard`,
    conditionAbsent: {
      filter,
      aggregations: [{ ...aggregation, crossSeriesReducer }],
      duration: `${periods * periodSec}s`,
      trigger: { count: 1 },
    },
  };
  return [beyond, silent];
}

/** Only an address can be a link. */
function linkTo(address: string): { links?: { displayName: string; url: string }[] } {
  return /^https?:/.test(address) ? { links: [{ displayName: "Runbook", url: literalText(address) }] } : {};
}
