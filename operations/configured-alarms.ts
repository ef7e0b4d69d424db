import type { WatchLevel } from "../functions/core/log/essential-metrics";
import type { Alarm, ConfiguredAlarm, DeploymentLimits, ModelLimits } from "./alarm";
import { ALARMS } from "./alarm-list";
import { essentialAlarms } from "./essential-alarms";
import type { MeasuredResource } from "./service-metric";

/** What alarms are made for. */
export interface Watched {
  /** @default full */
  readonly watch?: WatchLevel;
  readonly limits: DeploymentLimits;
  /** By model. */
  readonly models: Readonly<Record<string, ModelLimits>>;
  /** Names of the deployment's resources, by their kind. */
  readonly resources: Readonly<Record<MeasuredResource, readonly string[]>>;
}

/** The alarms of a deployment, in the order of ALARMS. */
export function configuredAlarms(watched: Watched): ConfiguredAlarm[] {
  const full = fullAlarms(watched);
  return watched.watch === "essential" ? essentialAlarms(full) : full;
}

function fullAlarms({ limits, models, resources }: Watched): ConfiguredAlarm[] {
  return ALARMS.flatMap((alarm: Alarm): ConfiguredAlarm[] => {
    if (alarm.per === "model") {
      return Object.entries(models).flatMap(([subject, model]) => {
        const threshold = alarm.threshold(model);
        return threshold === undefined ? [] : [{ alarm, subject, threshold }];
      });
    }
    const threshold = alarm.threshold(limits);
    if (alarm.per === "deployment") return [{ alarm, threshold }];
    return resources[alarm.per].map((subject) => ({ alarm, subject, threshold }));
  });
}

/** Where a runbook is, from `base`, the address of the folder of runbooks, with or without a slash at its end. */
export function runbookAddress(base: string, alarm: string): string {
  return `${base.replace(/\/+$/, "")}/${alarm}.md`;
}

/**
 * What a person is told with an alarm: whom it is about, what happened, and where to read on.
 * @param naming how to find out whom it is about, where the alarm cannot say it. @default - it says it
 */
export function alarmText(
  { alarm, subject }: Pick<ConfiguredAlarm, "alarm" | "subject">,
  runbooks: string,
  naming?: string,
): string {
  const about = subject === undefined ? "" : `${subject}: `;
  const how = naming === undefined ? "" : ` ${naming}`;
  return `${alarm.severity}: ${about}${alarm.summary}. Runbook: ${runbookAddress(runbooks, alarm.name)}${how}`;
}
