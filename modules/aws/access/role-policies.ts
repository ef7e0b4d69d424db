import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";
import type { ModelSettings } from "../../../functions/core/model-settings";
import { type AwsDeployment, physicalName } from "../deployment";
import { type RoleTaker, withKeyUse } from "../keys/key-use";
import { IAM_LIMITS, packStatements } from "./pack-statements";
import { lengthInAws, type PolicyStatement, policyDocument } from "./policy";

/** Longest name of a policy. https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html */
const MAX_NAME_LENGTH = 128;

export interface RolePolicyProps {
  readonly deployment: AwsDeployment;
  /** Name of the role; usually a token. */
  readonly roleName: string;
  readonly taker: RoleTaker;
  /** What it may do, beside using the customer's own keys for it. */
  readonly statements: readonly PolicyStatement[];
}

/** Lets a role do what the statements say, and use the customer's own keys for it. */
export function addRolePolicy(scope: Construct, id: string, props: RolePolicyProps): IamRolePolicy {
  const { deployment, roleName, taker, statements } = props;
  return new IamRolePolicy(scope, id, { role: roleName, policy: policyDocument(withKeyUse(deployment, taker, statements)) });
}

export interface RolePoliciesProps {
  readonly deployment: AwsDeployment;
  /** Name of the role; usually a token. */
  readonly roleName: string;
  /** The function that takes the role. */
  readonly of: string;
  /** Whom it works for. */
  readonly models: readonly ModelSettings[];
  /** What it may do for some of them, beside using the customer's own keys for it. */
  readonly statementsOf: (some: readonly ModelSettings[]) => readonly PolicyStatement[];
}

/**
 * Lets the role of a function do what the statements say, and use the customer's own keys for it, by an inline policy and as many
 * managed ones as that takes. Where a role cannot hold them, the scope is invalid, and says how many models fit.
 * @returns what must exist before the role is used
 */
export function addRolePolicies(scope: Construct, props: RolePoliciesProps): ITerraformDependable[] {
  const { deployment, roleName, of, models } = props;
  const taker = { service: "lambda", functionName: physicalName(deployment, of) } as const;
  const statementsOf = (some: readonly ModelSettings[]) => withKeyUse(deployment, taker, props.statementsOf(some));
  const { region, accountId, attachedPolicies } = deployment;
  const room = { attachedPolicies, lengthOf: (text: string) => lengthInAws(text, accountId) };
  const packed = packStatements(models, statementsOf, room);
  if (packed === undefined) {
    const fits = (count: number) => packStatements(models.slice(0, count), statementsOf, room) !== undefined;
    const message = refusal(of, { got: models.length, fitting: mostThat(fits, models.length) }, attachedPolicies);
    scope.node.addValidation({ validate: () => [message] });
    return [];
  }
  const inline = new IamRolePolicy(scope, "policy", { role: roleName, policy: policyDocument(packed.inline) });
  const attached = [...packed.managed].map(([number, own]) => {
    const name = physicalName(deployment, `${of}-${region}-${number}`, MAX_NAME_LENGTH);
    const { arn } = new IamPolicy(scope, `policy-${number}`, { name, policy: policyDocument(own) });
    return new IamRolePolicyAttachment(scope, `policy-${number}-attached`, { role: roleName, policyArn: arn });
  });
  return [inline, ...attached];
}

function refusal(
  of: string,
  { got, fitting }: { readonly got: number; readonly fitting: number },
  attached: number = IAM_LIMITS.attachedPolicies,
): string {
  const { inlineCharacters, managedCharacters } = IAM_LIMITS;
  return `got ${got} models on AWS, whose buckets, pipelines, registries and endpoints the role of ${of} names, while IAM holds ${inlineCharacters} characters for a role, and ${attached} policies of ${managedCharacters}; expected at most ${fitting} with names as long as these; let models share buckets, use shorter names, divide the models among environments, or have AWS raise its quota of managed policies attached to a role, and set aws.quotas.attachedPolicies`;
}

/** The highest number up to `limit` that fits, by halving. */
function mostThat(fits: (count: number) => boolean, limit: number): number {
  let [fitting, failing] = [0, limit];
  while (failing - fitting > 1) {
    const middle = Math.floor((fitting + failing) / 2);
    if (fits(middle)) fitting = middle;
    else failing = middle;
  }
  return fitting;
}
