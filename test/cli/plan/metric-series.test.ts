import { join } from "node:path";
import { stringify } from "yaml";
import type { StackPlan } from "../../../cli/plan/estimate";
import { makePlan } from "../../../cli/plan/make-plan";
import { seriesIn, watchedSeries } from "../../../cli/plan/metric-series";
import { synthesise } from "../../../cli/plan/synthesise";
import type { DeploymentConfig } from "../../../config/config";
import { loadConfig } from "../../../config/load-config";
import { deploymentLimits } from "../../../config/sections/operations";
import { limitsByModel, modelSettings } from "../../../config/settings";
import { WATCH_LEVELS, type WatchLevel } from "../../../functions/core/log/essential-metrics";
import { rolesOf, watchedResources } from "../../../modules/watched";
import { temporaryFolder } from "../../modules/temporary-project";
import { type WatchSize, watchSize } from "../../operations/watch-size";

type Cloud = "aws" | "gcp";
type Extra = "nothing more" | "captures" | "promotion" | "rollouts";

const SHA256 = "4f1b0c7d8e9a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d5e6f708192a3b4";
const CASES = (["aws", "gcp"] as const).flatMap((cloud) =>
  WATCH_LEVELS.flatMap((watch) => [
    ...(["nothing more", "captures", "promotion", "rollouts"] as const).map((extra) => [cloud, watch, 1, extra] as const),
    [cloud, watch, 25, "nothing more"] as const,
    [cloud, watch, 25, "rollouts"] as const,
  ]),
);

describe("what plan counts", () => {
  it.each(CASES)("should be what the operations say: %s, %s, %d models with %s", (cloud, watch, count, extra) => {
    const { plan, size, ofAlarms, atRest } = counted(cloud, watch, count, extra);
    const alarmMetrics = quantityOf(plan, cloud === "aws" ? "alarms" : "conditions of alert policies");

    expect({ metricsAtRest: atRest, alarmMetrics }).toEqual({ metricsAtRest: size.metricsAtRest, alarmMetrics: size.alarmMetrics });
    if (cloud === "gcp") expect(ofAlarms).toBeGreaterThanOrEqual(size.alarmSeries);
    else {
      expect(quantityOf(plan, "custom metrics")).toBe(size.metricsAtRest);
      expect(quantityOf(plan, "composite alarms")).toBe(size.compositeAlarms);
      expect(quantityOf(plan, "dashboards")).toBe(size.dashboards);
    }
  });
});

// Helpers

interface Counted {
  readonly plan: StackPlan;
  readonly size: WatchSize;
  readonly atRest: number;
  readonly ofAlarms: number;
}

function counted(cloud: Cloud, watch: WatchLevel, count: number, extra: Extra): Counted {
  const folder = temporaryFolder({ "retrigger.yaml": fileOf(cloud, watch, count, extra) });
  const config = loadConfig(join(folder, "retrigger.yaml"));
  const [plan] = makePlan(config, folder).stacks;
  const [stack] = synthesise(config, folder);
  if (plan === undefined || stack === undefined) throw new Error("got no stack; expected one");
  const settings = settingsOf(config);
  const { ofModels, ofDeployment, ofAlarms } = watchedSeries(config, cloud, settings, stack.parts);
  const size = watchSize({
    cloud,
    watch,
    limits: deploymentLimits(config.operations),
    models: limitsByModel(Object.entries(config.models), settings),
    resources: rolesOf(watchedResources(stack.parts)),
    hasAlarms: true,
    hasDashboard: true,
  });
  return { plan, size, atRest: seriesIn(ofModels) + seriesIn(ofDeployment), ofAlarms };
}

function settingsOf({ environment, models, gcp }: DeploymentConfig) {
  const runs = gcp && { project: gcp.project, location: gcp.region, serviceAccount: "" };
  return Object.entries(models).map(([name, model]) => modelSettings(environment, name, model, runs));
}

function quantityOf({ atRest }: StackPlan, item: string): number {
  return atRest.find((one) => one.item === item)?.quantity ?? 0;
}

function fileOf(cloud: Cloud, watch: WatchLevel, count: number, extra: Extra): string {
  const names = Array.from({ length: count }, (_, index) => `m-${index}`);
  const head = cloud === "aws" ? { aws: { region: "us-east-1" } } : { gcp: { project: "acme-ml", region: "us-central1" } };
  const models = names.map((name, index) => [name, modelOf(cloud, name, index, extra)]);
  return stringify({ environment: "dev", operations: { watch }, ...head, models: Object.fromEntries(models) });
}

function modelOf(cloud: Cloud, name: string, index: number, extra: Extra): unknown {
  const scheme = cloud === "aws" ? "s3" : "gs";
  const folder = cloud === "aws" ? "AllTraffic/" : "{yyyy}/{mm}/{dd}/{hh}/";
  const endpoint =
    cloud === "aws" ? { endpoint: name, role: "arn:aws:iam::111122223333:role/serving" } : { endpoint: String(1_000 + index) };
  const promotion = {
    registry: cloud === "aws" ? name : String(1_000 + index),
    evaluations: `${scheme}://acme-ml/evaluations/${name}/`,
    goldenSet: { sha256: SHA256, rows: 5_000 },
    metrics: [{ name: "auc" }],
    ...(extra === "rollouts" && { rollout: endpoint }),
  };
  return {
    data: { bucket: "acme-data", prefixes: [`${name}/`] },
    pipeline: cloud === "aws" ? { name } : { template: `gs://acme-ml/${name}.json`, outputDirectory: `gs://acme-runs/${name}` },
    ...(extra === "captures" && { monitoring: { capture: { location: `${scheme}://acme-captures/${name}/${folder}` } } }),
    ...((extra === "promotion" || extra === "rollouts") && { promotion }),
  };
}
