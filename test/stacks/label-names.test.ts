// Names of tags and labels are their author's: budgets and policies look for them to the letter.
import { awsTemplate, configFile, gcpTemplate } from "./synthesize";

describe("names of tags and labels", () => {
  it("should be written on AWS as they stand in the file, for everything and for a model", () => {
    const tags = { "cost-center": "4711", CostCenter: "a", "acme.io/data-owner": "b", _Team_Name_: "c" };

    const template = awsTemplate(
      configFile(`
environment: dev
aws: { region: eu-central-1, tags: ${JSON.stringify(tags)} }
models:
  churn:
    tags: ${JSON.stringify(tags)}
    pipeline: { name: churn-training }
    data: { bucket: acme-churn, prefixes: [in/] }
`),
    );

    expect(template.json.provider?.aws?.[0]?.default_tags).toEqual([
      { tags: { application: "retrigger", environment: "dev", ...tags } },
    ]);
    const tagged = Object.values(template.json.resource ?? {})
      .flatMap((blocks) => Object.values(blocks))
      .filter((block) => JSON.stringify(block.tags)?.includes("4711"));
    expect(tagged.length).toBeGreaterThan(0);
    for (const block of tagged) expect(block.tags).toMatchObject(tags);
  });

  it("should be written on Google Cloud as they stand in the file", () => {
    const labels = { "cost-center": "4711", "data-owner_": "a", größe: "b", "x--y": "c" };

    const template = gcpTemplate(
      configFile(`
environment: dev
gcp: { project: acme-ml, region: europe-west4, labels: ${JSON.stringify(labels)} }
models:
  churn:
    data: { bucket: acme-churn, prefixes: [in/] }
    pipeline: { template: gs://acme-pipelines/churn.json, outputDirectory: gs://acme-training }
`),
    );

    expect(template.json.provider?.google?.[0]?.default_labels).toEqual({
      application: "retrigger",
      environment: "dev",
      ...labels,
    });
  });
});
