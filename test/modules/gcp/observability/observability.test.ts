import { ESSENTIAL_METRICS } from "../../../../functions/core/log/essential-metrics";
import { METRICS } from "../../../../functions/core/log/metric-list";
import { PROMOTION_METRICS } from "../../../../functions/core/log/promotion-metrics";
import { ROLLOUT_METRICS } from "../../../../functions/core/log/rollout-metrics";
import { structuredLine } from "../../../../functions/gcp/deployed/console-log";
import { Observability, type ObservabilityProps } from "../../../../modules/gcp/observability/observability";
import { MONITORING_METRICS } from "../../../../modules/gcp/observability/time-series";
import type { ModelLimits } from "../../../../operations/alarm";
import { ALARMS } from "../../../../operations/alarm-list";
import type { Block, Template } from "../../../stacks/template";
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
  const template = observe({ models: { churn: LIMITS, clicks: LIMITS } });

  it("should take every metric of METRICS from the fields of its entry, in the logs of this environment's functions", () => {
    const metrics = template.all("google_logging_metric");

    expect(metrics.map(({ name }) => name)).toEqual(expect.arrayContaining(METRICS.map(({ name }) => `Retrigger/dev/${name}`)));
    expect(metrics).toHaveLength(METRICS.length);
    for (const { name, event, also, value, dimensions } of METRICS.map((metric) => ({ value: undefined, also: [], ...metric }))) {
      const metric = template.one("google_logging_metric", { name: `Retrigger/dev/${name}` });
      const { metric_kind, value_type, labels } = blockOf(metric.metric_descriptor);
      const events = also.length === 0 ? `"${event}"` : `(${[event, ...also].map((one) => `"${one}"`).join(" OR ")})`;
      expect(metric.filter).toBe(
        `resource.type="cloud_run_revision" AND resource.labels.service_name=("retrigger-dev-promoter" OR "retrigger-dev-rollout" OR "retrigger-dev-sweeper") AND jsonPayload.event=${events}`,
      );
      expect([metric_kind, value_type]).toEqual(["DELTA", value === undefined ? "INT64" : "DISTRIBUTION"]);
      expect(metric.value_extractor).toBe(value === undefined ? undefined : `EXTRACT(jsonPayload.${value})`);
      expect(metric.bucket_options === undefined).toBe(value === undefined);
      const keys = dimensions.length === 0 ? [] : blocksOf(labels).map(({ key }) => key);
      expect(keys).toEqual([...dimensions]);
      expect(metric.label_extractors ?? {}).toEqual(
        Object.fromEntries(dimensions.map((dimension) => [dimension, `EXTRACT(jsonPayload.${dimension})`])),
      );
    }
  });

  it("should look for fields by the names that the log has them by", () => {
    const line = {
      ...structuredLine({ level: "info", event: "drift-evaluated", model: "churn", severity: "low", severityRank: 1 }),
    };

    const { value_extractor, label_extractors } = template.one("google_logging_metric", { name: "Retrigger/dev/DriftSeverity" });

    expect(value_extractor).toBe("EXTRACT(jsonPayload.severityRank)");
    expect(Object.keys(line)).toEqual(expect.arrayContaining(["event", "severityRank", ...Object.keys(blockOf(label_extractors))]));
  });

  it("should make one policy for all models of an alarm, with an incident for each", () => {
    const [condition, ...others] = conditionsOf(template, "no-data");

    expect(others).toEqual([]);
    expect(blockOf(condition?.condition_threshold)).toEqual({
      filter: 'metric.type="logging.googleapis.com/user/Retrigger/dev/DataSilence" AND resource.type="cloud_run_revision"',
      aggregations: [
        {
          alignment_period: "300s",
          per_series_aligner: "ALIGN_DELTA",
          cross_series_reducer: "REDUCE_MEAN",
          group_by_fields: ["metric.label.model"],
        },
      ],
      comparison: "COMPARISON_GT",
      threshold_value: 86_400,
      duration: "0s",
      trigger: { count: 1 },
    });
    expect(template.all("google_monitoring_alert_policy")).toHaveLength(ALARMS.length);
  });

  it("should have another condition for a model with a threshold of its own, and except it from that of most models", () => {
    const { noDataSec: _never, ...silent } = LIMITS;
    const stack = observe({ models: { a: LIMITS, b: { ...LIMITS, storm: 7 }, c: LIMITS, d: silent } });

    const watched = ["storm", "no-data"].map((alarm) =>
      conditionsOf(stack, alarm).map(({ condition_threshold }) => {
        const { filter, threshold_value } = blockOf(condition_threshold);
        return [String(filter).split('"cloud_run_revision"').at(-1), threshold_value];
      }),
    );
    expect(watched).toEqual([
      [
        [' AND metric.label.model=one_of("b")', 7],
        [' AND metric.label.model!="b"', 100],
      ],
      [[' AND metric.label.model!="d"', 86_400]],
    ]);
    expect(stack.all("google_monitoring_alert_policy")).toHaveLength(ALARMS.length);
  });

  it("should name the models where silence is the alarm: one that was removed is no silent one", () => {
    for (const { condition_threshold, condition_absent } of conditionsOf(template, "monitor-silent")) {
      expect(blockOf(condition_threshold ?? condition_absent).filter).toContain('metric.label.model=one_of("churn", "clicks")');
    }
  });

  it("should watch every model once, by filters and policies of the size that Cloud Monitoring allows, and few of them", () => {
    const names = Array.from({ length: 300 }, (_, index) => `${"long-".repeat(7)}${index}`);
    const limitsOf = (index: number): ModelLimits => ({ ...LIMITS, storm: [100, 7, 9][index % 3] ?? 0, noDataSec: index + 60 });
    const stack = observe({ models: Object.fromEntries(names.map((name, index) => [name, limitsOf(index)])) });

    const policies = stack.all("google_monitoring_alert_policy").map(({ display_name, conditions }) => ({
      alarm: String(display_name).replace(/^retrigger-dev-|-\d+$/g, ""),
      filters: blocksOf(conditions).map(({ condition_threshold, condition_absent }) =>
        String(blockOf(condition_threshold ?? condition_absent).filter),
      ),
    }));
    for (const { filters } of policies) {
      expect(filters.length).toBeLessThanOrEqual(6);
      for (const filter of filters) expect(filter.length).toBeLessThanOrEqual(2048);
    }
    for (const alarm of ["storm", "no-data"]) {
      const filters = policies.flatMap((policy) => (policy.alarm === alarm ? policy.filters : []));
      expect(filters.flatMap((filter) => filter.match(/long-[^"]+/g) ?? []).sort()).toEqual([...names].sort());
    }
    expect(policies.filter(({ alarm }) => alarm === "storm").length).toBeLessThanOrEqual(5);
    expect(policies.filter(({ alarm }) => alarm === "start-refused")).toHaveLength(1);
  });

  it("should leave out what is empty, which may be answered as nothing and then differ in every plan", () => {
    const { dashboard_json } = template.one("google_monitoring_dashboard");

    expect(emptyIn(JSON.parse(String(dashboard_json)), "dashboard")).toEqual([]);
    const without = observe({ emails: [], channels: [] });
    for (const { conditions } of without.all("google_monitoring_alert_policy"))
      expect(emptyIn(conditions, "conditions")).toEqual([]);
  });

  it("should say what missing data means only where Cloud Monitoring takes it: with a duration", () => {
    const policies = template.all("google_monitoring_alert_policy").flatMap(({ conditions }) => blocksOf(conditions));

    for (const { condition_threshold } of policies.filter((condition) => condition.condition_threshold !== undefined)) {
      const { duration, evaluation_missing_data } = blockOf(condition_threshold);
      if (evaluation_missing_data !== undefined) expect(duration).not.toBe("0s");
    }
  });

  it("should sum the requests of every type for a storm", () => {
    const { aggregations } = blockOf(conditionsOf(template, "storm")[0]?.condition_threshold);

    expect(aggregations).toEqual([
      {
        alignment_period: "3600s",
        per_series_aligner: "ALIGN_DELTA",
        cross_series_reducer: "REDUCE_SUM",
        group_by_fields: ["metric.label.model"],
      },
    ]);
  });

  it.each([
    ["sweeper-silent", "900s"],
    ["monitor-silent", "82800s"],
  ])("should take absence for %s too, after %s", (alarm, duration) => {
    const [beyond, silent] = conditionsOf(template, alarm);

    expect(beyond?.condition_threshold).toBeDefined();
    expect(blockOf(silent?.condition_absent).duration).toBe(duration);
  });

  it("should reach a share exactly, though only above can be asked for", () => {
    const { threshold_value, comparison } = blockOf(conditionsOf(template, "budget-day-high")[0]?.condition_threshold);

    expect(comparison).toBe("COMPARISON_GT");
    expect(Number(threshold_value)).toBeLessThan(0.8);
    expect(Number(threshold_value)).toBeCloseTo(0.8, 6);
  });

  it("should watch subscriptions and functions by their names", () => {
    const filterOf = (alarm: string) => blockOf(conditionsOf(template, alarm)[0]?.condition_threshold).filter;

    expect(filterOf("dead-letters")).toBe(
      'metric.type="pubsub.googleapis.com/subscription/num_undelivered_messages" AND resource.type="pubsub_subscription" AND resource.label.subscription_id=one_of("retrigger-dev-data-dlq")',
    );
    expect(filterOf("function-errors")).toBe(
      'metric.type="run.googleapis.com/request_count" AND resource.type="cloud_run_revision" AND resource.label.service_name=one_of("retrigger-dev-promoter", "retrigger-dev-rollout", "retrigger-dev-sweeper") AND metric.label.response_code_class="5xx"',
    );
    expect(filterOf("handler-errors")).toContain('metric.label.function=one_of("promoter", "rollout", "sweeper")');
  });

  it("should tell the operators of an incident's start and end, with its severity and its runbook", () => {
    const stack = observe({ runbooks: "https://acme.example/runbooks/" });
    const { notification_channels, alert_strategy, severity, documentation } = policyOf(stack, "dead-letters");

    expect(notification_channels).toEqual([
      stack.reference("google_monitoring_notification_channel", "name"),
      "projects/acme-ml/notificationChannels/42",
    ]);
    expect(alert_strategy).toEqual({ auto_close: "1800s", notification_prompts: ["OPENED", "CLOSED"] });
    expect(severity).toBe("CRITICAL");
    expect(documentation).toMatchObject({
      content: expect.stringContaining("https://acme.example/runbooks/dead-letters.md"),
      links: [{ url: "https://acme.example/runbooks/dead-letters.md" }],
    });
    expect(blockOf(policyOf(template, "dead-letters").documentation).links).toBeUndefined();
  });

  it("should make policies after their metric, which is made before anything that takes long", () => {
    const metric = template.reference("google_logging_metric", "name", { name: "Retrigger/dev/DataSilence" });

    expect(policyOf(template, "no-data").depends_on).toContain(metric.replace(/^\$\{(.+)\.name\}$/, "$1"));
    for (const { depends_on } of template.all("google_logging_metric")) {
      expect(depends_on).toEqual([expect.stringMatching(/^google_project_service\./)]);
    }
  });

  it("should show on the dashboard only metrics that there are, by the labels that they have", () => {
    const queries = datasetsOf(template).map(({ timeSeriesQuery }) => blockOf(timeSeriesQuery));

    const known = Object.values(MONITORING_METRICS).map(({ type }) => type);
    for (const query of queries.filter(({ timeSeriesFilter }) => timeSeriesFilter !== undefined)) {
      const { filter, aggregation } = blockOf(query.timeSeriesFilter);
      const [, type = ""] = /^metric\.type="([^"]+)"/.exec(String(filter)) ?? [];
      const metric = METRICS.find(({ name }) => type === `logging.googleapis.com/user/Retrigger/dev/${name}`);
      if (metric === undefined) expect(known).toContain(type);
      else expect(blockOf(aggregation).groupByFields ?? []).toEqual(metric.dimensions.map((label) => `metric.label.${label}`));
    }
    const sums = queries.flatMap(({ prometheusQuery }) => (prometheusQuery === undefined ? [] : [prometheusQuery]));
    expect(sums).toContain(
      'sum by (model) (increase(logging_googleapis_com:user_Retrigger_dev_ActualCostUsd_sum{monitored_resource="cloud_run_revision"}[86400s]))',
    );
    expect(queries.length).toBeGreaterThan(25);
  });

  it("should show the newest decisions of every function that decides, the newest candidates and the newest steps of rollouts", () => {
    const panels = tilesOf(template)
      .map(({ widget }) => blockOf(widget).logsPanel)
      .filter((panel) => panel !== undefined);

    expect(panels).toEqual([
      {
        filter:
          'resource.type="cloud_run_revision" AND resource.labels.service_name=("retrigger-dev-coordinator" OR "retrigger-dev-sweeper") AND jsonPayload.event="decided"',
        resourceNames: ["projects/acme-ml"],
      },
      {
        filter:
          'resource.type="cloud_run_revision" AND resource.labels.service_name=("retrigger-dev-promoter") AND jsonPayload.event="candidate-ended"',
        resourceNames: ["projects/acme-ml"],
      },
      {
        filter:
          'resource.type="cloud_run_revision" AND resource.labels.service_name=("retrigger-dev-promoter") AND jsonPayload.event="rollout-step"',
        resourceNames: ["projects/acme-ml"],
      },
    ]);
  });

  it("should list the incidents of every policy, and name no metric's sum that has none", () => {
    const incidents = tilesOf(template).flatMap(({ widget }) =>
      [blockOf(blockOf(widget).incidentList ?? {}).policyNames ?? []].flat(),
    );

    expect(incidents).toHaveLength(template.all("google_monitoring_alert_policy").length);
    for (const reference of incidents) expect(template.resolve(reference)).toBeDefined();
    for (const { timeSeriesQuery } of datasetsOf(template)) {
      const { filter, aggregation } = blockOf(blockOf(timeSeriesQuery).timeSeriesFilter ?? { filter: "", aggregation: {} });
      const isDistribution = METRICS.some((metric) => "value" in metric && String(filter).includes(`/${metric.name}"`));
      if (isDistribution) expect(blockOf(aggregation).crossSeriesReducer).not.toBe("REDUCE_SUM");
    }
    expect(template.danglingReferences()).toEqual([]);
  });

  it("should have neither metrics nor widgets of promotion without the function that writes them", () => {
    const { promotion: _promotion, ...limits } = LIMITS;
    const resources = { queue: {}, "dead-letter-queue": {}, function: { sweeper: "retrigger-dev-sweeper" } };
    const without = observe({ models: { churn: limits }, resources });

    const ofPromotion: readonly { readonly name: string }[] = [...PROMOTION_METRICS, ...ROLLOUT_METRICS];
    const isOfPromotion = ({ name }: { readonly name: string }) => ofPromotion.some((metric) => metric.name === name);
    const metrics = without.all("google_logging_metric").map(({ name }) => String(name).replace("Retrigger/dev/", ""));
    expect(new Set(metrics)).toEqual(new Set(METRICS.filter((metric) => !isOfPromotion(metric)).map(({ name }) => name)));
    expect(without.text).not.toMatch(/[Cc]andidate|[Pp]romot|ModelsFrozen|[Rr]oll/);
    expect(without.danglingReferences()).toEqual([]);
  });

  it("should have neither metrics nor widgets of rollouts where models are only judged", () => {
    const limits = { ...LIMITS, promotion: { candidateAgeSec: 345_600, hasRollout: false } };
    const resources = { queue: {}, "dead-letter-queue": {}, function: { promoter: "retrigger-dev-promoter" } };
    const judged = observe({ models: { churn: limits }, resources });

    expect(judged.text).toContain("CandidatesEnded");
    expect(judged.text).not.toMatch(/[Rr]oll(?:out|ed)|SharesWrong/);
  });

  it("should watch of a metric's series those that the alarm names alone", () => {
    const [condition] = conditionsOf(template, "rolled-back");

    expect(blockOf(condition?.condition_threshold ?? {}).filter).toMatch(
      /Retrigger\/dev\/RolloutsEnded".* AND metric\.label\.outcome="rolled-back"$/,
    );
  });

  it("should show of a gauge the highest or lowest value of each period, and not its mean", () => {
    const queryOf = (name: string) =>
      datasetsOf(template)
        .map(({ timeSeriesQuery }) => String(blockOf(timeSeriesQuery).prometheusQuery))
        .find((query) => query.includes(`_${name}_sum`));

    const metric = (name: string, part: string) =>
      `increase(logging_googleapis_com:user_Retrigger_dev_${name}_${part}{monitored_resource="cloud_run_revision"}[2m])`;
    expect(queryOf("RunningRuns")).toBe(
      `max by (model) (max_over_time((${metric("RunningRuns", "sum")} / ${metric("RunningRuns", "count")})[300s:1m]))`,
    );
    expect(queryOf("ApprovalExpiresIn")).toMatch(/^min by \(model\) \(min_over_time\(/);
    expect(JSON.stringify(datasetsOf(template))).not.toContain("REDUCE_MEAN");
  });

  it("should watch the essential by metrics and policies that do not grow with the models, but for storms", () => {
    const models = { churn: LIMITS, clicks: { ...LIMITS, noDataSec: 7 } };
    const essential = observe({ watch: "essential", models });

    const metrics = essential.all("google_logging_metric");
    expect(new Set(metrics.map(({ name }) => name))).toEqual(new Set(ESSENTIAL_METRICS.map(({ name }) => `Retrigger/dev/${name}`)));
    expect(metrics.filter(({ label_extractors }) => Object.keys(label_extractors ?? {}).includes("model"))).toHaveLength(1);
    expect(essential.all("google_monitoring_alert_policy")).toHaveLength(ALARMS.length);
    const [condition, ...others] = conditionsOf(essential, "no-data");
    expect(others).toEqual([]);
    expect(blockOf(condition?.condition_threshold)).toEqual({
      filter:
        'metric.type="logging.googleapis.com/user/Retrigger/dev/LimitsPassed" AND resource.type="cloud_run_revision" AND metric.label.alarm="no-data"',
      aggregations: [{ alignment_period: "300s", per_series_aligner: "ALIGN_DELTA", cross_series_reducer: "REDUCE_SUM" }],
      comparison: "COMPARISON_GT",
      threshold_value: 0,
      duration: "0s",
      trigger: { count: 1 },
    });
    expect(blockOf(policyOf(essential, "no-data").documentation).content).toContain(
      'Which model: jsonPayload.model of the entries of resource.type="cloud_run_revision" resource.labels.service_name=~"^retrigger-dev-" jsonPayload.event="limit-passed" jsonPayload.alarm="no-data"',
    );
    expect(essential.danglingReferences()).toEqual([]);
  });

  it("should keep the addresses of policies from one level to the other", () => {
    const idsOf = (stack: Template) => Object.keys(stack.resources("google_monitoring_alert_policy"));

    expect(idsOf(observe({ watch: "essential" }))).toEqual(idsOf(observe({ watch: "full" })));
  });

  it("should make no policies, channels or dashboard where they are switched off, but the metrics", () => {
    const off = observe({ hasAlarms: false, hasDashboard: false });

    expect(off.text).not.toContain("google_monitoring");
    expect(off.all("google_logging_metric")).toHaveLength(METRICS.length);
  });
});

// Helpers

function observe(overrides: Partial<ObservabilityProps> = {}): Template {
  return synthesize((stack, deployment) => {
    new Observability(stack, "observability", {
      deployment,
      limits: { queueAgeSec: 1800 },
      models: { churn: LIMITS },
      resources: {
        queue: { data: "retrigger-dev-data" },
        "dead-letter-queue": { data: "retrigger-dev-data-dlq" },
        function: {
          promoter: "retrigger-dev-promoter",
          rollout: "retrigger-dev-rollout",
          sweeper: "retrigger-dev-sweeper",
        },
      },
      runbooks: "docs/runbooks",
      hasAlarms: true,
      hasDashboard: true,
      emails: ["ops@example.com"],
      channels: ["projects/acme-ml/notificationChannels/42"],
      after: [],
      ...overrides,
    });
  });
}

function policyOf(template: Template, alarm: string): Block {
  return template.one("google_monitoring_alert_policy", { display_name: `retrigger-dev-${alarm}` });
}

function conditionsOf(template: Template, alarm: string): Block[] {
  return blocksOf(policyOf(template, alarm).conditions);
}

function tilesOf(template: Template): Block[] {
  const { mosaicLayout } = JSON.parse(String(template.one("google_monitoring_dashboard").dashboard_json));
  return blocksOf(mosaicLayout.tiles);
}

function datasetsOf(template: Template): Block[] {
  return tilesOf(template).flatMap(({ widget }) => {
    const { xyChart } = blockOf(widget);
    return xyChart === undefined ? [] : blocksOf(blockOf(xyChart).dataSets);
  });
}

/** Where a value holds empty lists or objects. */
function emptyIn(value: unknown, path: string): string[] {
  if (typeof value !== "object" || value === null) return [];
  const members = Object.entries(value);
  return members.length === 0 ? [path] : members.flatMap(([name, member]) => emptyIn(member, `${path}.${name}`));
}

function blocksOf(value: unknown): Block[] {
  return [value].flat().map(blockOf);
}

function blockOf(value: unknown): Block {
  if (typeof value !== "object" || value === null) throw new Error(`expected a block, got ${JSON.stringify(value)}`);
  return { ...value };
}
