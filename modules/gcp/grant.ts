import type { ITerraformDependable } from "cdktf";
import type { Construct } from "constructs";

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
