import { App, TerraformStack, Testing } from "cdktf";
import * as z from "zod/mini";
import { physicalName as awsName, queueName } from "../../modules/aws/deployment";
import { Observability as AwsObservability } from "../../modules/aws/observability/observability";
import { physicalName as gcpName, ProjectApis } from "../../modules/gcp/deployment";
import { functionName } from "../../modules/gcp/functions/handler-function";
import { Observability as GcpObservability } from "../../modules/gcp/observability/observability";
import type { WatchedResources } from "../../modules/watched";
import type { ModelLimits } from "../../operations/alarm";
import type { CloudName } from "../clouds/local-cloud";
import { MODELS } from "../clouds/local-clouds";
import { LANDING } from "../world/simulated-cloud";
import { FUNCTION_ROLES, QUEUE_ROLES } from "./collect-metrics";
import type { LogMetricTypes } from "./monitoring-query";

/** A dashboard in its cloud's own JSON, in which references to other resources are names. */
export interface SynthesisedDashboard {
  readonly json: string;
  /** Of the log-based metrics that it is drawn from; none on AWS. */
  readonly logMetrics: LogMetricTypes;
}

/** Both clouds' dashboards, as Terraform would be given them, of a deployment of the replay's own models: see `watchedLocal`. */
export function synthesiseDashboards({ aws, gcp }: WatchedLocal): Readonly<Record<CloudName, SynthesisedDashboard>> {
  return { aws: synthesiseAws(aws), gcp: synthesiseGcp(gcp) };
}

function synthesiseAws(resources: WatchedResources): SynthesisedDashboard {
  const stack = new TerraformStack(new App(), "aws-dashboard");
  new AwsObservability(stack, "observability", {
    ...COMMON,
    deployment: { ...LOCAL, region: LANDING.region, accountId: LANDING.account, partition: "aws", projectDir: "." },
    models: limitsOf("aws"),
    resources,
    topics: [],
  });
  const blocks = blocksOf(stack);
  return { json: dashboardJson(blocks, "aws_cloudwatch_dashboard", "dashboard_body"), logMetrics: new Map() };
}

function synthesiseGcp(resources: WatchedResources): SynthesisedDashboard {
  const stack = new TerraformStack(new App(), "gcp-dashboard");
  const { project, location } = LANDING;
  const apis = new ProjectApis(stack, "apis", { project });
  new GcpObservability(stack, "observability", {
    ...COMMON,
    deployment: { ...LOCAL, project, projectNumber: "1", region: location, schedulerRegion: location, apis, projectDir: "." },
    models: limitsOf("gcp"),
    resources,
    channels: [],
    after: [],
  });
  const blocks = blocksOf(stack);
  const metrics = Object.values(blocks.google_logging_metric ?? {}).map((block) => logMetricSchema.parse(block));
  const logMetrics = new Map(metrics.map(({ name, metric_descriptor }) => [name, metric_descriptor.value_type]));
  return { json: dashboardJson(blocks, "google_monitoring_dashboard", "dashboard_json"), logMetrics };
}

/** The environment that the replay would be deployed as. */
export const LOCAL = { environment: "local" } as const;

const DEPLOYMENT = { ...LOCAL, region: "", accountId: "", partition: "", projectDir: "" };

/** What the queues and functions of a replay would be called on each cloud, by role. */
export type WatchedLocal = Readonly<Record<CloudName, WatchedResources>>;

/** @param hasPromoter whether models are promoted */
export function watchedLocal(hasPromoter: boolean): WatchedLocal {
  const functions = hasPromoter ? [...FUNCTION_ROLES, "promoter"] : FUNCTION_ROLES;
  return {
    aws: {
      queue: named(QUEUE_ROLES, (role) => queueName(DEPLOYMENT, role, role === "requests")),
      "dead-letter-queue": named(QUEUE_ROLES, (role) => queueName(DEPLOYMENT, `${role}-dlq`, role === "requests")),
      function: named(functions, (role) => awsName(DEPLOYMENT, role)),
    },
    gcp: {
      queue: named(QUEUE_ROLES, (role) => gcpName(LOCAL, role, 255)),
      "dead-letter-queue": named(QUEUE_ROLES, (role) => gcpName(LOCAL, `${role}-dlq`, 255)),
      function: named(functions, (role) => functionName(LOCAL, role)),
    },
  };
}

function named(roles: readonly string[], nameOf: (role: string) => string): Record<string, string> {
  return Object.fromEntries(roles.map((role) => [role, nameOf(role)]));
}

const DAY_SEC = 86_400;

const LIMITS: ModelLimits = {
  noDataSec: DAY_SEC,
  unreadShare: 0.01,
  suspectedSec: 7 * DAY_SEC,
  runOverUsual: 3,
  storm: 100,
  approvalLeftSec: 1_800,
  hasDailyBudget: true,
  hasMonthlyBudget: true,
  hasSchedule: true,
};

const COMMON = {
  limits: { queueAgeSec: 1_800 },
  runbooks: "docs/runbooks",
  hasAlarms: true,
  hasDashboard: true,
  emails: [],
};

function limitsOf(cloud: "aws" | "gcp"): Record<string, ModelLimits> {
  return Object.fromEntries(MODELS[cloud].map(({ model }) => [model, LIMITS]));
}

const logMetricSchema = z.object({ name: z.string(), metric_descriptor: z.object({ value_type: z.string() }) });
const blocksSchema = z.record(z.string(), z.record(z.string(), z.record(z.string(), z.unknown())));
const stackSchema = z.object({ resource: blocksSchema });
type Blocks = z.infer<typeof blocksSchema>;

/** Blocks by type and logical id. */
function blocksOf(stack: TerraformStack): Blocks {
  return stackSchema.parse(JSON.parse(Testing.synth(stack))).resource;
}

/** The attribute of the one block of a type, as Terraform reads it. */
function dashboardJson(blocks: Blocks, type: string, attribute: string): string {
  const [block] = Object.values(blocks[type] ?? {});
  const text = block?.[attribute];
  if (typeof text !== "string") throw new Error(`no ${type} with ${attribute} in the synthesised stack`);
  return terraformText(text, blocks);
}

/** The names that people know a resource by; their references end in `.arn` or `.name`. */
const DISPLAY_NAMES = ["alarm_name", "display_name"] as const;

/** A text without Terraform's templates: references are the names of what they refer to, and `$${` is `${`. */
function terraformText(text: string, blocks: Blocks): string {
  return text.replace(/([$%])\1\{|\$\{(\w+)\.([\w-]+)\.(?:arn|name)\}/g, (whole, sign?: string, type?: string, id?: string) => {
    if (sign !== undefined) return `${sign}{`;
    const block = blocks[type ?? ""]?.[id ?? ""];
    const name = DISPLAY_NAMES.map((attribute) => block?.[attribute]).find((value) => typeof value === "string");
    return typeof name === "string" ? JSON.stringify(name).slice(1, -1) : whole;
  });
}
