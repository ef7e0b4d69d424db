import { SecretManagerSecretIamMember } from "@cdktf/provider-google/lib/secret-manager-secret-iam-member";
import { TerraformResource } from "cdktf";
import type { Construct } from "constructs";
import type { GcpConfig } from "../config/sections/gcp/gcp";
import { deployerGrants } from "../modules/gcp/access/deployer-policy";
import { approverGrants, operatorGrants, type PeopleGrantsProps } from "../modules/gcp/access/people-policies";
import { type WatchedPart, watchedParts } from "../modules/watched";
import type { StackOutputs } from "./stack-outputs";

export interface GcpPeopleProps {
  readonly deployment: PeopleGrantsProps["deployment"];
  readonly gcp: GcpConfig;
  /** Whether there is a coordinator that people answer. */
  readonly isCoordinated: boolean;
}

/** The policies of people, as outputs: what they need for all that the scope holds so far. */
export function gcpPeopleOutputs(scope: Construct, { deployment, gcp, isCoordinated }: GcpPeopleProps): StackOutputs {
  const { approver, operator, deployer } = gcpPeoplePolicies(scope, { deployment, gcp });
  return {
    ...(isCoordinated && {
      approver_policy: {
        description: "Permissions of a person who answers, and where: it sends answers, and allows nothing else",
        value: approver,
      },
      operator_policy: {
        description: "Permissions of a person who operates the deployment by npx retrigger, and where",
        value: operator,
      },
    }),
    deployer_policy: {
      description: "Permissions of whoever runs terraform apply and destroy, and where",
      value: deployer,
    },
  };
}

/** The policies of people for all that the scope holds so far, as JSON. */
export function gcpPeoplePolicies(scope: Construct, { deployment, gcp }: Omit<GcpPeopleProps, "isCoordinated">) {
  const all = scope.node.findAll();
  const namesOf = (kind: WatchedPart["kind"]) => watchedParts(scope).flatMap((part) => (part.kind === kind ? [part.name] : []));
  const secrets = all.flatMap((construct) =>
    construct instanceof SecretManagerSecretIamMember ? [construct.secretIdInput ?? ""] : [],
  );
  const resources = all.filter(TerraformResource.isTerraformResource);
  return {
    approver: JSON.stringify(approverGrants({ deployment })),
    operator: JSON.stringify(
      operatorGrants({ deployment, queues: namesOf("queue"), deadLetterQueues: namesOf("dead-letter-queue") }),
    ),
    deployer: JSON.stringify(
      deployerGrants({
        deployment,
        types: new Set(resources.map(({ terraformResourceType }) => terraformResourceType)),
        secrets: [...new Set(secrets)].sort(),
        connector: gcp.network?.connector,
      }),
    ),
  };
}
