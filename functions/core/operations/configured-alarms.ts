import type { Alarm } from "./alarm";
import { ALARMS } from "./alarm-list";
import type { DeploymentLimits, ModelLimits } from "./limits";
import type { MeasuredResource } from "./service-metric";

/** What alarms are made for. */
export interface Watched {
  readonly limits: DeploymentLimits;
  /** By model. */
  readonly models: Readonly<Record<string, ModelLimits>>;
  /** Names of the deployment's resources, by their kind. */
  readonly resources: Readonly<Record<MeasuredResource, readonly string[]>>;
}

/** An alarm for one thing that it watches. */
export interface ConfiguredAlarm {
  readonly alarm: Alarm;
  /** Name of the model, queue or function; absent for the deployment. */
  readonly subject?: string;
  readonly threshold: number;
}

/** The alarms of a deployment, in the order of ALARMS. */
export function configuredAlarms({ limits, models, resources }: Watched): ConfiguredAlarm[] {
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
