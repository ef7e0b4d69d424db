import { join } from "node:path";
import { loadConfig } from "../../config/load-config";
import { type CompanyRule, companyRules, KEYED_AWS, KEYED_GCP } from "./company-rules";
import { exampleEnvironments } from "./example-files";
import { complaintsOf, RESOURCE_RULES, resourcesOf, stackOf } from "./resource-rules";
import { awsTemplate, gcpTemplate } from "./synthesize";
import type { Template } from "./template";

const ROOT = join(__dirname, "../..");
const COMPANY_RULES = [...rulesOf("aws"), ...rulesOf("gcp")];

describe.each([
  ["AWS", "aws", awsTemplate],
  ["Google Cloud", "gcp", gcpTemplate],
] as const)("all resources on %s", (_name, cloud, synthesise) => {
  it.each(exampleEnvironments(cloud))("should keep every rule in %s, environment %s", (file, environment) => {
    const { json } = synthesise(join(ROOT, file), environment);

    expect(resourcesOf(json).length).toBeGreaterThan(5);
    expect(RESOURCE_RULES.flatMap((rule) => complaintsOf(json, rule))).toEqual([]);
  });

  it.each(exampleEnvironments(cloud))("should keep what the settings promise in %s, environment %s", (file, environment) => {
    const { json } = synthesise(join(ROOT, file), environment);
    const rules = companyRules(loadConfig(join(ROOT, file), { environment }));

    expect(rules.flatMap(({ complaints }) => complaints(json))).toEqual([]);
  });

  it.each(exampleEnvironments(cloud))("should be tagged by the provider in %s, environment %s", (file, environment) => {
    const { json } = synthesise(join(ROOT, file), environment);

    expect(tagsOf(json)).toMatchObject({ application: "retrigger", environment });
  });
});

describe("the rules", () => {
  it.each(RESOURCE_RULES.map((rule) => [rule.name, rule] as const))("should be able to fail: %s", (_name, rule) => {
    expect(complaintsOf(stackOf(rule.broken), rule)).toHaveLength(1);
  });

  it.each(COMPANY_RULES.map((rule) => [rule.setting, rule.name, rule] as const))(
    "should be able to fail, by %s: %s",
    (_setting, _rule, { complaints, broken }) => {
      expect(complaints(broken)).toHaveLength(1);
    },
  );

  it("should be about every setting of a company, by the fixtures that set all of them", () => {
    expect([...new Set(COMPANY_RULES.map(({ setting }) => setting))].sort(byText)).toEqual([
      "aws.allowedAccountIds",
      "aws.kms",
      "aws.logs",
      "aws.network",
      "aws.roles.path",
      "aws.roles.permissionsBoundary",
      "aws.tracing",
      "gcp.build",
      "gcp.kms",
      "gcp.network",
      "models.<name>.tags",
      "namePrefix",
      "terraform.requiredVersion",
    ]);
  });

  it("should find every type that keeps data, and what is of one model, in the fixtures of a company", () => {
    const aws = awsTemplate(fixtureOf("aws")).json;
    const gcp = gcpTemplate(fixtureOf("gcp")).json;

    expect(Object.keys(KEYED_AWS).filter((type) => aws.resource?.[type] === undefined)).toEqual([]);
    expect(Object.keys(KEYED_GCP).filter((type) => gcp.resource?.[type] === undefined)).toEqual([]);
    expect(JSON.stringify(aws.resource?.aws_cloudwatch_metric_alarm)).toContain('"cost-center":"0815"');
  });
});

// Helpers

function tagsOf({ provider }: Template["json"]): unknown {
  const aws = provider?.aws?.[0]?.default_tags;
  return aws === undefined ? provider?.google?.[0]?.default_labels : Array.isArray(aws) ? aws[0].tags : undefined;
}

function fixtureOf(cloud: "aws" | "gcp"): string {
  return join(ROOT, `test/fixtures/config/company-${cloud}.yaml`);
}

function rulesOf(cloud: "aws" | "gcp"): CompanyRule[] {
  return companyRules(loadConfig(fixtureOf(cloud)));
}

function byText(a: string, b: string): number {
  return Number(a > b) - Number(a < b);
}
