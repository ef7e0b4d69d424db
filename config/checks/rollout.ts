// What the keys of `promotion.rollout` ask of each other, of the model's cloud and registry, and of other models.

import { isMapping } from "../../functions/core/json-path";
import { WINDOW_MS } from "../../functions/core/promotion/rollout/evidence/counted-window";
import { EVIDENCE_POLICY } from "../../functions/core/promotion/rollout/evidence/evidence-policy";
import { type Problem, quotedValue } from "../errors";
import { partitionOf } from "../sections/aws/aws";
import { durationMs, regionSchema } from "../sections/fields";
import { vertexModelName } from "../sections/promotion-registry";
import { type RolloutConfig, windowsOf } from "../sections/rollout";
import { vertexEndpointName } from "../sections/vertex-monitoring";
import { gcpOf, mapping, type ValidModel } from "./unchecked-config";

/** Windows of a stage at least: what settles, and what is evidence. */
const LEAST_STAGE_WINDOWS = EVIDENCE_POLICY.settlingWindows + EVIDENCE_POLICY.minWindows;

/**
 * Time that SageMaker gives a deployment of its own, in hours.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_BlueGreenUpdatePolicy.html
 */
const MOST_NATIVE_HOURS = 8;

/** Keys that say how evidence is counted, which SageMaker's own blue/green does not. */
const COUNTED_KEYS = ["stages", "shadow", "tolerance", "business"] as const;

/** The problems of a model's rollout, as far as the keys that a check needs are valid. */
export function rolloutProblems(config: unknown, model: ValidModel, models: readonly ValidModel[]): Problem[] {
  const { rollout } = mapping(mapping(mapping(mapping(config).models)[model.name]).promotion);
  if (!isMapping(rollout)) return [];
  const written = mapping(rollout);
  return [
    ...neededOnAwsProblems(model, written),
    ...roleProblems(config, model),
    ...metricProblems(model),
    ...endpointProblems(config, model, models),
    ...stageProblems(model),
    ...deadlineProblems(model),
    ...nativeProblems(model, written),
  ];
}

function rolloutPath({ name }: ValidModel, ...keys: (string | number)[]): Problem["path"] {
  return ["models", name, "promotion", "rollout", ...keys];
}

function neededOnAwsProblems(model: ValidModel, written: Readonly<Record<string, unknown>>): Problem[] {
  if (model.cloud !== "aws") return [];
  const needed: readonly (readonly [path: readonly string[], isMissing: boolean, what: string])[] = [
    [["role"], written.role === undefined, "the ARN of the IAM role that the candidate's containers run as"],
    [
      ["business", "namespace"],
      written.business !== undefined && mapping(written.business).namespace === undefined,
      "the namespace of the metric in CloudWatch, such as Acme/Shop",
    ],
  ];
  return needed
    .filter(([, isMissing]) => isMissing)
    .map(([path, , what]) => ({ path: rolloutPath(model, ...path), message: `missing; expected ${what}; add it` }));
}

/** An endpoint's role is of its own partition. */
function roleProblems(config: unknown, model: ValidModel): Problem[] {
  const { role } = model.rollout ?? {};
  const region = regionSchema.safeParse(mapping(mapping(config).aws).region).data;
  if (role === undefined || region === undefined || model.cloud !== "aws") return [];
  const [, own] = role.split(":");
  const partition = partitionOf(region);
  if (own === partition) return [];
  const message = `got a role of the partition ${quotedValue(own)}; expected one of ${quotedValue(partition)}, where ${region} is, such as arn:${partition}:iam::111122223333:role/serving; correct it`;
  return [{ path: rolloutPath(model, "role"), message }];
}

/** https://cloud.google.com/monitoring/api/v3/naming-conventions */
const METRIC_TYPE = /^[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:\/[\w.:%+~-]+)+$/;

function metricProblems(model: ValidModel): Problem[] {
  const metric = model.rollout?.business?.metric;
  if (metric === undefined || model.cloud !== "gcp" || METRIC_TYPE.test(metric)) return [];
  const message = `got ${quotedValue(metric)}; expected the type of a metric of Cloud Monitoring, <host>/<path>, such as custom.googleapis.com/revenue; correct it`;
  return [{ path: rolloutPath(model, "business", "metric"), message }];
}

/** Two rollouts would undo each other's traffic, and a model is deployed in its own project and region. */
function endpointProblems(config: unknown, model: ValidModel, models: readonly ValidModel[]): Problem[] {
  const endpoint = endpointOf(config, model);
  if (endpoint === undefined) return [];
  const path = rolloutPath(model, "endpoint");
  const written = quotedValue(model.rollout?.endpoint);
  const earlier = models.slice(0, models.indexOf(model));
  const other = earlier.find((candidate) => endpointOf(config, candidate) === endpoint);
  const shared: Problem[] =
    other === undefined
      ? []
      : [
          {
            path,
            message: `got ${written}, the endpoint of model ${other.name}, for model ${model.name}; expected one for each model, as two rollouts would undo each other's traffic; name another, or remove one rollout`,
          },
        ];
  const [, project, location] = /^projects\/([^/]+)\/locations\/([^/]+)\/endpoints\//.exec(endpoint) ?? [];
  const { project: ownProject } = gcpOf(config);
  if (project !== undefined && ownProject !== undefined && project !== ownProject) {
    const message = `got an endpoint of the project ${quotedValue(project)}; expected one of ${quotedValue(ownProject)}, as permissions are given there alone; name an endpoint of gcp.project`;
    return [...shared, { path, message }];
  }
  const region = registryRegion(config, model);
  if (location === undefined || region === undefined || location === region) return shared;
  const message = `got an endpoint in ${quotedValue(location)}; expected one in ${quotedValue(region)}, where the models of promotion.registry are, as Vertex AI deploys a model in its own region alone; name another`;
  return [...shared, { path, message }];
}

/** The endpoint of a model, the same text for the same one: SageMaker's ARNs have the name in lower case, too. */
function endpointOf(config: unknown, { cloud, rollout }: ValidModel): string | undefined {
  if (rollout?.endpoint === undefined || cloud === undefined) return undefined;
  if (cloud === "aws") return rollout.endpoint.toLowerCase();
  const { project, location } = gcpOf(config);
  if (project === undefined || location === undefined) return undefined;
  return vertexEndpointName(rollout.endpoint, { project, location });
}

function registryRegion(config: unknown, { promotion }: ValidModel): string | undefined {
  const { project, location } = gcpOf(config);
  if (promotion?.registry === undefined || project === undefined || location === undefined) return undefined;
  return /\/locations\/([^/]+)\//.exec(vertexModelName(promotion.registry, { project, location }))?.[1];
}

function stageProblems(model: ValidModel): Problem[] {
  const { stages = [] } = model.rollout ?? {};
  return stages.flatMap((percent, index) => {
    const before = stages[index - 1];
    if (before === undefined || percent > before) return [];
    const message = `got ${percent} after ${before}; expected stages that rise, such as 5, 25, 50; correct their order, or remove one`;
    return [{ path: rolloutPath(model, "stages", index), message }];
  });
}

/** A rollout whose stages and bake fill its deadline never ends but by giving up. */
function deadlineProblems(model: ValidModel): Problem[] {
  const { stages, shadow, bake, deadline, business, native } = model.rollout ?? {};
  if (stages === undefined || shadow === undefined || bake === undefined || deadline === undefined) return [];
  if (native !== undefined) return [];
  const comparing = stages.length * LEAST_STAGE_WINDOWS;
  const dwelling = business === undefined ? 0 : Math.max(0, windowsOf(business.dwell) - EVIDENCE_POLICY.minWindows);
  const shadowed = shadow === 0 ? 0 : windowsOf(shadow);
  const least = shadowed + comparing + dwelling + windowsOf(bake);
  if (windowsOf(deadline) > least) return [];
  const before = ["stages", ...(business === undefined ? [] : ["business.dwell"]), ...(shadow === 0 ? [] : ["shadow"])];
  const message = `got ${quotedValue(deadline)}; expected more than ${timeOf(least)}, which ${before.join(", ")} and bake take at least; lengthen it, or shorten them`;
  return [{ path: rolloutPath(model, "deadline"), message }];
}

/** `3h 45m`, of windows. */
function timeOf(windows: number): string {
  const minutes = (windows * WINDOW_MS) / 60_000;
  const parts = [`${Math.floor(minutes / 60)}h`, `${minutes % 60}m`].filter((part) => !part.startsWith("0"));
  return parts.join(" ");
}

function nativeProblems(model: ValidModel, written: Readonly<Record<string, unknown>>): Problem[] {
  const { native } = model.rollout ?? {};
  const beside: Problem[] =
    written.native === undefined
      ? []
      : COUNTED_KEYS.filter((key) => written[key] !== undefined).map((key) => ({
          path: rolloutPath(model, key),
          message: `got ${quotedValue(written[key])} beside native; expected one of them, as SageMaker's own blue/green counts no evidence; remove ${key}, or native`,
        }));
  if (native === undefined) return beside;
  const repeated = native.alarms.flatMap((alarm, index) =>
    native.alarms.indexOf(alarm) < index
      ? [
          {
            path: rolloutPath(model, "native", "alarms", index),
            message: `got ${quotedValue(alarm)} again; expected alarms that differ; remove one`,
          },
        ]
      : [],
  );
  return [...beside, ...repeated, ...nativeTimeProblems(model, native)];
}

/** It waits after each step, and before the old fleet is removed. */
function nativeTimeProblems(model: ValidModel, { linear, wait }: NonNullable<RolloutConfig["native"]>): Problem[] {
  if (linear === undefined) return [];
  const waits = Math.ceil(100 / linear) + 1;
  const hours = (waits * durationMs(wait)) / 3_600_000;
  if (hours <= MOST_NATIVE_HOURS) return [];
  const most = Math.floor((MOST_NATIVE_HOURS * 60) / waits);
  const message = `got ${quotedValue(wait)} ${waits} times, after each of ${waits - 1} steps and before the old fleet is removed, together ${hours.toFixed(1)} hours; expected at most ${MOST_NATIVE_HOURS} hours, after which SageMaker gives up; set it to at most ${most}m, or linear to more`;
  return [{ path: rolloutPath(model, "native", "wait"), message }];
}
