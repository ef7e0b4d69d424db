import { createHash } from "node:crypto";
import { MonitoringAlertPolicy, type MonitoringAlertPolicyConditions } from "@cdktf/provider-google/lib/monitoring-alert-policy";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { WatchLevel } from "../../../functions/core/log/essential-metrics";
import type { Alarm, Comparison, ConfiguredAlarm } from "../../../operations/alarm";
import { alarmText, configuredAlarms, runbookAddress, type Watched } from "../../../operations/configured-alarms";
import { type NamingLines, namingLines } from "../../../operations/essential-alarms";
import { literalText } from "../../terraform-text";
import { rolesOf, type WatchedResources } from "../../watched";
import { type GcpDeployment, physicalName } from "../deployment";
import type { LogMetrics } from "./log-metrics";
import { type Subjects, timeSeries } from "./time-series";

/** Cloud Monitoring takes no "at least": just below is as good, for shares of a budget. */
const HAIR = 1e-9;

const COMPARISONS: Readonly<Record<Comparison, string>> = {
  above: "COMPARISON_GT",
  "at-least": "COMPARISON_GT",
  below: "COMPARISON_LT",
};

/** Conditions of a policy, and characters of a filter, at most. https://cloud.google.com/monitoring/quotas#alerting_uptime_limits */
const MAX_CONDITIONS = 6;
const MAX_FILTER_CHARACTERS = 2048;

/** The least that an incident stays open that nothing more is heard of. */
const HALF_AN_HOUR = "1800s";

export interface AlarmsProps {
  readonly deployment: GcpDeployment;
  readonly watch: WatchLevel;
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

/** Some of what an alarm watches, by one threshold. */
interface Watch {
  readonly threshold: number;
  /** Undefined for the deployment. */
  readonly subjects: Subjects | undefined;
}

/** One policy: an alarm, and all that it watches by it. */
interface Policy {
  readonly key: string;
  readonly alarm: Alarm;
  readonly watches: readonly Watch[];
}

/**
 * The alarms of a deployment: one alert policy for each alarm, with a condition for each threshold and an incident of its own for
 * each model, queue or function. So there is no counterpart to the health of a model on AWS: its open incidents are its health, and
 * the dashboard lists them. `datapoints` follow each other here, as Cloud Monitoring knows no m of n.
 *
 * A condition of more than half of the models names the others, so that one more model with usual limits changes nothing. Where
 * silence is the alarm, it names its own, or a model that was removed would be taken for a silent one.
 *
 * About 0.10 USD a month for each condition (list price, approximate, November 2026): 20, with promotion 24, with rollouts 28,
 * whatever the number of models is, while their thresholds are equal. https://cloud.google.com/products/observability/pricing
 */
export class Alarms extends Construct {
  /** Names of the policies. */
  readonly policies: readonly string[];

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id);
    this.policies = policiesOf(props).map((policy) => this.addPolicy(props, policy).name);
  }

  private addPolicy(props: AlarmsProps, policy: Policy): MonitoringAlertPolicy {
    const { deployment, runbooks, channels, metrics, after } = props;
    const { key, alarm, watches } = policy;
    return new MonitoringAlertPolicy(this, key, {
      project: deployment.project,
      displayName: physicalName(deployment, key, 512),
      combiner: "OR",
      severity: alarm.severity === "critical" ? "CRITICAL" : "WARNING",
      notificationChannels: [...channels],
      conditions: watches.flatMap((watch) => conditionsOf(props, alarm, watch)),
      alertStrategy: { autoClose: HALF_AN_HOUR, notificationPrompts: ["OPENED", "CLOSED"] },
      documentation: {
        mimeType: "text/markdown",
        content: literalText(alarmText({ alarm }, runbooks, namingText(namingLines(alarm), deployment))),
        ...linkTo(runbookAddress(runbooks, alarm.name)),
      },
      dependsOn: [...deployment.apis.enabled("monitoring"), ...metrics.ready(alarm.metric), ...after],
    });
  }
}

function policiesOf(props: AlarmsProps): Policy[] {
  const { watch, limits, models, resources } = props;
  const configured = configuredAlarms({ watch, limits, models, resources: rolesOf(resources) });
  return [...new Set(configured.map(({ alarm }) => alarm))].flatMap((alarm) => {
    const watches = watchesOf(
      props,
      configured.filter((one) => one.alarm === alarm),
    );
    const most = MAX_CONDITIONS / (isRaisedBySilence(alarm) ? 2 : 1);
    return Array.from({ length: Math.ceil(watches.length / most) }, (_, index) => ({
      key: index === 0 ? alarm.name : `${alarm.name}-${index + 1}`,
      alarm,
      watches: watches.slice(index * most, (index + 1) * most),
    }));
  });
}

/** What the configured alarms, which differ in subject and threshold alone, watch: by threshold, as many as their filters need. */
function watchesOf(props: AlarmsProps, configured: readonly ConfiguredAlarm[]): Watch[] {
  const thresholds = [...new Set(configured.map(({ threshold }) => threshold))].sort((a, b) => a - b);
  return thresholds.flatMap((threshold): Watch[] => {
    const own = configured.filter((one) => one.threshold === threshold);
    const [first] = own;
    if (first?.subject === undefined) return [{ threshold, subjects: undefined }];
    const { alarm } = first;
    const names = own.flatMap(({ subject }) => (subject === undefined ? [] : [subject]));
    const fits = (subjects: Subjects) => seriesOf(props, alarm, subjects).filter.length <= MAX_FILTER_CHARACTERS;
    const others = Object.keys(props.models).filter((model) => !names.includes(model));
    const isUsual = alarm.per === "model" && !isRaisedBySilence(alarm) && names.length > others.length;
    if (isUsual && fits({ except: others })) return [{ threshold, subjects: { except: others } }];
    return pieces(names, (piece) => fits({ only: piece })).map((piece) => ({ threshold, subjects: { only: piece } }));
  });
}

/** Pieces that fit, halved by the names' hashes, so that one name more changes one piece. */
function pieces(names: readonly string[], fits: (names: readonly string[]) => boolean, bit = 0): (readonly string[])[] {
  if (fits(names)) return [names];
  const isFirst = (name: string) => ((createHash("sha256").update(name).digest()[bit >> 3] ?? 0) >> (bit & 7)) % 2 === 0;
  const halves = [names.filter(isFirst), names.filter((name) => !isFirst(name))];
  return halves.flatMap((half) => (half.length === 0 ? [] : pieces(half, fits, bit + 1)));
}

function isRaisedBySilence({ missing }: Alarm): boolean {
  return missing === "breaching";
}

function seriesOf({ deployment, resources }: AlarmsProps, alarm: Alarm, subjects: Subjects | undefined) {
  const groupBy = alarm.per === "deployment" ? [] : [alarm.per];
  const { only } = alarm;
  return timeSeries(deployment, resources, alarm, {
    groupBy,
    ...(subjects !== undefined && { subjects }),
    ...(only !== undefined && { only }),
  });
}

function conditionsOf(props: AlarmsProps, alarm: Alarm, { threshold, subjects }: Watch): MonitoringAlertPolicyConditions[] {
  const { periodSec, periods, datapoints, missing } = alarm;
  const { filter, ...series } = seriesOf(props, alarm, subjects);
  const aggregations = [{ alignmentPeriod: `${periodSec}s`, ...series }];
  const beyond: MonitoringAlertPolicyConditions = {
    displayName: alarm.summary,
    conditionThreshold: {
      filter,
      aggregations,
      comparison: COMPARISONS[alarm.comparison],
      thresholdValue: alarm.comparison === "at-least" ? threshold - HAIR : threshold,
      duration: `${(datapoints - 1) * periodSec}s`,
      // Only where there is a duration: https://cloud.google.com/monitoring/alerts/concepts-indepth#partial-metric-data
      ...(missing === "not-breaching" && datapoints > 1 ? { evaluationMissingData: "EVALUATION_MISSING_DATA_INACTIVE" } : {}),
      trigger: { count: 1 },
    },
  };
  if (!isRaisedBySilence(alarm)) return [beyond];
  const silent: MonitoringAlertPolicyConditions = {
    displayName: `${alarm.summary}: nothing is heard`,
    conditionAbsent: {
      filter,
      aggregations,
      duration: `${periods * periodSec}s`,
      trigger: { count: 1 },
    },
  };
  return [beyond, silent];
}

/** The query of Cloud Logging for the lines that name whom an alarm is about. */
function namingText(lines: NamingLines | undefined, deployment: GcpDeployment): string | undefined {
  if (lines === undefined) return undefined;
  const { event, only, by } = lines;
  const fields = Object.entries({ event, ...only }).map(([field, value]) => `jsonPayload.${field}="${value}"`);
  const services = `resource.labels.service_name=~"^${physicalName(deployment, "")}"`;
  return `Which ${by}: jsonPayload.${by} of the entries of ${['resource.type="cloud_run_revision"', services, ...fields].join(" ")}`;
}

/** Only an address can be a link. */
function linkTo(address: string): { links?: { displayName: string; url: string }[] } {
  return /^https?:/.test(address) ? { links: [{ displayName: "Runbook", url: literalText(address) }] } : {};
}
