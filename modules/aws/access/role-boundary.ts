// What a company asks of every role and policy, by the type of a resource: whoever adds a role need not think of it.
import { IamPolicy } from "@cdktf/provider-aws/lib/iam-policy";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import type { IAspect } from "cdktf";
import type { Construct, IConstruct } from "constructs";
import { everywhere } from "../../everywhere";

export interface RoleRules {
  /** ARN of the managed policy that bounds every role. @default - none */
  readonly permissionsBoundary?: string | undefined;
  /** Of every role and managed policy, such as `/ml-platform/`; `/` is that of IAM itself. */
  readonly path: string;
}

/** The path of a role or policy that has none. */
const ROOT = "/";

/**
 * Gives every role within a scope, made now or later, its permissions boundary and path, and every managed policy the path. What is
 * outside of the scope stays as it is. No policy of Retrigger names a role by its ARN, so that a path breaks none.
 */
export function boundRoles(scope: Construct, rules: RoleRules): void {
  if (rules.permissionsBoundary === undefined && rules.path === ROOT) return;
  everywhere(scope, new RoleBoundary(rules));
}

class RoleBoundary implements IAspect {
  constructor(private readonly rules: RoleRules) {}

  visit(construct: IConstruct): void {
    const { permissionsBoundary, path } = this.rules;
    if (construct instanceof IamRole && permissionsBoundary !== undefined) construct.permissionsBoundary = permissionsBoundary;
    if ((construct instanceof IamRole || construct instanceof IamPolicy) && path !== ROOT) construct.path = path;
  }
}
