import { ProjectIamCustomRole } from "@cdktf/provider-google/lib/project-iam-custom-role";
import { StorageBucketIamMember } from "@cdktf/provider-google/lib/storage-bucket-iam-member";
import { type ITerraformDependable, Token } from "cdktf";
import { Construct } from "constructs";
import { type GcpDeployment, shortHash } from "../deployment";
import type { WatchedBuckets } from "../triggers/watched-bucket";

/** One role on one resource, which an account may be given. */
export interface Grant {
  /** Unique among the grants of an account. */
  readonly id: string;
  /** Gives it to `member`, such as `serviceAccount:…`. */
  readonly give: (scope: Construct, id: string, member: string) => ITerraformDependable;
}

/** When a role holds, in IAM's own words. https://cloud.google.com/iam/docs/conditions-overview */
export interface GrantCondition {
  readonly title: string;
  readonly expression: string;
}

/** Gives an account all of these, each once, and returns what exists when it has them. */
export function giveAll(scope: Construct, grants: readonly Grant[], member: string): ITerraformDependable[] {
  const distinct = new Map(grants.map((grant) => [grant.id, grant]));
  return [...distinct.values()].map(({ id, give }) => give(scope, id, member));
}

/**
 * A role on the objects of a bucket, within a condition if there is one, which needs a bucket of uniform access.
 * https://cloud.google.com/storage/docs/uniform-bucket-level-access
 */
export function bucketGrant(buckets: WatchedBuckets, bucket: string, role: string, condition?: GrantCondition): Grant {
  // The name of a role that the stack makes is a token, whose text changes with whatever else the stack holds; it has a condition.
  const named = Token.isUnresolved(role) ? "custom" : role;
  return {
    id: `bucket-${shortHash(JSON.stringify([bucket, named, condition]))}`,
    give: (scope, id, member) =>
      new StorageBucketIamMember(scope, id, {
        bucket: buckets.nameOf(bucket),
        role,
        member,
        ...(condition === undefined ? {} : { condition }),
      }),
  };
}

/** The name of a bucket as IAM knows it. https://cloud.google.com/iam/docs/conditions-resource-attributes#resource-name */
export function bucketResource(bucket: string): string {
  return `projects/_/buckets/${bucket}`;
}

export interface CustomRoleProps {
  readonly deployment: GcpDeployment;
  /** The role is `retrigger_<environment>_<role>`. */
  readonly role: string;
  readonly title: string;
  readonly permissions: readonly string[];
}

/** A role of exactly the permissions that a function uses, where every predefined one holds more. */
export class CustomRole extends Construct {
  /** `projects/<project>/roles/<role>`. */
  readonly name: string;

  constructor(scope: Construct, id: string, { deployment, role, title, permissions }: CustomRoleProps) {
    super(scope, id);
    // Letters, digits, periods and underscores alone: https://cloud.google.com/iam/docs/creating-custom-roles#creating
    const roleId = `retrigger_${deployment.environment}_${role}`.replaceAll("-", "_");
    const { name } = new ProjectIamCustomRole(this, "Resource", {
      project: deployment.project,
      roleId,
      title: `Retrigger ${deployment.environment}: ${title}`,
      permissions: [...permissions],
      dependsOn: deployment.apis.enabled("iam"),
    });
    this.name = name;
  }
}
