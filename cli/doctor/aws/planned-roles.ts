import { blockNamed, blocksOf, type PlannedStack, type Resources, referredName, textIn } from "../../plan/synthesise";
import type { AwsAccount } from "./account";
import { readPolicy, type Statement } from "./policy-document";

/** A role that the configuration deploys. */
export interface PlannedRole {
  readonly name: string;
  readonly statements: readonly Statement[];
}

/** What ARNs are made of. */
interface Place {
  readonly partition: string;
  readonly region: string;
  readonly accountId: string;
}

/** Where the account of whoever asks is. */
export function placeOf({ partition, region, identity }: AwsAccount): Place {
  return { partition, region, accountId: identity?.accountId ?? "" };
}

/** ARNs of what policies refer to, by the type of a resource in Terraform. */
const ARNS: Readonly<Record<string, (name: string, place: Place) => string>> = {
  aws_cloudwatch_log_group: (name, place) => arn("logs", `log-group:${name}`, place),
  aws_dynamodb_table: (name, place) => arn("dynamodb", `table/${name}`, place),
  aws_lambda_function: (name, place) => arn("lambda", `function:${name}`, place),
  aws_s3_bucket: (name, { partition }) => `arn:${partition}:s3:::${name}`,
  aws_sns_topic: (name, place) => arn("sns", name, place),
  aws_sqs_queue: (name, place) => arn("sqs", name, place),
};

function arn(service: string, resource: string, { partition, region, accountId }: Place): string {
  return `arn:${partition}:${service}:${region}:${accountId}:${resource}`;
}

/**
 * The roles of a stack with what their policies say, as it will be in the account.
 * @throws Error for a policy that refers to something of which no ARN is known here
 */
export function plannedRoles({ resources }: PlannedStack, place: Place): PlannedRole[] {
  const rolesOfStack: Resources[string] = { ...resources.aws_iam_role };
  return Object.entries(rolesOfStack).map(([id, role]) => {
    const isOfRole = (block: Resources[string][string]) => referredName(block, "role", "aws_iam_role") === id;
    const inline = blocksOf(resources, "aws_iam_role_policy").filter(isOfRole);
    const attached = blocksOf(resources, "aws_iam_role_policy_attachment")
      .filter(isOfRole)
      .map((block) => blockNamed(resources, "aws_iam_policy", referredName(block, "policy_arn", "aws_iam_policy")) ?? {});
    const name = textIn(role, "name");
    const statements = [...inline, ...attached].flatMap((block) => {
      const policy = readPolicy(known(textIn(block, "policy"), resources, place));
      if (policy === undefined) throw new Error(`a policy of the role ${name} cannot be read`);
      return policy;
    });
    return { name, statements };
  });
}

/** A text of Terraform without references. */
function known(text: string, resources: Resources, place: Place): string {
  return text.replace(/\$\{([^}]*)\}/g, (_, reference: string) => {
    if (/^data\.aws_caller_identity\.[\w-]+\.account_id$/.test(reference)) return place.accountId;
    const [, type = "", name = ""] = /^(\w+)\.([\w-]+)\.arn$/.exec(reference) ?? [];
    const block = resources[type]?.[name];
    const made = ARNS[type];
    if (block === undefined || made === undefined) throw new Error(`nothing is known here of ${reference}`);
    return made(textIn(block, "name") || textIn(block, "function_name") || textIn(block, "bucket"), place);
  });
}
