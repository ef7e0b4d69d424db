// With a boundary and a path, over every role of every example: a role that somebody adds tomorrow without them fails here.
import { dirname, join } from "node:path";
import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { TerraformStack, Testing } from "cdktf";
import type { DeploymentConfig } from "../../config/config";
import { loadConfig } from "../../config/load-config";
import { WITHOUT_BUNDLES } from "../../modules/bundle/function-bundle";
import { AwsRetrigger } from "../../stacks/aws-retrigger";
import { AwsStack } from "../../stacks/aws-stack";
import { stubProject } from "../modules/temporary-project";
import { exampleFiles } from "./example-files";
import { manyModelsFile } from "./many-models";
import { awsTemplate } from "./synthesize";
import { type Block, Template } from "./template";

const ROOT = join(__dirname, "../..");
const BOUNDARY = "arn:aws:iam::111122223333:policy/boundary";
const PATH = "/ml-platform/";
const ROLES = { permissionsBoundary: BOUNDARY, path: PATH };
const TRUST = "{}";

describe("a boundary and a path", () => {
  it.each(exampleFiles("aws"))("should be those of every role and policy in %s", (file) => {
    const { json, roles, policies } = bounded(join(ROOT, file));

    expect(roles.length).toBeGreaterThan(0);
    expect(roles.filter(({ permissions_boundary, path }) => permissions_boundary !== BOUNDARY || path !== PATH)).toEqual([]);
    expect(policies.filter(({ path }) => path !== PATH)).toEqual([]);
    expect(JSON.stringify(json.data ?? {})).not.toContain("iam_role");
  });

  it("should be those of managed policies too, which many models need", () => {
    const file = manyModelsFile({ numbers: Array.from({ length: 150 }, (_, number) => number) });

    const { policies } = bounded(file);

    expect(policies.length).toBeGreaterThan(0);
    expect(policies.filter(({ path }) => path !== PATH)).toEqual([]);
  });

  it.each(exampleFiles("aws"))("should change nothing else in %s", (file) => {
    const [without, within] = [awsTemplate(join(ROOT, file)), bounded(join(ROOT, file))];

    const unbounded = withoutRules(within.json);

    expect(unbounded).toEqual(withoutRules(without.json));
  });

  it("should leave alone a role of the user's own beside the construct, and bound one within it, added later", () => {
    const stack = new TerraformStack(Testing.app({ context: { [WITHOUT_BUNDLES]: true } }), "platform");
    const configPath = join(ROOT, "test/fixtures/config/minimal.yaml");
    const config = withRoles(loadConfig(configPath));

    const retrigger = new AwsRetrigger(stack, "retrigger", { config, configDir: dirname(configPath) });
    new IamRole(stack, "own", { name: "own", assumeRolePolicy: TRUST });
    new IamPolicy(stack, "own-policy", { name: "own", policy: TRUST });
    new IamRole(retrigger, "later", { name: "later", assumeRolePolicy: TRUST });

    const { resource } = JSON.parse(Testing.synth(stack));
    const roles: Block[] = Object.values(resource.aws_iam_role);
    const [own] = roles.filter(({ name }) => name === "own");
    expect(own).toEqual({ assume_role_policy: TRUST, name: "own" });
    expect(Object.values(resource.aws_iam_policy)).toEqual([{ name: "own", policy: TRUST }]);
    const others = roles.filter(({ name }) => name !== "own");
    expect(others.length).toBeGreaterThan(1);
    expect(others.filter(({ permissions_boundary, path }) => permissions_boundary !== BOUNDARY || path !== PATH)).toEqual([]);
  });

  it("should be left to IAM without settings", () => {
    const roles = awsTemplate(join(ROOT, "retrigger.yaml")).all("aws_iam_role");

    expect(roles.filter((role) => "permissions_boundary" in role || "path" in role)).toEqual([]);
  });
});

// Helpers

interface Bounded extends Pick<Template, "json"> {
  readonly roles: readonly Block[];
  readonly policies: readonly Block[];
}

/** The stack of a file in which every role is bounded. */
function bounded(file: string): Bounded {
  const props = { config: withRoles(loadConfig(file)), configDir: dirname(file), projectDir: stubProject() };
  const template = new Template(new AwsStack(Testing.app(), "aws-stack", props));
  return { json: template.json, roles: template.all("aws_iam_role"), policies: template.all("aws_iam_policy") };
}

function withRoles(config: DeploymentConfig): DeploymentConfig {
  if (config.aws === undefined) throw new Error("expected a configuration of AWS");
  return { ...config, aws: { ...config.aws, roles: ROLES } };
}

/** Resources without boundary and path of roles and policies; people's policies say which boundary a deployer must give. */
function withoutRules({ resource = {} }: Template["json"]): unknown {
  const kinds = Object.entries(resource).map(([type, blocks]) => [
    type,
    type === "aws_iam_role" || type === "aws_iam_policy"
      ? Object.fromEntries(Object.entries(blocks).map(([id, block]) => [id, { ...block, ...UNBOUNDED }]))
      : blocks,
  ]);
  return Object.fromEntries(kinds);
}

const UNBOUNDED = { permissions_boundary: undefined, path: undefined };
