import type { DriftReport } from "../drift-report";
import { alarmReport, type MetricAlarm } from "./cloudwatch-alarm";
import type { SourceContext } from "./source-report";

/**
 * The report of an alarm's change: a drift when it is raised, calm when it is over, undefined when CloudWatch cannot tell.
 * @throws PoisonMessageError when the alarm is on another metric than a feature's drift
 */
export function alarmChange(alarm: MetricAlarm, context: SourceContext): DriftReport | undefined {
  if (alarm.state !== "OK") return alarmReport(alarm, context);
  const raised = alarmReport({ ...alarm, state: "ALARM" }, context);
  return raised && { ...raised, unlisted: "calm", features: [] };
}
