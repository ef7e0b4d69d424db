import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { configuredOptions } from "../../../cli/control/configured-options";

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
    expect(configuredOptions({}, fileOf(AWS), "aws", undefined)).toEqual({ environment: "prod", region: "eu-west-1" });
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

// Helpers

function fileOf(text: string): string {
  const file = join(mkdtempSync(join(tmpdir(), "retrigger-config-")), "retrigger.yaml");
  writeFileSync(file, text);
  return file;
}
