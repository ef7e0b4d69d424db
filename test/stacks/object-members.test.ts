// Names that a person chooses may be those of members that every object of JavaScript has.
import { stringify } from "yaml";
import { configOf } from "./config-messages";
import { awsTemplate, configFile, gcpTemplate } from "./synthesize";

const BUCKET = "constructor";
const KEY = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

describe("a bucket and a model that are named as a member of every object is", () => {
  const data = { bucket: BUCKET };

  it("should be on AWS what any other is, with keys and tags of others beside", () => {
    const lake = { data: { bucket: "lake" }, tags: { team: "lake" } };
    const sections = { aws: { region: "eu-central-1", kms: { key: KEY }, buckets: { lake: { kmsKey: KEY } } } };
    const { models, ...top } = Object(configOf({ [BUCKET]: { data }, lake }, sections));
    models.lake.tags = lake.tags;

    const template = awsTemplate(configFile(stringify({ ...top, models })));

    expect(template.all("aws_s3_bucket")).toEqual([]);
    expect(template.text).toContain("arn:aws:s3:::constructor/");
    expect(template.text).not.toContain("[native code]");
  });

  it("should be on Google Cloud what any other is", () => {
    const pipeline = {
      name: undefined,
      template: "gs://acme-templates/one.json",
      outputDirectory: "gs://acme-runs/runs",
      serviceAccount: "training@acme-ml.iam.gserviceaccount.com",
    };
    const gcp = { project: "acme-ml", region: "europe-west4", buckets: { lake: { manageNotifications: false } } };
    const models = { [BUCKET]: { data, pipeline }, lake: { data: { bucket: "lake" }, pipeline } };

    const template = gcpTemplate(configFile(stringify(configOf(models, { aws: undefined, gcp }))));

    expect(template.all("google_storage_bucket").filter(({ name }) => name === BUCKET)).toEqual([]);
    expect(new Set(template.all("google_storage_notification").map(({ bucket }) => bucket))).toEqual(new Set([BUCKET]));
  });
});
