// The policies of people: what each needs, by what the command and Terraform really call, and nothing else.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Testing } from "cdktf";
import { loadConfig } from "../../config/load-config";
import { DEPLOYER_ACTIONS } from "../../modules/aws/access/deployer-actions";
import { type DeployerPoliciesProps, deployerPolicies } from "../../modules/aws/access/deployer-policy";
import { IAM_LIMITS } from "../../modules/aws/access/pack-statements";
import { approverPolicy, operatorPolicy } from "../../modules/aws/access/people-policies";
import type { PolicyStatement } from "../../modules/aws/access/policy";
import { DEPLOYER_PERMISSIONS } from "../../modules/gcp/access/deployer-actions";
import type { PeopleGrant } from "../../modules/gcp/access/people-policies";
import { awsPeoplePolicies } from "../../stacks/aws-people";
import { AwsStack } from "../../stacks/aws-stack";
import { gcpPeoplePolicies } from "../../stacks/gcp-people";
import { GcpStack } from "../../stacks/gcp-stack";
import { stubProject } from "../modules/temporary-project";
import { exampleFiles } from "./example-files";
import { awsTemplate, gcpTemplate } from "./synthesize";
import { statementsOf, type Template } from "./template";

const ROOT = join(__dirname, "../..");
const FOLDER = "docs/examples/policies";
const EXAMPLE = join(ROOT, "retrigger.yaml");
const KEY = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";
const BOUNDARY = "arn:aws:iam::111122223333:policy/boundary";
const DEPLOYMENT = { environment: "dev", region: "eu-central-1", accountId: "111122223333", partition: "aws" };
const OPERATED = {
  deployment: DEPLOYMENT,
  queues: ["retrigger-dev-data", "retrigger-dev-requests.fifo"],
  deadLetterQueues: ["retrigger-dev-data-dlq", "retrigger-dev-requests-dlq.fifo"],
};

/** As long as the name of an environment may be, so that policies are short enough under any other. */
const LONGEST_ENVIRONMENT = "environment-name";

/** Actions of SQS and DynamoDB that bear another name than their command. */
const ACTION_OF_COMMAND: Readonly<Record<string, string>> = { ChangeMessageVisibilityBatch: "ChangeMessageVisibility" };

/** What erases a person, which an operator may not. */
const ERASING = ["dynamodb:BatchWriteItem", "dynamodb:PutItem", "dynamodb:UpdateItem"];

/** What people look at in the console, beside what the command calls. */
const LOOKING = /^(?:logs|cloudwatch):(?:Describe|Filter|Get|List|StartQuery|StopQuery)/;

describe("the policy of an approver on AWS", () => {
  it("should send answers, and allow nothing else", () => {
    const statements = statementsOf(approverPolicy({ deployment: DEPLOYMENT }));

    expect(statements).toEqual([
      {
        Effect: "Allow",
        Action: ["sqs:GetQueueUrl", "sqs:SendMessage"],
        Resource: "arn:aws:sqs:eu-central-1:111122223333:retrigger-dev-requests.fifo",
      },
    ]);
  });

  it("should use the key of the queue through SQS alone", () => {
    const [, key, ...others] = statementsOf(approverPolicy({ deployment: DEPLOYMENT, kmsKey: KEY }));

    expect(key).toEqual({
      Effect: "Allow",
      Action: ["kms:Decrypt", "kms:GenerateDataKey"],
      Resource: KEY,
      Condition: { StringLike: { "kms:ViaService": ["sqs.eu-central-1.*"] } },
    });
    expect(others).toEqual([]);
  });
});

describe("the policy of an operator on AWS", () => {
  it("should allow what the command calls, and beside it to look at logs, alarms and dashboards", () => {
    const called = actionsOfCommand().filter((action) => !ERASING.includes(action));
    const allowed = actionsOf(statementsOf(operatorPolicy(OPERATED)));

    expect(called.length).toBeGreaterThan(10);
    expect(allowed.filter((action) => !LOOKING.test(action))).toEqual(called);
  });

  it("should not allow what erases a person, which the command calls too", () => {
    const allowed = actionsOf(statementsOf(operatorPolicy({ ...OPERATED, kmsKey: KEY })));

    expect(actionsOfCommand()).toEqual(expect.arrayContaining(ERASING));
    expect(allowed.filter((action) => ERASING.includes(action))).toEqual([]);
  });

  it("should hold all that an approver's does", () => {
    const operator = statementsOf(operatorPolicy({ ...OPERATED, kmsKey: KEY }));

    expect(operator).toEqual(expect.arrayContaining(statementsOf(approverPolicy({ deployment: DEPLOYMENT, kmsKey: KEY }))));
  });

  it("should receive dead letters alone, also of a queue whose name was too long to say that it holds them", () => {
    const cut = `retrigger-dev-direct-${"m".repeat(50)}-0123abcd`;
    const statements = statementsOf(operatorPolicy({ ...OPERATED, deadLetterQueues: [...OPERATED.deadLetterQueues, cut] }));

    const receiving = statements.filter(({ Action }) => [Action].flat().includes("sqs:ReceiveMessage"));

    expect(receiving.flatMap(({ Resource = [] }) => Resource)).toEqual(
      ["retrigger-dev-*-dlq", "retrigger-dev-*-dlq.fifo", cut].map((name) => `arn:aws:sqs:eu-central-1:111122223333:${name}`),
    );
  });
});

describe("the policies of a deployer on AWS", () => {
  it.each(exampleFiles("aws"))("should be decided for every type of resource of %s, and fit managed policies", (file) => {
    const template = awsTemplate(join(ROOT, file));
    const { deployer } = policiesOf(template);

    expect(typesOf(template).filter((type) => !Object.hasOwn(DEPLOYER_ACTIONS, type))).toEqual([]);
    for (const policy of deployer) expect(policy.length).toBeLessThanOrEqual(IAM_LIMITS.managedCharacters);
    expect(deployer.length).toBeLessThanOrEqual(IAM_LIMITS.attachedPolicies);
  });

  it("should refuse a type that nobody decided about", () => {
    expect(() => deployed({ types: new Set(["aws_mystery"]) })).toThrow(
      "nothing is known of what Terraform calls for aws_mystery; add it to modules/aws/access/deployer-actions.ts",
    );
  });

  it("should name resources of the deployment, and all resources only for what nothing can narrow", () => {
    const statements = deployed({ types: new Set(Object.keys(DEPLOYER_ACTIONS)) });

    const wide = statements.filter(({ Resource, Condition }) => Resource === "*" || (isAll(Resource) && Condition === undefined));
    expect(actionsOf(wide)).toEqual([
      "cloudwatch:DescribeAlarms",
      "cloudwatch:PutCompositeAlarm",
      "logs:DescribeLogGroups",
      "sns:GetSubscriptionAttributes",
      "sns:SetSubscriptionAttributes",
      "sns:Unsubscribe",
    ]);
    const foreign = /:key\/\*$|:event-source-mapping:\*$|^\*$/;
    for (const resource of statements.flatMap(({ Resource = [] }) => Resource).filter((name) => !foreign.test(name))) {
      expect(resource).toMatch(/retrigger-dev-/);
    }
  });

  it("should create and change roles only with the boundary, pass them only to their services, and attach only own policies", () => {
    const statements = deployed({
      types: new Set(["aws_iam_role", "aws_iam_role_policy", "aws_iam_role_policy_attachment", "aws_lambda_function"]),
      path: "/ml/",
      permissionsBoundary: BOUNDARY,
    });
    const role = "arn:aws:iam::111122223333:role/ml/retrigger-dev-*";

    expect(statements).toEqual(
      expect.arrayContaining([
        {
          Effect: "Allow",
          Action: ["iam:CreateRole", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy"],
          Resource: [role],
          Condition: { StringEquals: { "iam:PermissionsBoundary": BOUNDARY } },
        },
        {
          Effect: "Allow",
          Action: ["iam:AttachRolePolicy", "iam:DetachRolePolicy"],
          Resource: [role],
          Condition: {
            StringEquals: { "iam:PermissionsBoundary": BOUNDARY },
            ArnLike: { "iam:PolicyARN": "arn:aws:iam::111122223333:policy/ml/retrigger-dev-*" },
          },
        },
        {
          Effect: "Allow",
          Action: ["iam:PassRole"],
          Resource: [role],
          Condition: {
            StringEquals: { "iam:PassedToService": ["events.amazonaws.com", "lambda.amazonaws.com", "scheduler.amazonaws.com"] },
          },
        },
      ]),
    );
    expect(actionsOf(statements)).not.toContain("iam:DeleteRolePermissionsBoundary");
  });

  it.each([
    ["the description of a role", "aws_iam_role", ["iam:UpdateRoleDescription"]],
    ["the tags of a bucket", "aws_s3_bucket", ["s3:ListTagsForResource", "s3:TagResource", "s3:UntagResource"]],
  ])("should change %s, as the provider does", (_case, type, actions) => {
    expect(actionsOf(deployed({ types: new Set([type]), buckets: ["acme"] }))).toEqual(expect.arrayContaining(actions));
  });

  it("should never change the boundary, whatever it is named", () => {
    const types = new Set(["aws_iam_policy"]);
    const bounded = deployed({ types, permissionsBoundary: "arn:aws:iam::111122223333:policy/retrigger-dev-boundary" });

    expect(bounded.filter(({ Effect }) => Effect === "Deny")).toEqual([
      {
        Effect: "Deny",
        Action: expect.arrayContaining(actionsOf(deployed({ types })).filter((name) => /:(?:Create|Delete|Set)/.test(name))),
        Resource: "arn:aws:iam::111122223333:policy/retrigger-dev-boundary",
      },
    ]);
    expect(deployed({ types }).filter(({ Effect }) => Effect === "Deny")).toEqual([]);
  });

  it("should fit managed policies with as many buckets and pipelines as a company has, and name each", () => {
    const names = Array.from({ length: 300 }, (_, index) => `acme-${index}-${"n".repeat(50)}`);
    const props = { types: new Set(["aws_s3_bucket", "aws_sagemaker_pipeline"]), buckets: names, pipelines: names };
    const policies = deployerTexts({ ...props, pipelineRoles: names.map((name) => `arn:aws:iam::111122223333:role/${name}`) });

    const resources = new Set(policies.flatMap(statementsOf).flatMap(({ Resource = [] }) => Resource));
    for (const policy of policies) expect(policy.length).toBeLessThanOrEqual(IAM_LIMITS.managedCharacters);
    expect(names.filter((name) => !resources.has(`arn:aws:s3:::${name}`))).toEqual([]);
    expect(names.filter((name) => ![...resources].some((arn) => arn.endsWith(`:pipeline/${name}`)))).toEqual([]);
  });

  it("should use a key through the services that need it, and describe a network only where there is one", () => {
    const types = new Set(["aws_lambda_function"]);
    const [plain, full] = [deployed({ types }), deployed({ types, kmsKey: KEY, hasNetwork: true })].map(actionsOf);

    expect(plain?.filter((action) => /^(?:kms|ec2):/.test(action))).toEqual([]);
    expect(full).toEqual(expect.arrayContaining(["ec2:DescribeSubnets", "kms:CreateGrant", "kms:DescribeKey", "kms:Decrypt"]));
  });
});

describe("what people may do on Google Cloud", () => {
  it.each(exampleFiles("gcp"))("should be decided for every type of resource of %s", (file) => {
    expect(typesOf(gcpTemplate(join(ROOT, file))).filter((type) => !Object.hasOwn(DEPLOYER_PERMISSIONS, type))).toEqual([]);
  });

  it("should let an approver publish answers, and nothing else", () => {
    const { approver } = grantsOf(gcpTemplate(EXAMPLE));

    expect(approver).toEqual([
      { permissions: ["pubsub.topics.publish"], resources: ["projects/acme-ml/topics/retrigger-dev-requests"] },
    ]);
  });

  it("should let an operator read, redrive and answer, and write no state", () => {
    const { operator } = grantsOf(gcpTemplate(EXAMPLE));

    const writing = operator.flatMap(({ permissions }) => permissions).filter((permission) => !/\.(?:get|list)$/.test(permission));
    expect(writing).toEqual(["pubsub.topics.publish", "pubsub.subscriptions.consume"]);
    for (const { permissions, resources } of operator) {
      if (permissions.includes("pubsub.topics.publish")) expect(resources.join()).not.toContain("-dlq");
      if (permissions.includes("pubsub.subscriptions.consume")) expect(resources.every((name) => name.endsWith("-dlq"))).toBe(true);
    }
  });
});

describe(`the files in ${FOLDER}, which WRITE_POLICIES=1 writes`, () => {
  const expected = policyFiles();
  if (process.env.WRITE_POLICIES === "1") for (const [file, text] of expected) write(join(ROOT, FOLDER, file), text);

  it.each([...expected])("should be what the root example needs: %s", (file, text) => {
    const path = join(ROOT, FOLDER, file);

    expect(existsSync(path) ? readFileSync(path, "utf8") : "there is no such file").toBe(text);
  });
});

// Helpers

/** Actions of AWS that the bundled command holds calls of. */
function actionsOfCommand(): string[] {
  const flags = ["--bundle", "--platform=node", "--packages=external", "--log-level=error"];
  const command = [join(ROOT, "node_modules/.bin/esbuild"), join(ROOT, "cli/control/aws-control.ts")] as const;
  const text = execFileSync(command[0], [command[1], ...flags], { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  const called = [...text.matchAll(/new import_client_(dynamodb|sqs)\d*\.(\w+)Command\(/g)];
  return [...new Set(called.map(([, service, name = ""]) => `${service}:${ACTION_OF_COMMAND[name] ?? name}`))].sort();
}

function actionsOf(statements: readonly PolicyStatement[]): string[] {
  return [...new Set(statements.flatMap(({ Action }) => Action))].sort();
}

function isAll(resource: PolicyStatement["Resource"]): boolean {
  return [resource].flat().includes("*");
}

/** Statements of a deployer's policies. */
function deployed(props: Pick<DeployerPoliciesProps, "types"> & Partial<DeployerPoliciesProps>): PolicyStatement[] {
  return deployerTexts(props).flatMap(statementsOf);
}

function deployerTexts(props: Pick<DeployerPoliciesProps, "types"> & Partial<DeployerPoliciesProps>): string[] {
  const none = { buckets: [], pipelines: [], pipelineRoles: [], topics: [], functions: [] };
  return deployerPolicies({ deployment: DEPLOYMENT, ...none, path: "/", hasNetwork: false, ...props });
}

function typesOf({ json: { resource = {} } }: Template): string[] {
  return Object.keys(resource);
}

/** The outputs of a stack on AWS, with the account's number as it will be. */
function policiesOf({ json: { output = {} } }: Template): { readonly deployer: readonly string[] } {
  const { deployer_policy: { value: texts } = {} } = output;
  if (!Array.isArray(texts)) throw new Error("expected a list of policies");
  return { deployer: texts.map((text) => String(text).replace(/\$\{[^}]*\}/g, DEPLOYMENT.accountId)) };
}

function grantsOf({ json: { output = {} } }: Template): { readonly [person in "approver" | "operator"]: readonly PeopleGrant[] } {
  const read = (name: string): readonly PeopleGrant[] => JSON.parse(String(output[name]?.value));
  return { approver: read("approver_policy"), operator: read("operator_policy") };
}

/** The files by name, of the root example, with placeholders for what differs from deployment to deployment. */
function policyFiles(): Map<string, string> {
  const config = { ...loadConfig(EXAMPLE), environment: LONGEST_ENVIRONMENT };
  const { aws, gcp, environment } = config;
  if (aws === undefined || gcp === undefined) throw new Error("expected an example on both clouds");
  const props = { config, configDir: ROOT, projectDir: stubProject() };
  const onAws = awsPeoplePolicies(new AwsStack(Testing.app(), "aws-stack", props), {
    deployment: { environment, region: "<region>", accountId: "<account>", partition: "aws" },
    aws,
  });
  const onGcp = gcpPeoplePolicies(new GcpStack(Testing.app(), "gcp-stack", props), {
    deployment: { environment, project: "<project>" },
    gcp,
  });
  const file = (text: string): string => {
    const placeholders = text.replaceAll(`retrigger-${environment}`, "retrigger-<environment>");
    const tags = placeholders.replaceAll(`/environment":"${environment}"`, '/environment":"<environment>"');
    return `${JSON.stringify(JSON.parse(tags), null, 2)}\n`;
  };
  return new Map([
    ["aws/approver.json", file(onAws.approver)],
    ["aws/operator.json", file(onAws.operator)],
    ...onAws.deployer.map((text, index): [string, string] => [`aws/deployer-${index + 1}.json`, file(text)]),
    ["gcp/approver.json", file(onGcp.approver)],
    ["gcp/operator.json", file(onGcp.operator)],
    ["gcp/deployer.json", file(onGcp.deployer)],
  ]);
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
