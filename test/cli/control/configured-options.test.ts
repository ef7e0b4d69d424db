import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { configuredOptions, nearbyOptions } from "../../../cli/control/configured-options";

const AWS = `environment: prod
aws: { region: eu-west-1 }
models:
  flights: { data: { bucket: acme-flights, prefixes: [in/] }, pipeline: { name: training } }
`;

const GCP = `environment: prod
gcp: { project: acme-ml, region: europe-west4, firestore: { database: ours-of-old } }
models:
  flights:
    data: { bucket: acme-flights, prefixes: [in/] }
    pipeline: { template: gs://acme-flights/training.json, outputDirectory: gs://acme-flights/runs }
`;

describe("configuredOptions", () => {
  it("should take environment and region, or project and database, of the configuration", () => {
    expect(configuredOptions({}, fileOf(AWS), "aws", undefined)).toEqual({
      environment: "prod",
      namePrefix: "retrigger",
      region: "eu-west-1",
    });
    expect(configuredOptions({}, fileOf(GCP), "gcp", undefined)).toMatchObject({
      environment: "prod",
      project: "acme-ml",
      state: "projects/acme-ml/databases/ours-of-old",
    });
  });

  it("should let what is typed come first", () => {
    const typed = { project: "other", state: "projects/other/databases/d" };

    expect(configuredOptions(typed, fileOf(GCP), "gcp", undefined)).toMatchObject(typed);
  });

  it("should refuse a configuration of the other cloud, of another environment, and a broken one", () => {
    expect(() => configuredOptions({}, fileOf(AWS), "gcp", undefined)).toThrow(
      "has no section gcp; expected one, or another --stack",
    );
    expect(() => configuredOptions({}, fileOf(AWS), "aws", "dev")).toThrow('--environment or RETRIGGER_ENVIRONMENT asks for "dev"');
    expect(() => configuredOptions({}, fileOf("models: 1"), "aws", undefined)).toThrow(/models/);
  });
});

describe("nearbyOptions", () => {
  const near = (text: string, stack: "aws" | "gcp", variables = {}, options = { environment: "prod" }) =>
    nearbyOptions(options, stack, dirname(fileOf(text)), variables);

  it("should take region, project and database of the configuration in the folder, of the environment that is asked for", () => {
    expect(near(AWS, "aws")).toEqual({ environment: "prod", namePrefix: "retrigger", region: "eu-west-1" });
    expect(near(GCP, "gcp")).toMatchObject({ project: "acme-ml", state: "projects/acme-ml/databases/ours-of-old" });
    const RETRIGGER_CONFIG = fileOf(AWS);
    expect(nearbyOptions({ environment: "prod" }, "aws", tmpdir(), { RETRIGGER_CONFIG })).toMatchObject({ region: "eu-west-1" });
    expect(nearbyOptions({}, "aws", dirname(RETRIGGER_CONFIG), { RETRIGGER_ENVIRONMENT: "prod" })).toMatchObject({
      region: "eu-west-1",
    });
  });

  it("should leave it to what says where, and to whoever names no environment", () => {
    const said = { environment: "prod", namePrefix: "retrigger" };
    expect(near(AWS, "aws", { AWS_REGION: "us-east-1" })).toEqual(said);
    expect(near(GCP, "gcp", { GOOGLE_CLOUD_PROJECT: "other" })).toEqual(said);
    expect(nearbyOptions({}, "aws", dirname(fileOf(AWS)), {})).toEqual({});
    expect(nearbyOptions({ environment: "prod" }, "aws", join(tmpdir(), "nowhere"), {})).toEqual({ environment: "prod" });
  });

  it("should break nothing where the file is broken, of another cloud or of another environment, and keep why", () => {
    const untold = "retrigger.yaml does not tell it of prod: see retrigger validate";

    expect(near("models: [", "aws")).toEqual({ environment: "prod", untold });
    expect(near(GCP, "aws")).toEqual({ environment: "prod", untold });
    expect(near(AWS.replace("prod", "dev"), "aws")).toEqual({ environment: "prod", untold });
  });
});

// Helpers

function fileOf(text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), "retrigger-config-")), "retrigger.yaml");
  writeFileSync(file, text);
  return file;
}
