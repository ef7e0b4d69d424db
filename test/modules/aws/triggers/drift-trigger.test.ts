import type { ModelSettings } from "../../../../functions/core/model-settings";
import { ModelMonitor } from "../../../../modules/aws/model-monitor";
import { GuardedQueue } from "../../../../modules/aws/queues/guarded-queue";
import { DataTrigger } from "../../../../modules/aws/triggers/data-trigger";
import { DriftTrigger, type DriftTriggerProps } from "../../../../modules/aws/triggers/drift-trigger";
import { statementsOf, type Template } from "../../../stacks/template";
import { coordinatorResourcesOf, settingsOf, synthesize } from "../synthesize";

const MONITORED: ModelSettings = {
  ...settingsOf("flight-delay"),
  monitoring: { prefix: "drift/", sagemaker: { schedules: ["quality"] }, cloudwatch: { alarms: ["delay drifts"] } },
};
const TOPIC = "arn:aws:sns:eu-central-1:111122223333:alarms";

describe("DriftTrigger", () => {
  it("should hear of files alone where a model names no monitor, and of no data", () => {
    const template = synthesizeTrigger([settingsOf("one"), settingsOf("two"), settingsOf("three", { bucket: "acme-sales" })]);

    const patterns = patternsOf(template);
    expect(patterns.map(({ detail }) => detail)).toEqual([
      { bucket: { name: ["acme-flights"] }, object: { key: [{ prefix: "drift/" }] } },
      { bucket: { name: ["acme-sales"] }, object: { key: [{ prefix: "drift/" }] } },
    ]);
  });

  it("should leave the data rules as they are, which take no drift report", () => {
    const template = synthesize((stack, deployment) => {
      const coordination = coordinatorResourcesOf(stack, deployment, [MONITORED]);
      const requests = new GuardedQueue(stack, "requests", { deployment, role: "requests", consumerTimeoutSec: 60, fifo: true });
      new DataTrigger(stack, "data-trigger", { ...coordination, requests });
      new DriftTrigger(stack, "drift-trigger", { ...coordination, requests });
    });

    const data = template.all("aws_cloudwatch_event_rule").filter(({ name }) => String(name).startsWith("retrigger-dev-data-"));
    expect(data).toHaveLength(1);
    expect(JSON.parse(String(data[0]?.event_pattern)).detail.object.key).toEqual([{ prefix: "incoming/" }]);
  });

  it("should hear of ended jobs, and of the named alarms when they are raised or over", () => {
    const patterns = patternsOf(synthesizeTrigger([MONITORED]));
    const [jobs, alarms] = ["aws.sagemaker", "aws.cloudwatch"].map((source) =>
      patterns.find((pattern) => pattern.source.includes(source)),
    );

    expect(jobs).toEqual({
      source: ["aws.sagemaker"],
      "detail-type": ["SageMaker Processing Job State Change"],
      detail: { ProcessingJobStatus: ["Completed"] },
    });
    expect(alarms).toEqual({
      source: ["aws.cloudwatch"],
      "detail-type": ["CloudWatch Alarm State Change"],
      detail: { alarmName: ["delay drifts"], state: { value: ["ALARM", "OK"] } },
    });
  });

  it("should spread many alarms over rules whose patterns EventBridge takes, and lose none", () => {
    const alarms = Array.from({ length: 40 }, (_, index) => `${"x".repeat(200)}-${index}`);
    const template = synthesizeTrigger([{ ...MONITORED, monitoring: { prefix: "drift/", cloudwatch: { alarms } } }]);

    const texts = template.all("aws_cloudwatch_event_rule").map(({ event_pattern }) => String(event_pattern));
    expect(texts.every(({ length }) => length <= 2048)).toBe(true);
    expect(
      patternsOf(template)
        .flatMap(({ detail }) => detail.alarmName ?? [])
        .sort(),
    ).toEqual([...alarms].sort());
  });

  it("should let exactly its rules and topics send to the queue, and its rules to the queue of what could not be delivered", () => {
    const template = synthesizeTrigger([MONITORED], { alarmTopicArns: [TOPIC, TOPIC] });

    const rules = template.all("aws_cloudwatch_event_rule").map(({ name }) => String(name));
    const events = ["events.amazonaws.com", ["arn:aws:events:eu-central-1:111122223333:rule/retrigger-dev-drift-*"]];
    expect(rules).toHaveLength(3);
    for (const queue of ["retrigger-dev-drift", "retrigger-dev-drift-rules-dlq"]) {
      expect(template.rulesLetInto(queue)).toEqual([...rules].sort());
    }
    expect(sendersOf(template, "retrigger-dev-drift")).toEqual([events, ["sns.amazonaws.com", [TOPIC]]]);
    expect(sendersOf(template, "retrigger-dev-drift-rules-dlq")).toEqual([events]);
    for (const target of template.all("aws_cloudwatch_event_target")) {
      expect(template.resolve(target.arn)).toMatchObject({ name: "retrigger-dev-drift" });
      expect(target.dead_letter_config).toEqual({
        arn: template.reference("aws_sqs_queue", "arn", { name: "retrigger-dev-drift-rules-dlq" }),
      });
    }
    expect(template.one("aws_sns_topic_subscription")).toMatchObject({
      topic_arn: TOPIC,
      protocol: "sqs",
      raw_message_delivery: true,
    });
  });

  it("should let the function judge and ask, and read drift reports alone", () => {
    const template = synthesizeTrigger([settingsOf("one")]);

    const [, , , ...statements] = template.functionStatements("retrigger-dev-drift-evaluator");
    const partitions = statements.flatMap(
      ({ Condition }) => Condition?.["ForAllValues:StringLike"]?.["dynamodb:LeadingKeys"] ?? [],
    );
    expect(partitions).toEqual(["settings", "drift#*", "drifts#*", "request#*"]);
    expect(statements[2]).toMatchObject({ Action: ["dynamodb:Query"] });
    expect(statements.slice(3)).toEqual([
      {
        Effect: "Allow",
        Action: "sqs:SendMessage",
        Resource: template.reference("aws_sqs_queue", "arn", { name: "retrigger-dev-requests.fifo" }),
      },
      { Effect: "Allow", Action: "sns:Publish", Resource: template.reference("aws_sns_topic", "arn") },
      { Effect: "Allow", Action: ["s3:GetObject", "s3:GetObjectVersion"], Resource: ["arn:aws:s3:::acme-flights/drift/one/*"] },
      { Effect: "Allow", Action: "s3:ListBucket", Resource: ["arn:aws:s3:::acme-flights"] },
    ]);
  });

  it("should let it look at monitoring runs, and read their folders and baselines alone, where a model names schedules", () => {
    const monitorUris = ["s3://acme-monitoring/flights", "s3://acme-base/v1/statistics.json"];
    const template = synthesizeTrigger([MONITORED], { monitorUris });

    const statements = template.functionStatements("retrigger-dev-drift-evaluator").slice(-4);
    expect(statements).toEqual([
      {
        Effect: "Allow",
        Action: ["s3:GetObject", "s3:GetObjectVersion"],
        Resource: [
          "arn:aws:s3:::acme-flights/drift/flight-delay/*",
          "arn:aws:s3:::acme-monitoring/flights/*",
          "arn:aws:s3:::acme-base/v1/statistics.json",
        ],
      },
      {
        Effect: "Allow",
        Action: "s3:ListBucket",
        Resource: ["arn:aws:s3:::acme-flights", "arn:aws:s3:::acme-monitoring", "arn:aws:s3:::acme-base"],
      },
      {
        Effect: "Allow",
        Action: "sagemaker:DescribeProcessingJob",
        Resource: "arn:aws:sagemaker:eu-central-1:111122223333:processing-job/*",
      },
      { Effect: "Allow", Action: "sagemaker:ListMonitoringExecutions", Resource: "*" },
    ]);
  });
});

describe("ModelMonitor", () => {
  it("should write metrics, look by a documented schedule, and raise an alarm for each watched feature", () => {
    const template = synthesize((stack, deployment) => {
      const monitor = new ModelMonitor(stack, "monitor", {
        deployment,
        model: "flight-delay",
        endpoint: "flights",
        roleArn: "arn:aws:iam::111122223333:role/monitoring",
        schedule: "cron(0 * ? * * *)",
        baseline: { statistics: "s3://base/statistics.json", constraints: "s3://base/constraints.json" },
        reports: "s3://reports/flights",
        instanceType: "ml.m5.xlarge",
        volumeGb: 20,
        maxRuntimeSec: 3000,
        alarms: { delay: 0.2 },
        metrics: { namespace: "ns", endpointDimension: "Endpoint", scheduleDimension: "MonitoringSchedule" },
      });
      expect([monitor.scheduleName, monitor.alarmNames]).toEqual([
        "retrigger-dev-monitor-flight-delay",
        ["retrigger-dev-drift-flight-delay_delay"],
      ]);
    });

    const definition = template.one("aws_sagemaker_data_quality_job_definition");
    expect(definition).toMatchObject({
      data_quality_app_specification: {
        environment: { publish_cloudwatch_metrics: "Enabled" },
        image_uri: expect.stringMatching(/data\.aws_sagemaker_prebuilt_ecr_image\..*\.registry_path/),
      },
      lifecycle: { create_before_destroy: true },
    });
    expect(definition).not.toHaveProperty("name");
    expect(template.one("aws_sagemaker_monitoring_schedule").monitoring_schedule_config).toMatchObject({
      monitoring_type: "DataQuality",
      schedule_config: { schedule_expression: "cron(0 * ? * * *)" },
    });
    expect(template.one("aws_cloudwatch_metric_alarm")).toMatchObject({
      namespace: "ns",
      metric_name: "feature_baseline_drift_delay",
      dimensions: { Endpoint: "flights", MonitoringSchedule: "retrigger-dev-monitor-flight-delay" },
      threshold: 0.2,
      treat_missing_data: "ignore",
    });
    expect(template.danglingReferences()).toEqual([]);
  });
});

// Helpers

function synthesizeTrigger(
  models: readonly ModelSettings[],
  extra: Pick<DriftTriggerProps, "monitorUris" | "alarmTopicArns"> = {},
): Template {
  return synthesize((stack, deployment) => {
    const coordination = coordinatorResourcesOf(stack, deployment, models);
    const requests = new GuardedQueue(stack, "requests", { deployment, role: "requests", consumerTimeoutSec: 60, fifo: true });
    new DriftTrigger(stack, "drift-trigger", { ...coordination, requests, ...extra });
  });
}

interface Pattern {
  readonly source: string[];
  readonly detail: { readonly alarmName?: string[] };
}

function patternsOf(template: Template): Pattern[] {
  return template.all("aws_cloudwatch_event_rule").map(({ event_pattern }) => JSON.parse(String(event_pattern)));
}

function sendersOf(template: Template, name: string) {
  const queue_url = template.reference("aws_sqs_queue", "url", { name });
  return statementsOf(template.one("aws_sqs_queue_policy", { queue_url }).policy)
    .filter(({ Effect }) => Effect === "Allow")
    .map(({ Principal, Condition }) => [
      typeof Principal === "object" && "Service" in Principal ? Principal.Service : Principal,
      [Condition?.ArnLike?.["aws:SourceArn"] ?? []].flat().sort(),
    ]);
}
