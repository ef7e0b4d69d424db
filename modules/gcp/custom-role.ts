import { ProjectIamCustomRole } from "@cdktf/provider-google/lib/project-iam-custom-role";
import { Construct } from "constructs";
import type { GcpDeployment } from "./deployment";

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
