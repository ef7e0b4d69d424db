import { join } from "node:path";
import { loadConfig } from "../../config/load-config";
import { COMPANY_RULES } from "./company-rules";
import { exampleFiles } from "./example-files";
import { complaintsOf, RESOURCE_RULES, resourcesOf, stackOf } from "./resource-rules";
import { awsTemplate, gcpTemplate } from "./synthesize";
import type { Template } from "./template";

const ROOT = join(__dirname, "../..");

describe.each([
  ["AWS", "aws", awsTemplate],
  ["Google Cloud", "gcp", gcpTemplate],
] as const)("all resources on %s", (_name, cloud, synthesise) => {
  it.each(exampleFiles(cloud))("should keep every rule in %s", (file) => {
    const { json } = synthesise(join(ROOT, file));

    expect(resourcesOf(json).length).toBeGreaterThan(5);
    expect(RESOURCE_RULES.flatMap((rule) => complaintsOf(json, rule))).toEqual([]);
  });

  it.each(exampleFiles(cloud))("should be tagged by the provider in %s", (file) => {
    const { json } = synthesise(join(ROOT, file));

    expect(tagsOf(json)).toMatchObject({ application: "retrigger", environment: loadConfig(join(ROOT, file)).environment });
  });

  it("should keep what a company's settings promise", () => {
    const { json } = synthesise(join(ROOT, `test/fixtures/config/company-${cloud}.yaml`));

    expect(COMPANY_RULES.flatMap((rule) => complaintsOf(json, rule))).toEqual([]);
  });
});

describe("the rules", () => {
  it.each([...RESOURCE_RULES, ...COMPANY_RULES].map((rule) => [rule.name, rule] as const))(
    "should be able to fail: %s",
    (_name, rule) => {
      expect(complaintsOf(stackOf(rule.broken), rule)).toHaveLength(1);
    },
  );

  it("should look at every type that keeps data or code, in the fixtures of a company", () => {
    const types = (template: Template) => new Set(Object.keys(template.json.resource ?? {}));
    const aws = types(awsTemplate(join(ROOT, "test/fixtures/config/company-aws.yaml")));
    const gcp = types(gcpTemplate(join(ROOT, "test/fixtures/config/company-gcp.yaml")));

    const [onAws, onGcp] = COMPANY_RULES.map(({ broken: [type] }) => type).reduce<[string[], string[]]>(
      ([a, g], type) => (type.startsWith("aws_") ? [[...a, type], g] : [a, [...g, type]]),
      [[], []],
    );
    // No fixture has so many models that roles need managed policies; of keys of Retrigger's own there is to be none.
    expect(onAws.filter((type) => !aws.has(type) && type !== "aws_iam_policy" && type !== "aws_kms_key")).toEqual([]);
    expect(onGcp.filter((type) => !gcp.has(type))).toEqual([]);
  });
});

// Helpers

function tagsOf({ provider }: Template["json"]): unknown {
  const aws = provider?.aws?.[0]?.default_tags;
  return aws === undefined ? provider?.google?.[0]?.default_labels : Array.isArray(aws) ? aws[0].tags : undefined;
}
