import { metricLine } from "../../../../functions/aws/deployed/metrics.lazy";
import { ESSENTIAL_METRICS } from "../../../../functions/core/log/essential-metrics";
import { METRIC_NAMESPACE } from "../../../../functions/core/log/metric";
import { METRICS } from "../../../../functions/core/log/metric-list";
import { essentialMetricsOf, metricsOf } from "../../../../functions/core/log/metrics-of";
import { Observability, type ObservabilityProps } from "../../../../modules/aws/observability/observability";
import { CLOUDWATCH_METRICS } from "../../../../modules/aws/observability/time-series";
import type { ModelLimits } from "../../../../operations/alarm";
import { ALARMS } from "../../../../operations/alarm-list";
import { type Block, statementsOf, type Template } from "../../../stacks/template";
import { synthesize } from "../synthesize";

const LIMITS: ModelLimits = {
  noDataSec: 86_400,
  unreadShare: 0.01,
  monitorSilentSec: 172_800,
  suspectedSec: 604_800,
  runOverUsual: 3,
  storm: 100,
  approvalLeftSec: 1800,
  promotion: { candidateAgeSec: 345_600, hasRollout: true },
  hasDailyBudget: true,
  hasMonthlyBudget: true,
  hasSchedule: true,
};

describe("Observability", () => {
  const template = observe({ models: { flights: LIMITS, sales: LIMITS } });
  const alarms = template.all("aws_cloudwatch_metric_alarm");

  it("should make an alarm for each thing that it watches", () => {
    const perModel = ALARMS.filter(({ per }) => per === "model").length;
    const perFunction = ALARMS.filter(({ per }) => per === "function").length;

    expect(alarms).toHaveLength(2 * perModel + perFunction + 1 + 1 + 1);
    expect(new Set(alarms.map(({ alarm_name }) => alarm_name)).size).toBe(alarms.length);
  });

  it("should watch the metrics of a model by the dimensions that they are published with", () => {
    const entry = { level: "info", event: "model-state", model: "flights", dataSilenceSec: 1 } as const;
    const published = metricLine("dev")(entry, metricsOf(entry), 0);

    const { namespace, metric_name, dimensions, ...rest } = alarmNamed("no-data_flights");

    const [directive] = blocksOf(blockOf(blockOf(published)._aws).CloudWatchMetrics);
    expect(namespace).toBe(directive?.Namespace);
    expect(new Set([directive?.Dimensions].flat(2))).toEqual(new Set(Object.keys(blockOf(dimensions))));
    expect(metric_name).toBe("DataSilence");
    expect(dimensions).toEqual({ environment: "dev", model: "flights" });
    expect(rest).toMatchObject({
      statistic: "Maximum",
      period: 300,
      evaluation_periods: 6,
      datapoints_to_alarm: 1,
      comparison_operator: "GreaterThanThreshold",
      threshold: 86_400,
      treat_missing_data: "notBreaching",
    });
  });

  it("should let a model's health forget an alarm before the alarm is deleted, which CloudWatch refuses otherwise", () => {
    const named = template
      .all("aws_cloudwatch_composite_alarm")
      .flatMap(({ alarm_rule }) =>
        [...String(alarm_rule).matchAll(/ALARM\("([^"]+)"\)/g)].map(([, name]) => template.resolve(name)),
      );

    expect(named.length).toBeGreaterThan(20);
    expect(named.filter(({ lifecycle }) => blockOf(lifecycle).create_before_destroy !== true)).toEqual([]);
  });

  it("should take silence of the sweeper for the alarm that it is", () => {
    expect(alarmNamed("sweeper-silent")).toMatchObject({
      metric_name: "Sweeps",
      dimensions: { environment: "dev" },
      statistic: "Sum",
      comparison_operator: "LessThanThreshold",
      threshold: 1,
      treat_missing_data: "breaching",
    });
  });

  it("should add up the requests of every type for a storm", () => {
    const { metric_query, metric_name } = alarmNamed("storm_flights");

    const queries = blocksOf(metric_query);
    const [total, ...series] = queries;
    expect(metric_name).toBeUndefined();
    expect(total).toMatchObject({
      expression: "FILL(m0, 0) + FILL(m1, 0) + FILL(m2, 0) + FILL(m3, 0) + FILL(m4, 0) + FILL(m5, 0)",
      return_data: true,
    });
    expect(queries.filter(({ return_data }) => return_data === true)).toHaveLength(1);
    expect(series.map(({ metric }) => blockOf(metric).dimensions)).toEqual(
      ["data", "schedule", "drift", "event", "quality", "manual"].map((type) => ({ environment: "dev", model: "flights", type })),
    );
  });

  it("should watch queues and functions by their names", () => {
    expect(alarmNamed("dead-letters_data")).toMatchObject({
      namespace: "AWS/SQS",
      metric_name: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: "retrigger-dev-data-dlq" },
    });
    expect(alarmNamed("function-errors_sweeper")).toMatchObject({
      namespace: "AWS/Lambda",
      metric_name: "Errors",
      dimensions: { FunctionName: "retrigger-dev-sweeper" },
    });
    expect(alarmNamed("handler-errors_sweeper").dimensions).toEqual({ environment: "dev", function: "sweeper" });
  });

  it("should join the alarms of a model, and of no other, to its health, which tells nobody", () => {
    const { alarm_rule, alarm_actions } = template.one("aws_cloudwatch_composite_alarm", {
      alarm_name: "retrigger-dev-health_flights",
    });

    const references = [...String(alarm_rule).matchAll(/ALARM\("([^"]+)"\)/g)].map(([, reference]) => template.resolve(reference));
    const own = alarms.filter(({ alarm_name }) => String(alarm_name).endsWith("_flights"));
    expect(new Set(references)).toEqual(new Set(own));
    expect(alarm_actions).toBeUndefined();
  });

  it("should tell the own topic and those of others of every alarm and of its end", () => {
    const own = template.reference("aws_sns_topic", "arn");

    for (const { alarm_actions, ok_actions } of alarms) {
      expect(alarm_actions).toEqual([own, "arn:aws:sns:eu-central-1:111122223333:on-call"]);
      expect(ok_actions).toEqual(alarm_actions);
    }
  });

  it("should let CloudWatch, of this account alone, publish to the topic, and use its key", () => {
    const { policy } = template.one("aws_sns_topic_policy");
    const { policy: keyPolicy, enable_key_rotation, tags } = template.one("aws_kms_key");

    const allowed = statementsOf(policy).filter(({ Effect }) => Effect === "Allow");
    expect(allowed).toEqual([
      expect.objectContaining({
        Principal: { Service: "cloudwatch.amazonaws.com" },
        Action: "sns:Publish",
        Condition: {
          StringEquals: { "aws:SourceAccount": "111122223333" },
          ArnLike: { "aws:SourceArn": "arn:aws:cloudwatch:eu-central-1:111122223333:alarm:*" },
        },
      }),
    ]);
    expect(template.one("aws_sns_topic").kms_master_key_id).toBe(template.reference("aws_kms_key", "arn"));
    expect(enable_key_rotation).toBe(true);
    expect(tags).toEqual({ application: "retrigger", environment: "dev" });
    expect(statementsOf(keyPolicy).map(({ Principal, Action }) => [Principal, Action])).toEqual([
      [{ AWS: "arn:aws:iam::111122223333:root" }, "kms:*"],
      [{ Service: "cloudwatch.amazonaws.com" }, ["kms:Decrypt", "kms:GenerateDataKey*"]],
    ]);
    expect(template.one("aws_sns_topic_subscription")).toMatchObject({ protocol: "email", endpoint: "ops@example.com" });
  });

  it("should make neither topic nor key when nobody is named, and no actions", () => {
    const quiet = observe({ emails: [], topics: [] });

    expect(quiet.text).not.toMatch(/aws_sns_topic|aws_kms_key|alarm_actions|ok_actions/);
    expect(quiet.all("aws_cloudwatch_metric_alarm").length).toBeGreaterThan(10);
  });

  it("should make no alarms and no dashboard where they are switched off", () => {
    const off = observe({ hasAlarms: false, hasDashboard: false });

    expect(off.text).not.toMatch(/aws_cloudwatch|aws_sns|aws_kms/);
  });

  it("should tell a person what happened and where to read on, whatever the address holds", () => {
    const stack = observe({ runbooks: "https://acme.example/$" + "{x}/" });

    expect(stack.one("aws_cloudwatch_metric_alarm", { alarm_name: "retrigger-dev-no-data_flights" }).alarm_description).toBe(
      "warning: flights: no new data has landed for longer than usual. Runbook: https://acme.example/$$" + "{x}/no-data.md",
    );
  });

  it("should search on the dashboard for every metric with exactly the dimensions that it is published with", () => {
    const searches = expressionsOf(template);

    for (const expression of searches) {
      const [, schema = "", name = "", environment] =
        /^SEARCH\('\{([^}]+)\} MetricName="(\w+)" environment="([^"]+)"', '\w+', \d+\)$/.exec(expression) ?? [];
      const metric = METRICS.find((one) => one.name === name);
      expect(schema.split(",")).toEqual([METRIC_NAMESPACE, "environment", ...(metric?.dimensions ?? ["unknown"])]);
      expect(environment).toBe("dev");
    }
    expect(searches.length).toBeGreaterThan(25);
  });

  it("should show the newest decisions of every function that decides", () => {
    const { query } = blockOf(widgetsOf(template).find(({ type }) => type === "log")?.properties);

    expect(query).toBe(
      "SOURCE '/aws/lambda/retrigger-dev-coordinator' | SOURCE '/aws/lambda/retrigger-dev-sweeper' | fields @timestamp, model, requestId, outcome, reason | filter event = \"decided\" | sort @timestamp desc | limit 50",
    );
  });

  it("should show the clouds' own metrics of the watched resources, and the alarms, within the limits of a dashboard", () => {
    const widgets = widgetsOf(template);

    const rows = widgets.flatMap(({ properties }) => rowsOf(properties)).filter((row) => typeof row[0] === "string");
    const known = Object.values(CLOUDWATCH_METRICS).map(({ namespace, metricName }) => `${namespace} ${metricName}`);
    expect(new Set(rows.map(([namespace, name]) => `${namespace} ${name}`))).toEqual(new Set(known));
    const alarm = blockOf(widgets.find(({ type }) => type === "alarm")?.properties).alarms;
    expect([alarm].flat().length).toBe(3 + ALARMS.filter(({ per }) => per === "function").length + 2);
    expect(String(template.one("aws_cloudwatch_dashboard").dashboard_body).length).toBeLessThan(1_000_000);
    expect(template.danglingReferences()).toEqual([]);
  });

  it("should show candidates where the promoter is, and there alone", () => {
    const resources = { queue: {}, "dead-letter-queue": {}, function: { promoter: "retrigger-dev-promoter" } };

    const titles = (stack: Template) => widgetsOf(stack).map(({ properties }) => blockOf(properties).title);
    expect(titles(observe({ resources }))).toContain("Newest candidates");
    expect(titles(template).filter((title) => /candidate/i.test(String(title)))).toEqual([]);
  });

  it("should show rollouts where their function is, and there alone", () => {
    const functions = { promoter: "retrigger-dev-promoter", rollout: "retrigger-dev-rollout" };
    const titles = (names: Readonly<Record<string, string>>) =>
      widgetsOf(observe({ resources: { queue: {}, "dead-letter-queue": {}, function: names } })).map(({ properties }) =>
        String(blockOf(properties).title),
      );

    expect(titles(functions)).toContain("Newest steps of rollouts");
    expect(titles({ promoter: functions.promoter }).filter((title) => /rollout/i.test(title))).toEqual([]);
  });

  it("should watch of a metric's series those that the alarm names alone", () => {
    expect(alarmNamed("rolled-back_flights")).toMatchObject({
      metric_name: "RolloutsEnded",
      dimensions: { environment: "dev", model: "flights", outcome: "rolled-back" },
    });
  });

  it("should watch the essential by one alarm for all models, but for storms, each with the query that names the model", () => {
    const models = { flights: LIMITS, sales: { ...LIMITS, noDataSec: 7 } };
    const essential = observe({ watch: "essential", models });

    const perModel = ALARMS.filter(({ per }) => per === "model").length;
    // Of one queue and its dead letters, and of errors and throttles of one function.
    expect(essential.all("aws_cloudwatch_metric_alarm")).toHaveLength(perModel + 1 + 2 + 2 + 2);
    expect(essential.all("aws_cloudwatch_composite_alarm")).toEqual([]);
    expect(essential.text).not.toContain("metric_query");
    const noData = essential.one("aws_cloudwatch_metric_alarm", { alarm_name: "retrigger-dev-no-data" });
    expect(noData).toMatchObject({
      namespace: METRIC_NAMESPACE,
      metric_name: "LimitsPassed",
      dimensions: { environment: "dev", alarm: "no-data" },
      statistic: "Sum",
      threshold: 0,
      period: 300,
      evaluation_periods: 6,
      datapoints_to_alarm: 1,
      treat_missing_data: "notBreaching",
    });
    expect(noData.alarm_description).toBe(
      'warning: no new data has landed for longer than usual. Runbook: docs/runbooks/no-data.md Which model: in Logs Insights over /aws/lambda/retrigger-dev-*, filter event = "limit-passed" and alarm = "no-data" | stats count(*), latest(@timestamp) by model',
    );
    const shown = blockOf(widgetsOf(essential).find(({ type }) => type === "alarm")?.properties).alarms;
    expect([shown].flat()).toHaveLength(perModel + 1 + 2 + 2 + 2);
  });

  it("should watch the essential by the dimensions that its metrics are published with", () => {
    const essential = observe({ watch: "essential" });
    const entry = { level: "info", event: "limit-passed", model: "flights", alarm: "no-data" } as const;
    const published = metricLine("dev")(entry, essentialMetricsOf(entry), 0);

    const [directive] = blocksOf(blockOf(blockOf(published)._aws).CloudWatchMetrics);
    const { dimensions } = essential.one("aws_cloudwatch_metric_alarm", { alarm_name: "retrigger-dev-no-data" });
    expect(new Set([directive?.Dimensions].flat(2))).toEqual(new Set(Object.keys(blockOf(dimensions))));
    for (const expression of expressionsOf(essential)) {
      const [, schema = "", name] = /^SEARCH\('\{([^}]+)\} MetricName="(\w+)" environment="dev"'/.exec(expression) ?? [];
      const metric = ESSENTIAL_METRICS.find((one) => one.name === name);
      expect(schema.split(",")).toEqual([METRIC_NAMESPACE, "environment", ...(metric?.dimensions ?? ["unknown"])]);
    }
  });

  function alarmNamed(role: string): Block {
    return template.one("aws_cloudwatch_metric_alarm", { alarm_name: `retrigger-dev-${role}` });
  }
});

// Helpers

function observe(overrides: Partial<ObservabilityProps> = {}): Template {
  return synthesize((stack, deployment) => {
    new Observability(stack, "observability", {
      deployment,
      limits: { queueAgeSec: 1800 },
      models: { flights: LIMITS },
      resources: {
        queue: { data: "retrigger-dev-data" },
        "dead-letter-queue": { data: "retrigger-dev-data-dlq" },
        function: { sweeper: "retrigger-dev-sweeper" },
      },
      runbooks: "docs/runbooks",
      hasAlarms: true,
      hasDashboard: true,
      emails: ["ops@example.com", "ops@example.com"],
      topics: ["arn:aws:sns:eu-central-1:111122223333:on-call"],
      ...overrides,
    });
  });
}

function widgetsOf(template: Template): Block[] {
  return blocksOf(JSON.parse(String(template.one("aws_cloudwatch_dashboard").dashboard_body)).widgets);
}

function expressionsOf(template: Template): string[] {
  return widgetsOf(template)
    .flatMap(({ properties }) => rowsOf(properties))
    .flatMap(([first]) => (typeof first === "string" ? [] : [String(blockOf(first).expression)]));
}

function rowsOf(properties: unknown): unknown[][] {
  const { metrics = [] } = blockOf(properties);
  return [metrics].flat(1).map((row) => [row].flat());
}

function blocksOf(value: unknown): Block[] {
  return [value].flat().map(blockOf);
}

function blockOf(value: unknown): Block {
  if (typeof value !== "object" || value === null) throw new Error(`expected a block, got ${JSON.stringify(value)}`);
  return { ...value };
}
