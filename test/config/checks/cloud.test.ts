import * as z from "zod";
import { modelSchema } from "../../../config/config";
import { DATA_CLOUD_KEYS } from "../../../config/sections/data";
import { MONITORING_CLOUD_KEYS } from "../../../config/sections/monitoring";
import { PIPELINE_CLOUD_KEYS } from "../../../config/sections/pipeline";
import { valueAt } from "../../../functions/core/json-path";
import { configOf, messageOf } from "../../stacks/config-messages";

const GCP = { project: "acme-ml", region: "europe-west4" };
const VERTEX = { name: undefined, template: "gs://acme-pipelines/p.yaml", outputDirectory: "gs://acme-training/runs" };

describe("the clouds of models", () => {
  it("should be one of them, or both", () => {
    expect(messageOf(configOf({ one: {} }))).toBe("no mistake");
    expect(messageOf(onGoogle({}))).toBe("no mistake");
    expect(messageOf(configOf({ one: {}, two: { data: { bucket: "other" }, pipeline: VERTEX } }, { gcp: GCP }))).toBe("no mistake");
  });

  it.each([
    [
      "no cloud at all",
      configOf({ one: {} }, { aws: undefined }),
      "aws: missing, as is gcp; expected at least one of them; add aws: {region}, or gcp: {project, region}",
    ],
    [
      "a cloud that no model lives on",
      configOf({ one: {} }, { gcp: GCP }),
      "gcp: no model lives on Google Cloud; expected one with pipeline.template; add it, or remove the section",
    ],
    [
      "a pipeline of a cloud that is not configured",
      configOf({ one: { pipeline: VERTEX }, two: {} }),
      "models.one.pipeline.template: names a pipeline of Vertex AI, but Google Cloud is not configured; expected the section gcp; add gcp: {project, region}, or name",
    ],
    [
      "a SageMaker pipeline without AWS",
      onGoogle({}, { two: { data: { bucket: "x-y" } } }),
      "models.two.pipeline.name: names a pipeline of SageMaker, but AWS is not configured; expected the section aws; add aws: {region}",
    ],
    [
      "a pipeline without a name",
      configOf({ one: { pipeline: { name: undefined } } }),
      "models.one.pipeline: got neither name nor template; expected name, for a pipeline of SageMaker, or template, for a pipeline of Vertex AI",
    ],
    [
      "a pipeline of both clouds",
      configOf({ one: { pipeline: { ...VERTEX, name: "training" } } }),
      "models.one.pipeline.template: got a template beside a name; expected one of them, as a model lives on one cloud; remove name",
    ],
    [
      "a role on Google Cloud",
      onGoogle({ roleArn: "arn:aws:iam::111122223333:role/x" }),
      'pipeline.roleArn: got "arn:aws:iam::111122223333:role/x" for a pipeline of Vertex AI; expected roleArn with pipeline.name alone, on AWS; remove it',
    ],
    [
      "caching on AWS",
      configOf({ one: { pipeline: { caching: true } } }),
      "pipeline.caching: got true for a pipeline of SageMaker; expected caching with pipeline.template alone, on Google Cloud; remove it",
    ],
    [
      "no place for artifacts",
      onGoogle({ outputDirectory: undefined }),
      "pipeline.outputDirectory: missing; expected a folder of the runs' artifacts, such as gs://acme/runs",
    ],
    [
      "artifacts where data is watched",
      onGoogle({ outputDirectory: "gs://acme/in/runs" }),
      'pipeline.outputDirectory: got "gs://acme/in/runs", in which model one watches for data, a loop; expected a folder outside',
    ],
    [
      "artifacts around what is watched",
      onGoogle({ outputDirectory: "gs://acme" }),
      'pipeline.outputDirectory: got "gs://acme", in which model one watches for data, a loop',
    ],
    [
      "a parameter that no Python function has",
      onGoogle({ parameters: { "a-b": "x" } }),
      'pipeline.parameters.a-b: got the name "a-b"; expected a parameter of a Vertex AI pipeline: A-Z, a-z, 0-9 and _',
    ],
    [
      "a bucket of both clouds",
      configOf({ one: {}, two: { pipeline: VERTEX } }, { gcp: GCP }),
      'models.two.data.bucket: got "acme", which model one watches on AWS; expected buckets of one cloud each',
    ],
    [
      "an S3 bucket with _",
      configOf({ one: { data: { bucket: "a_b" } } }),
      'data.bucket: got "a_b"; expected the name of an S3 bucket, which cannot contain _; correct it',
    ],
    [
      "a bucket in the wrong section",
      configOf({ one: {}, two: { data: { bucket: "other" }, pipeline: VERTEX } }, { gcp: { ...GCP, buckets: { acme: {} } } }),
      "gcp.buckets.acme: no model uses this bucket; expected one of other",
    ],
  ])("should be told of %s", (_case, config, expected) => {
    expect(messageOf(config)).toContain(expected);
  });

  it("should be told of all mistakes at once", () => {
    const message = messageOf(
      onGoogle({ outputDirectory: undefined, roleArn: "x", parameters: { "a-b": "x" }, serviceAccount: "me" }, { two: {} }),
    );

    expect(message.split("\n").map((line) => /models\.[\w.-]+/.exec(line)?.[0])).toEqual([
      undefined,
      "models.one.pipeline.outputDirectory",
      "models.one.pipeline.roleArn",
      "models.one.pipeline.parameters.a-b",
      "models.one.pipeline.serviceAccount",
      "models.two.data.bucket",
      "models.two.pipeline.name",
    ]);
  });
});

describe("the fields of Google Cloud", () => {
  it("should accept all that is allowed", () => {
    const gcp = {
      ...GCP,
      schedulerRegion: "us-central1",
      labels: { team: "ml_platform-1", größe: "" },
      buckets: { a_c: { create: true, manageNotifications: false } },
      firestore: { database: "(default)", location: "nam5" },
      notifications: { email: ["ml@acme.com"], slackWebhookSecret: "projects/acme-ml/secrets/slack_1" },
    };
    const pipeline = {
      name: undefined,
      template: "https://europe-west4-kfp.pkg.dev/acme-ml/pipes/churn/v1.0",
      outputDirectory: "gs://acme_runs/a/b/",
      serviceAccount: "training@acme-ml.iam.gserviceaccount.com",
      caching: true,
    };

    expect(messageOf(configOf({ one: { data: { bucket: "a_c" }, pipeline } }, { aws: undefined, gcp }))).toBe("no mistake");
  });

  it.each([
    ["a project's number", { project: "4711" }, 'gcp.project: got "4711"; expected the id of a Google Cloud project'],
    [
      "a zone",
      { region: "europe-west4-a" },
      'gcp.region: got "europe-west4-a"; did you mean europe-west4? expected a Google Cloud region, such as europe-west4',
    ],
    ["a region of AWS", { region: "eu-central-1" }, "gcp.region"],
    [
      "an uppercase label",
      { labels: { team: "ML" } },
      'gcp.labels.team: got "ML"; did you mean ml? expected at most 63 lowercase letters',
    ],
    [
      "a label's name",
      { labels: { Team: "ml" } },
      'gcp.labels.Team: got the name "Team"; did you mean team? expected a label name',
    ],
    [
      "a bucket's URI",
      { buckets: { "gs://acme": {} } },
      'got the name "gs://acme"; did you mean acme? expected the name of a Cloud Storage bucket alone',
    ],
    ["a database's name", { firestore: { database: "x" } }, 'gcp.firestore.database: got "x"; expected the name of a database'],
    [
      "a webhook instead of its secret",
      { notifications: { slackWebhookSecret: "https://hooks.slack.com/services/x" } },
      "expected the name of a secret in Secret Manager that holds the address of the webhook, such as slack-webhook, never the address itself",
    ],
    ["an unknown key", { lables: {} }, "gcp.lables: unknown key; did you mean labels? allowed here: project"],
  ])("should explain %s", (_case, gcp, expected) => {
    expect(messageOf(configOf({ one: { pipeline: VERTEX } }, { aws: undefined, gcp: { ...GCP, ...gcp } }))).toContain(expected);
  });

  it.each([
    ["a template that is not compiled", { template: "gs://acme/p.py" }, "expected a compiled pipeline, gs://bucket/pipeline.yaml"],
    ["a folder of S3", { outputDirectory: "s3://acme/x" }, "expected a folder of Cloud Storage, such as gs://acme/runs"],
    ["a person as runner", { serviceAccount: "me@acme.com" }, "expected the e-mail address of a service account"],
  ])("should explain %s", (_case, pipeline, expected) => {
    expect(messageOf(onGoogle(pipeline))).toContain(expected);
  });
});

describe("the lists of keys of one cloud", () => {
  it("should name keys that a model has", () => {
    const keys = [...DATA_CLOUD_KEYS, ...PIPELINE_CLOUD_KEYS, ...MONITORING_CLOUD_KEYS];
    const schema = z.toJSONSchema(modelSchema, { io: "input" });

    const unknown = keys.filter(({ path }) => valueAt(schema, `$.properties.${path.join(".properties.")}`) === undefined);

    expect(unknown).toEqual([]);
  });
});

// Helpers

/** A valid configuration of one model on Google Cloud, with this pipeline and these other models. */
function onGoogle(pipeline: object, others: Parameters<typeof configOf>[0] = {}): object {
  return configOf({ one: { pipeline: { ...VERTEX, ...pipeline } }, ...others }, { aws: undefined, gcp: GCP });
}
