import type { Construct } from "constructs";
import type { ModelConfig } from "../config/config";
import { type ModelMonitorConfig, modelMonitorSettings } from "../config/sections/monitoring";
import type { ModelSettings } from "../functions/core/model-settings";
import type { AwsDeployment } from "../modules/aws/deployment";
import { ModelMonitor } from "../modules/aws/model-monitor";

/** Creates the monitor that a model's configuration asks for; undefined where it asks for none. */
export function addModelMonitor(
  scope: Construct,
  deployment: AwsDeployment,
  model: string,
  config: ModelMonitorConfig | undefined,
): ModelMonitor | undefined {
  if (config === undefined) return undefined;
  return new ModelMonitor(scope, `model-monitor-${model}`, { ...modelMonitorSettings(config), deployment, model });
}

/** The settings of a model with the monitor that was created for it, if any. */
export function withMonitor(settings: ModelSettings, monitor: ModelMonitor | undefined): ModelSettings {
  if (monitor === undefined) return settings;
  const { sagemaker, cloudwatch } = settings.monitoring;
  return {
    ...settings,
    monitoring: {
      ...settings.monitoring,
      sagemaker: { schedules: [...(sagemaker?.schedules ?? []), monitor.scheduleName] },
      cloudwatch: { alarms: [...(cloudwatch?.alarms ?? []), ...monitor.alarmNames] },
    },
  };
}

/** What the drift evaluator reads and hears beside the models' drift folders. */
export function monitorAccess(models: readonly ModelConfig[]) {
  const monitorUris = models.flatMap(({ monitoring: { sagemaker } }) => {
    const created = sagemaker?.modelMonitor;
    const ofCreated = created === undefined ? [] : [created.reports, created.baseline.statistics, created.baseline.constraints];
    return [...(sagemaker?.folders ?? []), ...ofCreated];
  });
  return { monitorUris, alarmTopicArns: models.flatMap(({ monitoring: { cloudwatch } }) => cloudwatch?.topics ?? []) };
}
