// Which cloud a model lives on, what that cloud needs, and what belongs to another one. Each section lists its own keys of one
// cloud.
import { isMapping } from "../../functions/core/json-path";
import { type Problem, quotedValue } from "../errors";
import { ALL_CLOUDS, CLOUDS, type Cloud, cloudOf, type OneCloudKey } from "../model-cloud";
import { DATA_CLOUD_KEYS } from "../sections/data";
import { regionSchema } from "../sections/fields";
import { MONITORING_CLOUD_KEYS } from "../sections/monitoring";
import { NEEDED_PIPELINE_KEYS, PARAMETER_NAME_MISTAKES, PIPELINE_CLOUD_KEYS } from "../sections/pipeline";
import { PROMOTION_CLOUD_KEYS } from "../sections/promotion";
import { mapping, type ValidModel } from "./unchecked-config";

/** Keys of models, and values of keys, that belong to one cloud. */
export const ONE_CLOUD_KEYS: readonly OneCloudKey[] = [
  ...DATA_CLOUD_KEYS,
  ...PIPELINE_CLOUD_KEYS,
  ...MONITORING_CLOUD_KEYS,
  ...PROMOTION_CLOUD_KEYS,
  tagKey("aws", "tags"),
  tagKey("gcp", "labels"),
];

function tagKey(cloud: Cloud, key: "tags" | "labels"): OneCloudKey {
  return {
    path: [key],
    cloudOf: () => cloud,
    message: (_value, { on, of }) =>
      `got ${key} of a model on ${CLOUDS[on].name}; expected them with pipeline.${CLOUDS[of].pipelineKey} alone, on ${CLOUDS[of].name}; write ${TAG_KEYS[on]} instead`,
  };
}

/** What the section of a model calls them. */
const TAG_KEYS: Readonly<Record<Cloud, string>> = { aws: "tags", gcp: "labels" };

type Fields = Readonly<Record<string, unknown>>;

/** The problems of an unchecked configuration that come from the clouds of its models. */
export function cloudProblems(config: unknown, models: readonly ValidModel[]): Problem[] {
  const sections = mapping(config);
  const configured = ALL_CLOUDS.filter((cloud) => sections[cloud] !== undefined);
  return [
    ...sectionProblems(configured, models),
    ...Object.entries(mapping(sections.models)).flatMap(([name, section]) => modelProblems(name, mapping(section), configured)),
    ...models.flatMap(parameterNameProblems),
    ...topicRegionProblems(mapping(sections.aws)),
  ];
}

function sectionProblems(configured: readonly Cloud[], models: readonly ValidModel[]): Problem[] {
  if (configured.length === 0) {
    const { aws, gcp } = CLOUDS;
    const message = `missing, as is gcp; expected at least one of them; add ${aws.section}, or ${gcp.section}`;
    return [{ path: ["aws"], message }];
  }
  // A pipeline that is not understood may be meant for any cloud.
  if (models.length === 0 || models.some(({ cloud }) => cloud === undefined)) return [];
  return configured
    .filter((section) => models.every(({ cloud }) => cloud !== section))
    .map((section) => {
      const { name, pipelineKey } = CLOUDS[section];
      const message = `no model lives on ${name}; expected one with pipeline.${pipelineKey}; add it, or remove the section`;
      return { path: [section], message };
    });
}

function modelProblems(name: string, model: Fields, configured: readonly Cloud[]): Problem[] {
  // The schema reports what is no mapping.
  if (!isMapping(model.pipeline)) return [];
  const path = ["models", name];
  const pipeline = mapping(model.pipeline);
  const { aws, gcp } = CLOUDS;
  if (pipeline.name === undefined && pipeline.template === undefined) {
    const message = `got neither name nor template; expected name, for ${aws.pipeline}, or template, for ${gcp.pipeline}`;
    return [{ path: [...path, "pipeline"], message }];
  }
  const cloud = cloudOf(pipeline);
  if (cloud === undefined) {
    const message = `got a template beside a name; expected one of them, as a model lives on one cloud; remove name for ${gcp.pipeline}, or template for ${aws.pipeline}`;
    return [{ path: [...path, "pipeline", "template"], message }];
  }
  return [
    ...otherCloudProblems(path, model, cloud),
    ...(configured.length === 0 || configured.includes(cloud) ? [] : [notConfigured(path, cloud)]),
    ...Object.entries(NEEDED_PIPELINE_KEYS[cloud])
      .filter(([key]) => pipeline[key] === undefined)
      .map(([key, what]) => ({ path: [...path, "pipeline", key], message: `missing; expected ${what}` })),
  ];
}

function otherCloudProblems(path: readonly string[], model: Fields, on: Cloud): Problem[] {
  return ONE_CLOUD_KEYS.flatMap((key) => {
    const value = key.path.reduce<unknown>((section, step) => mapping(section)[step], model);
    const of = value === undefined ? undefined : key.cloudOf(value);
    if (of === undefined || of === on) return [];
    return [{ path: [...path, ...key.path], message: key.message(value, { on, of }), isOfOtherCloud: true }];
  });
}

function notConfigured(path: readonly string[], cloud: Cloud): Problem {
  const { name, section, pipeline, pipelineKey } = CLOUDS[cloud];
  const message = `names ${pipeline}, but ${name} is not configured; expected the section ${cloud}; add ${section}, or name a pipeline of the other cloud`;
  return { path: [...path, "pipeline", pipelineKey], message };
}

function parameterNameProblems({ name, cloud, pipeline: { parameters = {} } }: ValidModel): Problem[] {
  if (cloud === undefined) return [];
  return Object.keys(parameters).flatMap((parameter) => {
    const message = PARAMETER_NAME_MISTAKES[cloud](parameter);
    return message === undefined ? [] : [{ path: ["models", name, "pipeline", "parameters", parameter], message }];
  });
}

/** An alarm of CloudWatch can only notify a topic in its own region. */
function topicRegionProblems({ region, operations }: Fields): Problem[] {
  const { topics } = mapping(operations);
  if (!regionSchema.safeParse(region).success || !Array.isArray(topics)) return [];
  return topics.flatMap((topic: unknown, index) => {
    const [, , , own] = typeof topic === "string" ? topic.split(":") : [];
    if (own === undefined || own === region) return [];
    const message = `got a topic of ${quotedValue(own)}; expected one of the region of the alarms, ${quotedValue(region)}; name another topic`;
    return [{ path: ["aws", "operations", "topics", index], message }];
  });
}
