// The section `promotion` of a model: how the models that its trainings make are judged, and by whom they are approved. A model
// without it is never judged. What several keys ask of each other is checked in checks/promotion.ts.
import * as z from "zod";
import { objectUri } from "../../functions/core/object-uri";
import { MAX_PREDICTION_ROWS } from "../../functions/core/promotion/evaluation/read-prediction-table";
import type { MetricPolicy, PromotionSettings } from "../../functions/core/promotion/promotion-settings";
import { quotedValue } from "../errors";
import { CLOUDS, cloudOfUri, type OneCloudKey } from "../model-cloud";
import { knownMetric } from "./evaluation-metrics";
import { address, BUCKET_PATTERN, boundedText, part, sha256Schema } from "./fields";
import type { VertexRuns } from "./pipeline";
import { REGISTRY_CLOUD_KEY, registrySchema, vertexModelName } from "./promotion-registry";
import { ROLLOUT_CLOUD_KEYS, type RolloutOwner, rolloutSchema, rolloutSettings } from "./rollout";
import { trainingMixPolicy, trainingMixSchema } from "./training-mix";

/** By how much a metric between 0 and 1 may be worse, where nothing is said. */
const DEFAULT_MARGIN = 0.01;

const folderSchema = address(
  new RegExp(`^${BUCKET_PATTERN}\\/[\\w.=@+-][\\w.=/@+-]{0,511}$`),
  "expected a folder below its bucket, such as s3://acme-ml/evaluations/churn/, at most 512 of A-Z, a-z, 0-9, ., _, =, @, +, - and /",
);

const evaluationSchema = address(
  new RegExp(`^${BUCKET_PATTERN}\\/[\\w.=@+-][\\w.=/@+-]{0,400}\\/[\\w.=@+-]{1,100}\\.json$`),
  "expected a file in a folder below its bucket, such as s3://acme-ml/evaluations/churn/baseline/evaluation.json",
);

/** A share from 0 to 1. */
function share(example: number) {
  const error = `expected a share of 0 to 1, such as ${example}`;
  return z.number({ error }).min(0, { error }).max(1, { error });
}

const metricSchema = part(
  {
    name: boundedText(64, true).describe("Name of the metric as evaluation.json has it, such as auc, f1 or rmse; 1 to 64 bytes"),
    direction: z
      .enum(["higher", "lower"], { error: "expected higher or lower, the better of two values" })
      .optional()
      .describe("Which of two values is better: higher or lower; known of usual metrics, such as auc or rmse; needed for others"),
    margin: z
      .number({ error: "expected a number, 0 or more, such as 0.005" })
      .min(0, { error: "expected a number, 0 or more, such as 0.005" })
      .optional()
      .describe(
        "How much worse than the champion and the baseline a candidate may be, in units of the metric, 0 or more; 0.01 by default for usual metrics between 0 and 1, needed for others",
      ),
    floor: z
      .number({ error: "expected a number, such as 0.8" })
      .optional()
      .describe(
        "Worst value that is allowed, whatever other models have: the least, or where lower is better the greatest; by default any",
      ),
  },
  "{name: auc, margin: 0.005}",
);

const guardrailKeys = {
  goldenSet: part(
    {
      sha256: sha256Schema.describe(
        "SHA-256 of the golden set's file, 64 hexadecimal digits; an evaluation on other data is refused",
      ),
      rows: z.int().min(1).max(MAX_PREDICTION_ROWS).describe("Number of its rows; 1 to 1,000,000"),
    },
    "{sha256: 9f86d081…, rows: 5000}",
  ).describe("Data that every candidate is evaluated on, which never changes and is never trained on"),
  metrics: z
    .array(metricSchema, { error: "expected a list of metrics, such as [{name: auc}]" })
    .min(1, { error: "expected at least one metric, such as {name: auc}" })
    .max(10, { error: "expected at most 10 metrics" })
    .describe("Metrics in which a candidate must not be worse, 1 to 10; the first is the main one, which gains are measured by"),
  confidence: z
    .number({ error: "expected a confidence above 0.5 and below 1, such as 0.95" })
    .gt(0.5, { error: "expected a confidence above 0.5 and below 1, such as 0.95" })
    .lt(1, { error: "expected a confidence above 0.5 and below 1, such as 0.95" })
    .default(0.95)
    .describe("One-sided confidence of every comparison; more than 0.5, less than 1"),
  schemaVersion: boundedText(64, true)
    .optional()
    .describe("Version of the inputs that a candidate must be made for; 1 to 64 bytes; by default any"),
  baseline: part(
    {
      evaluation: evaluationSchema.describe(
        "Its evaluation.json, s3://… or gs://…, .json; the folder of the file is read too, where it is not below evaluations",
      ),
      sha256: sha256Schema.describe("SHA-256 of that file, 64 hexadecimal digits; another file is refused"),
    },
    "{evaluation: s3://acme-ml/evaluations/churn/baseline/evaluation.json, sha256: 9f86d081…}",
  )
    .optional()
    .describe("Evaluation of a model that never moves, which candidates are compared with beside the champion; by default none"),
  slices: part(
    {
      columns: z
        .array(boundedText(256, true), { error: "expected a list of columns, such as [region]" })
        .max(20, { error: "expected at most 20 columns" })
        .default([])
        .describe("Columns of the predictions file by which rows are told apart, such as region; at most 20, each 1 to 256 bytes"),
      minRows: z.int().min(1).default(200).describe("Fewest rows of a slice that is compared; 1 or more"),
    },
    "{columns: [region], minRows: 200}",
  )
    .prefault({})
    .describe("Parts of the golden set in which a candidate must not be worse either"),
  predictionShift: share(0.1)
    .default(0.1)
    .describe(
      "Greatest Jensen-Shannon divergence (base 2) of the candidate's predictions from the champion's on the golden set; 0 to 1",
    ),
  systematicErrors: part(
    {
      minErrors: z.int().min(1).default(50).describe("Fewest errors of the candidate that are looked at; 1 or more"),
      maxExcess: share(0.2)
        .default(0.2)
        .describe("Greatest share of the errors that one kind of them may have more than with the champion; 0 to 1"),
    },
    "{minErrors: 50, maxExcess: 0.2}",
  )
    .prefault({})
    .describe("When errors of one kind are a refusal, as their number alone does not tell them"),
  training: part(
    {
      minRows: z.int().min(0).default(0).describe("Fewest rows that a candidate must be trained on; 0 or more"),
      minShareOfDataSet: share(0.5).default(0.5).describe("Smallest part of its data set that it must be trained on; 0 to 1"),
    },
    "{minRows: 10000, minShareOfDataSet: 0.5}",
  )
    .prefault({})
    .describe("What a candidate must be trained on: less is a trial, which is not promoted"),
  chain: part(
    {
      promotions: z.int().min(1).max(50).default(5).describe("Promotions in a row without a gain in the main metric; 1 to 50"),
    },
    "{promotions: 5}",
  )
    .prefault({})
    .describe("When automatic trainings of the model freeze, until a person thaws them"),
  notKnown: z
    .enum(["ask", "pass"], { error: "expected ask or pass" })
    .default("ask")
    .describe(
      "What becomes of a candidate of which something is not known, such as for want of rows: ask a person, or pass it where the estimate is not worse",
    ),
} as const;

const approvalSchema = part(
  {
    needed: z
      .enum(["never", "on-drift", "always"], { error: "expected never, on-drift or always" })
      .default("on-drift")
      .describe(
        "When a person must approve a candidate that passed: never, on-drift (its training was asked for by high or critical drift, or is not known), or always",
      ),
    approvers: z.int().min(1).max(2).default(1).describe("Number of different people who must approve; 1 or 2"),
    separate: z
      .boolean()
      .default(false)
      .describe(
        "Whether the function that judges candidates may reject, but not approve them: a second one, with a role of its own, then does that; AWS only",
      ),
  },
  "{needed: always, approvers: 2}",
);

/** How the candidates of a model are judged, and by whom they are approved. */
export const promotionSchema = part(
  {
    registry: registrySchema.describe(
      "Where trainings register candidates, of this model alone: the name of a model package group of SageMaker; or a Vertex AI model, its ID in quotes or projects/<project>/locations/<region>/models/<id>",
    ),
    evaluations: folderSchema.describe(
      "Folder below which trainings write evaluation.json and predictions, s3://bucket/folder/ or gs://bucket/folder/; nothing else is read; on Google Cloud pipeline.outputDirectory or a folder above it, as steps keep their artifacts below that, unless the code of the pipeline writes both files elsewhere",
    ),
    ...guardrailKeys,
    approval: approvalSchema.prefault({}).describe("When a person must approve a candidate, and who marks it in the registry"),
    mix: trainingMixSchema
      .optional()
      .describe("Hold-out from before the first automatic training that goes into every run; by default none"),
    rollout: rolloutSchema
      .optional()
      .describe("How the traffic of an endpoint goes over to a candidate that may serve; by default it is deployed by others"),
  },
  "{registry: churn-models, evaluations: s3://acme-ml/evaluations/churn/, goldenSet: {sha256: 9f86d081…, rows: 5000}, metrics: [{name: auc}]}",
);

export type PromotionConfig = z.output<typeof promotionSchema>;

function uriKey(...keys: string[]): OneCloudKey {
  return {
    path: ["promotion", ...keys],
    cloudOf: cloudOfUri,
    message: (uri, { on }) =>
      `got ${quotedValue(uri)} for a pipeline on ${CLOUDS[on].name}; expected ${CLOUDS[on].scheme}…; name a bucket of the model's cloud`,
  };
}

/** Keys, and values of keys, of `promotion` that belong to one cloud. */
export const PROMOTION_CLOUD_KEYS: readonly OneCloudKey[] = [
  REGISTRY_CLOUD_KEY,
  ...ROLLOUT_CLOUD_KEYS,
  uriKey("evaluations"),
  uriKey("baseline", "evaluation"),
  uriKey("mix", "baseline"),
  {
    path: ["promotion", "approval", "separate"],
    cloudOf: (separate) => (separate === true ? "aws" : undefined),
    message: (_separate, { on }) =>
      `got true for a pipeline on ${CLOUDS[on].name}, where the registry of Vertex AI has no permission that tells approving from rejecting; expected false; remove it, and let a person approve by approval.needed: always`,
  },
];

/**
 * What the functions must know of how candidates are judged, with every default filled in.
 * @param owner the model, whose rollout names what it makes by it
 * @param runs project and location of what is named by its ID alone on Vertex AI; needed on Google Cloud
 * @throws Error when the direction or margin of a metric, or the role of a rollout, is missing that a checked configuration has
 */
export function promotionSettings(
  section: PromotionConfig,
  owner: RolloutOwner,
  runs?: Pick<VertexRuns, "project" | "location">,
): PromotionSettings {
  const { registry, evaluations, metrics, schemaVersion, baseline, approval, mix, rollout } = section;
  const { goldenSet, confidence, slices, predictionShift, systematicErrors, training, chain, notKnown } = section;
  return {
    registry: runs === undefined ? registry : vertexModelName(registry, runs),
    evaluations: evaluationsFolder(evaluations),
    guardrails: {
      goldenSet,
      metrics: metrics.map(metricPolicy),
      confidence,
      ...(schemaVersion !== undefined && { schemaVersion }),
      ...(baseline !== undefined && { baseline: { uri: baseline.evaluation, sha256: baseline.sha256 } }),
      slices,
      predictionShift,
      systematicErrors,
      training,
      chain,
      notKnown,
    },
    approval: { needed: approval.needed, approvers: approval.approvers, isSeparate: approval.separate },
    ...(mix !== undefined && { mix: trainingMixPolicy(mix) }),
    ...(rollout !== undefined && { rollout: rolloutSettings(rollout, owner, runs) }),
  };
}

/** The bucket of a folder of evaluations, and its prefix, which ends with `/`. */
export function evaluationsFolder(uri: string): PromotionSettings["evaluations"] {
  const { bucket, key } = objectUri(uri);
  return { bucket, prefix: key.endsWith("/") ? key : `${key}/` };
}

function metricPolicy({ name, direction: given, margin: own, floor }: PromotionConfig["metrics"][number]): MetricPolicy {
  const direction = given ?? knownMetric(name)?.direction;
  const margin = own ?? defaultMargin(name);
  if (direction === undefined || margin === undefined) {
    throw new Error(`the metric ${name} has no direction or margin; expected a configuration that loadConfig checked`);
  }
  return { name, direction, margin, ...(floor !== undefined && { floor }) };
}

/** By how much a metric may be worse where nothing is said; undefined where that must be said. */
export function defaultMargin(name: string): number | undefined {
  const known = knownMetric(name);
  return known?.least === 0 && known.most === 1 ? DEFAULT_MARGIN : undefined;
}
