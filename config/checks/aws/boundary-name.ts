// The name of the permissions boundary, which must not be one that a deployer may change.
import { startOfNames } from "../../../functions/core/state-layout";
import { configSchema } from "../../config";
import { type Problem, quotedValue } from "../../errors";
import { rolesSchema } from "../../sections/aws/security";
import { mapping } from "../unchecked-config";

/** In the place of an account's number: a policy of AWS's own, which nobody can change. */
const OF_AWS = "aws";

/**
 * Whoever deploys may change policies that are named as this deployment's are. A boundary among them would bound nothing: a
 * deployer could write a new version of it.
 */
export function boundaryNameProblems(config: unknown): Problem[] {
  const { environment, namePrefix } = mapping(config);
  const roles = rolesSchema.safeParse(mapping(mapping(config).aws).roles ?? {});
  const names = configSchema.pick({ environment: true, namePrefix: true }).safeParse({ environment, namePrefix });
  if (!roles.success || !names.success) return [];
  const { permissionsBoundary, path } = roles.data;
  const [, , , , account, resource = ""] = permissionsBoundary?.split(":") ?? [];
  const own = `${path}${startOfNames(names.data.environment, names.data.namePrefix)}-`;
  if (account === OF_AWS || !ownPolicies(own).test(resource)) return [];
  const message = `got ${quotedValue(permissionsBoundary)}, which is named as the policies of this deployment are, ${own}…: whoever deploys could change it; expected another name or path; name a policy that begins otherwise, or set another aws.roles.path`;
  return [{ path: ["aws", "roles", "permissionsBoundary"], message }];
}

/**
 * What IAM's pattern of the deployment's policies matches. Names that differ by case alone are the same to IAM; and the path may
 * hold a wildcard. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
function ownPolicies(start: string): RegExp {
  const pattern = start
    .replace(/[\\^$.|+()[\]{}]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^policy${pattern}`, "i");
}
