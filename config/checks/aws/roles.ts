// What every role has in common, held against where it is deployed to.
import { type Problem, quotedValue } from "../../errors";
import { partitionOf } from "../../sections/aws/aws";
import { accountIdSchema, rolesSchema } from "../../sections/aws/security";
import { regionSchema } from "../../sections/fields";
import { mapping } from "../unchecked-config";

/**
 * What is wrong with where the permissions boundary is: IAM takes one of the role's own partition and account, or one of AWS's own
 * policies. https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
 */
export function roleProblems(config: unknown): Problem[] {
  const aws = mapping(mapping(config).aws);
  const region = regionSchema.safeParse(aws.region);
  const boundary = rolesSchema.shape.permissionsBoundary.safeParse(mapping(aws.roles).permissionsBoundary);
  if (!region.success || boundary.data === undefined) return [];
  const [, partition = "", , , account = ""] = boundary.data.split(":");
  const problem = (message: string): Problem[] => [{ path: ["aws", "roles", "permissionsBoundary"], message }];
  const wanted = partitionOf(region.data);
  if (partition !== wanted) {
    return problem(
      `got a policy of the partition ${partition}; expected one of ${wanted}, as aws.region is ${quotedValue(region.data)}; name a policy there`,
    );
  }
  const allowed = Array.isArray(aws.allowedAccountIds) ? aws.allowedAccountIds.filter(isAccount) : [];
  if (account === "aws" || allowed.length === 0 || allowed.includes(account)) return [];
  return problem(
    `got a policy of the account ${account}; expected one of ${allowed.join(", ")}, as roles take a boundary of their own account; name a policy there, or correct aws.allowedAccountIds`,
  );
}

function isAccount(id: unknown): boolean {
  return accountIdSchema.safeParse(id).success;
}
