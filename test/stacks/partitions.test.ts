// Every setting of a company, in the partitions beside `aws`: over all texts of the stack, whoever writes one there.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { manyModelsFile } from "./many-models";
import { awsTemplate, configFile } from "./synthesize";
import type { Template } from "./template";

const COMPANY = readFileSync(join(__dirname, "../fixtures/config/company-aws.yaml"), "utf8");

/** https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html */
describe.each([
  ["us-gov-west-1", "aws-us-gov", "amazonaws.com"],
  ["cn-north-1", "aws-cn", "amazonaws.com.cn"],
  ["eusc-de-east-1", "aws-eusc", "amazonaws.eu"],
])("a stack in %s", (region, partition, suffix) => {
  const company = () =>
    awsTemplate(configFile(COMPANY.replaceAll("arn:aws:", `arn:${partition}:`).replaceAll("eu-central-1", region)));
  const plain = () => awsTemplate(manyModelsFile({ numbers: [1, 2], isPromoted: true, hasAlarms: true, aws: { region } }));

  it.each([
    ["with every setting", company],
    ["with none", plain],
  ])("should name no ARN of another partition, %s", (_name, synthesise) => {
    const found = textsIn(synthesise()).flatMap((text) => [...text.matchAll(/\barn:([^:]*):/g)].map(([, own]) => own));

    expect(found.length).toBeGreaterThan(20);
    expect(found.filter((own) => own !== partition)).toEqual([]);
  });

  it("should name services as their own documentation does, of which that of logs alone has a region", () => {
    const principals = new Set(
      textsIn(company()).flatMap((text) => text.match(/\b[a-z0-9.-]+\.amazonaws\.(?:com\.cn|com|eu)\b(?![*.])/g) ?? []),
    );

    expect([...principals].sort()).toEqual([
      "cloudwatch.amazonaws.com",
      "events.amazonaws.com",
      "lambda.amazonaws.com",
      `logs.${region}.${suffix}`,
      "sagemaker.amazonaws.com",
      "scheduler.amazonaws.com",
      "sns.amazonaws.com",
    ]);
  });

  it("should allow keys by way of the services of the region, whose names end as the partition's do", () => {
    const ways = textsIn(company()).flatMap(viaServices);

    expect(ways.length).toBeGreaterThan(10);
    expect(ways.filter((way) => !mayBe(way, `${way.split(".")[0]}.${region}.${suffix}`))).toEqual([]);
  });

  it("should name no host of another partition", () => {
    const hosts = textsIn(company()).flatMap((text) => text.match(/https:\/\/[\w.-]*amazonaws[\w.-]*/g) ?? []);

    expect(hosts.filter((host) => !host.endsWith(`.${suffix}`))).toEqual([]);
  });
});

// Helpers

/** Every text of a stack, however deep. */
function textsIn({ json }: Template): string[] {
  const texts: string[] = [];
  JSON.parse(JSON.stringify(json), (_key, value: unknown) => {
    if (typeof value === "string") texts.push(value);
    return value;
  });
  return texts;
}

/** The ways by which a policy lets a key be used. */
function viaServices(text: string): string[] {
  const found = [...text.matchAll(/"kms:ViaService":(\[[^\]]*\]|"[^"]*")/g)];
  return found.flatMap(([, ways = "[]"]) => [JSON.parse(ways)].flat());
}

/** Whether IAM takes a text for this pattern, whose `*` stand for any characters. */
function mayBe(pattern: string, text: string): boolean {
  const parts = pattern.split("*").map((part) => part.replaceAll(".", "\\."));
  return new RegExp(`^${parts.join(".*")}$`).test(text);
}
