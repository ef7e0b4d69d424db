import { ServiceAccount } from "@cdktf/provider-google/lib/service-account";
import type { Construct } from "constructs";
import { accountId, type GcpDeployment } from "./deployment";

/** A service account, named after its role in the environment; it may do nothing yet. */
export function addAccount(scope: Construct, id: string, deployment: GcpDeployment, role: string, purpose: string): ServiceAccount {
  const { project, environment, apis } = deployment;
  return new ServiceAccount(scope, id, {
    project,
    accountId: accountId(deployment, role),
    displayName: `Retrigger ${environment}: ${purpose}`,
    dependsOn: apis.enabled("iam"),
  });
}
