import { CloudwatchMetricAlarm } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import { DataAwsSagemakerPrebuiltEcrImage } from "@cdktf/provider-aws/lib/data-aws-sagemaker-prebuilt-ecr-image";
import { SagemakerDataQualityJobDefinition } from "@cdktf/provider-aws/lib/sagemaker-data-quality-job-definition";
import { SagemakerMonitoringSchedule } from "@cdktf/provider-aws/lib/sagemaker-monitoring-schedule";
import { Construct } from "constructs";
import { belongsTo } from "../model-owner";
import { type AwsDeployment, physicalName } from "./deployment";

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateMonitoringSchedule.html */
const LONGEST_SCHEDULE_NAME = 63;
const METRIC_PREFIX = "feature_baseline_drift_";

export interface ModelMonitorProps {
  readonly deployment: AwsDeployment;
  readonly model: string;
  /** Endpoint whose data is captured, inputs and outputs. */
  readonly endpoint: string;
  /** Role that the jobs run as. */
  readonly roleArn: string;
  /** `cron(0 * ? * * *)`, `cron(0 H ? * * *)`, `cron(0 H/N ? * * *)` or `NOW`. */
  readonly schedule: string;
  /** URIs of the baseline's files in S3. */
  readonly baseline: { readonly statistics: string; readonly constraints: string };
  /** Folder of S3 that the reports are written to. */
  readonly reports: string;
  readonly instanceType: string;
  readonly volumeGb: number;
  readonly maxRuntimeSec: number;
  /** By feature: the distance from the baseline above which its alarm is raised. */
  readonly alarms: Readonly<Record<string, number>>;
  readonly metrics: { readonly namespace: string; readonly endpointDimension: string; readonly scheduleDimension: string };
}

/** A data quality monitor of SageMaker on an endpoint, with an alarm for each watched feature. */
export class ModelMonitor extends Construct {
  readonly scheduleName: string;
  readonly alarmNames: readonly string[];

  constructor(scope: Construct, id: string, props: ModelMonitorProps) {
    super(scope, id);
    const { deployment, model } = props;
    belongsTo(this, model);
    this.scheduleName = physicalName(deployment, `monitor-${model}`, LONGEST_SCHEDULE_NAME);
    const definition = this.define(props);
    new SagemakerMonitoringSchedule(this, "schedule", {
      name: this.scheduleName,
      monitoringScheduleConfig: {
        monitoringJobDefinitionName: definition.name,
        monitoringType: "DataQuality",
        scheduleConfig: { scheduleExpression: props.schedule },
      },
    });
    this.alarmNames = Object.entries(props.alarms).map(([feature, threshold]) => this.alarm(props, feature, threshold));
  }

  private define(props: ModelMonitorProps): SagemakerDataQualityJobDefinition {
    const { baseline, instanceType, volumeGb } = props;
    const image = new DataAwsSagemakerPrebuiltEcrImage(this, "image", { repositoryName: "sagemaker-model-monitor-analyzer" });
    return new SagemakerDataQualityJobDefinition(this, "Resource", {
      // Without a name, Terraform makes one, so that a changed definition can stand beside the one that it replaces.
      lifecycle: { createBeforeDestroy: true },
      roleArn: props.roleArn,
      dataQualityAppSpecification: {
        imageUri: image.registryPath,
        // Without it a definition made by Terraform writes no metrics:
        // https://github.com/hashicorp/terraform-provider-aws/issues/36047
        environment: { publish_cloudwatch_metrics: "Enabled" },
      },
      dataQualityBaselineConfig: {
        statisticsResource: { s3Uri: baseline.statistics },
        constraintsResource: { s3Uri: baseline.constraints },
      },
      dataQualityJobInput: {
        endpointInput: { endpointName: props.endpoint, localPath: "/opt/ml/processing/input/endpoint" },
      },
      dataQualityJobOutputConfig: {
        monitoringOutputs: {
          s3Output: { s3Uri: props.reports, localPath: "/opt/ml/processing/output", s3UploadMode: "EndOfJob" },
        },
      },
      jobResources: { clusterConfig: { instanceCount: 1, instanceType, volumeSizeInGb: volumeGb } },
      stoppingCondition: { maxRuntimeInSeconds: props.maxRuntimeSec },
    });
  }

  /** Adds the alarm of a feature, whose name it returns. */
  private alarm({ deployment, model, endpoint, metrics }: ModelMonitorProps, feature: string, threshold: number): string {
    const alarmName = physicalName(deployment, `drift-${model}_${feature}`, 255);
    new CloudwatchMetricAlarm(this, `alarm-${feature}`, {
      alarmName,
      alarmDescription: `Drift of ${feature} at ${endpoint}, from which ${model} learns of it`,
      namespace: metrics.namespace,
      metricName: `${METRIC_PREFIX}${feature}`,
      dimensions: { [metrics.endpointDimension]: endpoint, [metrics.scheduleDimension]: this.scheduleName },
      statistic: "Maximum",
      period: 3600,
      evaluationPeriods: 1,
      comparisonOperator: "GreaterThanThreshold",
      threshold,
      // The metric has a value at each run alone: between two runs a raised alarm is neither over nor unknown.
      treatMissingData: "ignore",
    });
    return alarmName;
  }
}
