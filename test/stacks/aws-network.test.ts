import { readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { Testing } from "cdktf";
import type { DeploymentConfig } from "../../config/config";
import { loadConfig } from "../../config/load-config";
import { AwsStack } from "../../stacks/aws-stack";
import { stubProject } from "../modules/temporary-project";
import { awsTemplate } from "./synthesize";
import { Template } from "./template";

const ROOT = join(__dirname, "../..");
const NETWORK = { subnets: ["subnet-0123456789abcdef0", "subnet-0123456789abcdef1"], securityGroups: ["sg-0123456789abcdef0"] };
const FILES = ["retrigger.yaml", ...yamlFiles("docs/examples"), ...yamlFiles("test/fixtures/config")].filter(
  (file) => loadConfig(join(ROOT, file)).aws !== undefined,
);

describe("functions in a VPC", () => {
  it.each(FILES)("should be all functions of %s", (file) => {
    const template = templateOf(file);

    for (const { function_name, vpc_config } of template.all("aws_lambda_function")) {
      expect([function_name, vpc_config]).toEqual([
        function_name,
        { subnet_ids: NETWORK.subnets, security_group_ids: NETWORK.securityGroups },
      ]);
    }
  });

  it.each(FILES)("should let Lambda make and remove the interfaces of every function of %s, and their code do neither", (file) => {
    const template = templateOf(file);

    for (const { function_name } of template.all("aws_lambda_function")) {
      const name = String(function_name);
      const statements = template
        .functionStatements(name)
        .filter(({ Action }) => [Action].flat().some((one) => one.startsWith("ec2:")));
      expect(withoutAccount(statements)).toEqual([
        {
          Effect: "Allow",
          Action: "ec2:CreateNetworkInterface",
          Resource: [
            expect.stringMatching(/^arn:aws:ec2:[a-z0-9-]+:<account>:network-interface\/\*$/),
            expect.stringMatching(/^arn:aws:ec2:[a-z0-9-]+:\*:subnet\/subnet-0123456789abcdef0$/),
            expect.stringMatching(/^arn:aws:ec2:[a-z0-9-]+:\*:subnet\/subnet-0123456789abcdef1$/),
            expect.stringMatching(/^arn:aws:ec2:[a-z0-9-]+:\*:security-group\/sg-0123456789abcdef0$/),
          ],
        },
        {
          Effect: "Allow",
          Action: ["ec2:DeleteNetworkInterface", "ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses"],
          Resource: expect.stringMatching(/^arn:aws:ec2:[a-z0-9-]+:<account>:\*\/\*$/),
        },
        { Effect: "Allow", Action: ["ec2:DescribeNetworkInterfaces", "ec2:DescribeSubnets"], Resource: "*" },
        {
          Effect: "Deny",
          Action: expect.arrayContaining(["ec2:CreateNetworkInterface", "ec2:DeleteNetworkInterface", "ec2:DescribeSubnets"]),
          Resource: "*",
          Condition: {
            ArnEquals: { "lambda:SourceFunctionArn": expect.stringMatching(new RegExp(`:<account>:function:${name}$`)) },
          },
        },
      ]);
    }
  });

  it.each(FILES)("should exist in %s no sooner and no longer than all that their roles may do", (file) => {
    const template = templateOf(file);

    for (const { role, depends_on } of template.all("aws_lambda_function")) {
      expect([...(depends_on as string[])].sort()).toEqual(policiesOf(template, String(role)));
    }
  });

  it("should change nothing else, and nothing where no network is set", () => {
    const [before, after] = [awsTemplate(join(ROOT, "retrigger.yaml")), templateOf("retrigger.yaml")];

    const changed = Object.keys(before.json.resource ?? {}).filter(
      (type) => JSON.stringify(before.resources(type)) !== JSON.stringify(after.resources(type)),
    );
    expect(changed).toEqual(["aws_iam_role_policy", "aws_lambda_function"]);
    expect(before.text).not.toContain("vpc_config");
    expect(before.text).not.toContain("ec2:");
  });

  it.each([
    ["us-gov-west-1", "arn:aws-us-gov:ec2:us-gov-west-1:*:subnet/"],
    ["cn-north-1", "arn:aws-cn:ec2:cn-north-1:*:subnet/"],
  ])("should name the resources of the partition of %s", (region, start) => {
    const template = templateOf("retrigger.yaml", { region });

    expect(template.text).toContain(start);
    expect(template.text).not.toContain("arn:aws:ec2:");
  });
});

// Helpers

function yamlFiles(folder: string): string[] {
  return readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith(".yaml"))
    .map((name) => join(folder, name));
}

const templates = new Map<string, Template>();

/** The stack on AWS of a file, with its functions in a VPC; synthesised once for the same changes. */
function templateOf(file: string, changed: Partial<NonNullable<DeploymentConfig["aws"]>> = {}): Template {
  const key = JSON.stringify([file, changed]);
  const template = templates.get(key) ?? synthesised(join(ROOT, file), changed);
  templates.set(key, template);
  return template;
}

function synthesised(path: string, changed: Partial<NonNullable<DeploymentConfig["aws"]>>): Template {
  const config = loadConfig(path);
  if (config.aws === undefined) throw new Error(`${path} has no section aws`);
  const inVpc = { ...config, aws: { ...config.aws, network: NETWORK, ...changed } };
  return new Template(
    new AwsStack(Testing.app(), "aws-stack", { config: inVpc, configDir: dirname(path), projectDir: stubProject() }),
  );
}

function withoutAccount(value: object): unknown {
  return JSON.parse(JSON.stringify(value).replaceAll(/\$\{data\.aws_caller_identity\.[a-zA-Z0-9_-]+\.account_id\}/g, "<account>"));
}

/** Addresses of all that allows something to a role, sorted. */
function policiesOf(template: Template, arn: string): string[] {
  const role = arn.replace(/\.arn\}$/, ".name}");
  return ["aws_iam_role_policy", "aws_iam_role_policy_attachment"]
    .flatMap((type) => Object.entries(template.resources(type)).map(([id, block]) => ({ address: `${type}.${id}`, block })))
    .filter(({ block }) => block.role === role)
    .map(({ address }) => address)
    .sort();
}
