import type { DeploymentConfig } from "../../config/config";
import { type Cloud, modelsOn } from "../../config/model-cloud";
import { modelSettings } from "../../config/settings";
import type { ModelSettings } from "../../functions/core/model-settings";
import { AWS_PRICE_REGION } from "./aws-prices";
import { type CostItem, countResources, type StackPlan, sumUsd } from "./estimate";
import { awsAtRest, awsPerThousandObjects, awsPerTraining } from "./estimate-aws";
import { gcpAtRest, gcpPerThousandObjects, gcpPerTraining } from "./estimate-gcp";
import { GCP_PRICE_REGION } from "./gcp-prices";
import { watchedSeries } from "./metric-series";
import { blocksOf, type PlannedStack, synthesise } from "./synthesise";

/** What a configuration would deploy, and what that costs. */
export interface Plan {
  readonly environment: string;
  readonly stacks: readonly StackPlan[];
  /** At rest, of all stacks, USD a month. */
  readonly monthlyUsd: number;
  /** The dearest item at rest, of all stacks. */
  readonly largest?: LargestItem;
  /** The same with `operations.watch: essential`, where that is what would make the largest item less. */
  readonly withEssential?: EssentialCost;
  /** What a training of each model costs by its own configuration, USD. */
  readonly trainings: readonly { readonly model: string; readonly baseUsd: number }[];
}

/** An item at rest, and whose it is. */
type LargestItem = CostItem & { readonly cloud: Cloud };

/** What watching less would cost, USD a month. */
interface EssentialCost {
  /** Of the item that is the largest now. */
  readonly largestUsd: number;
  /** At rest, of all stacks. */
  readonly monthlyUsd: number;
}

/**
 * Plans a configuration: in process, without credentials, and without a file that stays.
 * @param configDir folder of the configuration: its files are relative to it
 * @throws ConfigError for what a cloud does not allow
 */
export function makePlan(config: DeploymentConfig, configDir: string): Plan {
  const stacks = planStacks(config, configDir);
  const items = itemsAtRest(stacks);
  const [largest] = [...items].sort((a, b) => b.usd - a.usd);
  const withEssential = largest && essentialCost(config, configDir, largest);
  return {
    environment: config.environment,
    stacks,
    monthlyUsd: sumUsd(items),
    ...(largest !== undefined && { largest }),
    ...(withEssential !== undefined && { withEssential }),
    trainings: Object.entries(config.models)
      .filter(([, { data }]) => data !== undefined)
      .map(([model, { policy }]) => ({ model, baseUsd: policy.cost.baseUsd })),
  };
}

function planStacks(config: DeploymentConfig, configDir: string): StackPlan[] {
  return synthesise(config, configDir).map((stack) => planStack(config, stack));
}

function itemsAtRest(stacks: readonly StackPlan[]): LargestItem[] {
  return stacks.flatMap(({ cloud, atRest }) => atRest.map((item) => ({ ...item, cloud })));
}

/** What the same configuration costs with essential watching; undefined where it has that, or where it would change nothing. */
function essentialCost(config: DeploymentConfig, configDir: string, largest: LargestItem): EssentialCost | undefined {
  const { operations } = config;
  if (operations.watch === "essential" || largest.dependsOnWatch !== true) return undefined;
  const items = itemsAtRest(planStacks({ ...config, operations: { ...operations, watch: "essential" } }, configDir));
  const same = items.filter(({ item, cloud }) => item === largest.item && cloud === largest.cloud);
  const cost = { largestUsd: sumUsd(same), monthlyUsd: sumUsd(items) };
  return cost.largestUsd < largest.usd ? cost : undefined;
}

function planStack(config: DeploymentConfig, stack: PlannedStack): StackPlan {
  const { cloud, resources, parts } = stack;
  const models = coordinatedModels(config, cloud);
  const series = watchedSeries(config, cloud, models, parts);
  const counted = { cloud, models: models.length, resources: countResources(stack), notCounted: notCounted(stack) };
  if (cloud === "aws") {
    return {
      ...counted,
      region: config.aws?.region ?? "",
      priceRegion: AWS_PRICE_REGION,
      atRest: awsAtRest(resources, models, series),
      perTraining: models.length === 0 ? [] : awsPerTraining(resources, series),
      perThousandObjects: models.length === 0 ? [] : awsPerThousandObjects(resources),
    };
  }
  return {
    ...counted,
    region: config.gcp?.region ?? "",
    priceRegion: GCP_PRICE_REGION,
    atRest: gcpAtRest(resources, models, series),
    perTraining: models.length === 0 ? [] : gcpPerTraining(resources, series),
    perThousandObjects: models.length === 0 ? [] : gcpPerThousandObjects(resources),
  };
}

/** The settings of the models that have data on a cloud; who runs their pipelines costs nothing, and is left out. */
function coordinatedModels({ environment, models, gcp }: DeploymentConfig, cloud: Cloud): ModelSettings[] {
  const runs = gcp && { project: gcp.project, location: gcp.region, serviceAccount: "" };
  return modelsOn(cloud, models)
    .filter(([, { data }]) => data !== undefined)
    .map(([name, model]) => modelSettings(environment, name, model, cloud === "gcp" ? runs : undefined));
}

function notCounted({ cloud, resources }: PlannedStack): string[] {
  const has = (type: string) => Object.keys(resources[type] ?? {}).length > 0;
  const text = cloud === "gcp" ? JSON.stringify(resources) : "";
  return [
    "free tiers and discounts, which reduce the bill",
    "taxes, and data transfer out of the region",
    "stored data: state, manifests, and what your buckets hold",
    ...(cloud === "gcp" && has("google_cloudfunctions2_function") ? ["builds and images of the functions"] : []),
    ...(text.includes("/cryptoKeys/") ? ["operations of your keys"] : []),
    ...(text.includes('"vpc_connector"') ? ["instances of the connector to your VPC"] : []),
    ...(text.includes('"worker_pool"') ? ["minutes of your build pool"] : []),
    ...(cloud === "aws" && has("aws_lambda_function") ? ["Lambda's own log lines, three for each invocation"] : []),
    "drift reports, windows of captured requests, candidates and rollouts, which depend on your data",
    ...(isInVpc(resources) ? ["endpoints and NAT gateways of your VPC"] : []),
    // https://aws.amazon.com/xray/pricing/
    ...(isTraced(resources)
      ? ["traces of X-Ray, about 5 USD a million: one a second of each function at most, and 5 % of the others"]
      : []),
    ...(has("aws_cloudwatch_event_bus") ? ["events of other accounts' buckets, which their owners pay for"] : []),
    ...(has("aws_s3_bucket_logging") ? ["stored access logs"] : []),
    ...(has("aws_sagemaker_monitoring_schedule") ? ["jobs of SageMaker's monitoring schedules, on instances of your choice"] : []),
    ...(has("aws_cloudwatch_dashboard") || has("google_monitoring_dashboard") ? ["queries that people run"] : []),
  ];
}

function isTraced(resources: PlannedStack["resources"]): boolean {
  return blocksOf(resources, "aws_lambda_function").some(({ tracing_config: tracing }) => tracing !== undefined);
}

function isInVpc(resources: PlannedStack["resources"]): boolean {
  return blocksOf(resources, "aws_lambda_function").some(({ vpc_config: vpc }) => vpc !== undefined);
}
