// How the alarms of ALARMS are raised where `operations.watch` is essential: by metrics whose number does not grow with the models.
import { SUMMED_METRICS, type SummedMetricName } from "../functions/core/log/essential-metrics";
import { eventsOf } from "../functions/core/log/metric";
import type { ModelLimit } from "../functions/core/model-settings";
import { type Alarm, BY_TURNS, COUNTED, type ConfiguredAlarm, type ModelLimits } from "./alarm";
import { ALARMS } from "./alarm-list";
import { metricNamed } from "./service-metric";

/**
 * `same`: as with `full`. `each`: one for each model still, by a metric with fewer dimensions. `together`: one for all models or
 * functions, by the sum of what is counted. `limits`: one for all models, by the count of the limits that functions find passed.
 */
export type EssentialForm = "same" | "each" | "together" | "limits";

/** How an alarm is raised where only the essential is watched. */
export function essentialForm({ metric, per, periodSec }: Alarm): EssentialForm {
  const named = metricNamed(metric);
  if (named.origin === "service" || per === "deployment") return "same";
  if (named.metric.kind === "gauge") return "limits";
  // A sum over an hour of all models would be a storm where each has a few.
  return periodSec > BY_TURNS.periodSec ? "each" : "together";
}

/** The essential alarms that take the place of these, of which there is one for each subject. */
export function essentialAlarms(full: readonly ConfiguredAlarm[]): ConfiguredAlarm[] {
  return [...new Set(full.map(({ alarm }) => alarm))].flatMap((alarm): ConfiguredAlarm[] => {
    const configured = full.filter((one) => one.alarm === alarm);
    const form = essentialForm(alarm);
    if (form === "same") return configured;
    const essential = essentialAlarm(alarm, form);
    return form === "each" ? configured.map((one) => ({ ...one, alarm: essential })) : [{ alarm: essential, threshold: 0 }];
  });
}

function essentialAlarm(alarm: Alarm, form: Exclude<EssentialForm, "same">): Alarm {
  if (form === "each") return { ...alarm, metric: "ModelRequests" };
  const { name, severity, summary } = alarm;
  const shared = { name, severity, summary, per: "deployment", threshold: () => 0 } as const;
  if (form === "together") {
    const { periodSec, periods, datapoints, missing, only } = alarm;
    const metric = summedName(`All${alarm.metric}`);
    return { ...COUNTED, ...shared, metric, periodSec, periods, datapoints, missing, ...(only && { only }) };
  }
  // One that silence raises is of a model that tells nothing; here others do, and what is told has passed the limit already.
  const { periodSec, periods, datapoints, missing } = alarm.missing === "breaching" ? BY_TURNS : alarm;
  return { ...COUNTED, ...shared, metric: "LimitsPassed", only: { alarm: name }, periodSec, periods, datapoints, missing };
}

function summedName(name: string): SummedMetricName {
  const found = SUMMED_METRICS.find((metric) => metric.name === name);
  if (found === undefined) throw new Error(`got the metric ${name}; expected one of SUMMED_METRICS; add it there`);
  return found.name;
}

/** The limits that functions compare a model's gauges with, so that an alarm can count those that are passed. */
export function passableLimits(limits: ModelLimits): ModelLimit[] {
  return (ALARMS as readonly Alarm[]).flatMap((alarm): ModelLimit[] => {
    if (alarm.per !== "model" || essentialForm(alarm) !== "limits") return [];
    const threshold = (alarm.limit ?? alarm.threshold)(limits);
    const { name, metric, comparison } = alarm;
    return threshold === undefined ? [] : [{ alarm: name, metric, comparison, threshold }];
  });
}

/** The lines of the log that name the models, or functions, which raised an alarm of all of them. */
export interface NamingLines {
  readonly event: string;
  /** Values of further fields. */
  readonly only: Readonly<Record<string, string>>;
  /** The field that names. */
  readonly by: "model" | "function";
}

/** Where the log names whom an alarm is about; undefined where the alarm does so itself. */
export function namingLines(alarm: Alarm): NamingLines | undefined {
  const named = metricNamed(alarm.metric);
  if (alarm.per !== "deployment" || named.origin === "service" || named.metric.name === "Sweeps") return undefined;
  const [event = ""] = eventsOf(named.metric);
  return { event, only: alarm.only ?? {}, by: named.metric.name === "AllHandlerErrors" ? "function" : "model" };
}
