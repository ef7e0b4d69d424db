import type { GcpDeployment } from "../deployment";
import { DEPLOYER_PERMISSIONS } from "./deployer-actions";
import type { PeopleGrant } from "./people-policies";

export interface DeployerGrantsProps {
  readonly deployment: Pick<GcpDeployment, "project">;
  /** Types of resources that the deployment has, such as `google_pubsub_topic`. */
  readonly types: ReadonlySet<string>;
  /** Secrets that functions read, as `projects/<project>/secrets/<secret>`. */
  readonly secrets: readonly string[];
  /** Connector of the functions, as `projects/<project>/locations/<region>/connectors/<name>`. @default - none */
  readonly connector?: string | undefined;
}

/**
 * What whoever applies and destroys a deployment needs: what Terraform calls for the types of resources that the deployment has.
 * What has no name before it is created can be allowed on the project alone.
 * @throws Error for a type of resource that DEPLOYER_PERMISSIONS does not have
 */
export function deployerGrants({ deployment, types, secrets, connector }: DeployerGrantsProps): PeopleGrant[] {
  const isOfSecret = (permission: string) => permission.startsWith("secretmanager.secrets.");
  const all = [...new Set([...types].flatMap(permissionsOf))].sort();
  const grants = [
    { permissions: all.filter((permission) => !isOfSecret(permission)), resources: [`projects/${deployment.project}`] },
    { permissions: all.filter(isOfSecret), resources: secrets },
    ...(connector === undefined ? [] : [connectorGrant(connector)]),
  ];
  return grants.filter(({ permissions, resources }) => permissions.length > 0 && resources.length > 0);
}

function permissionsOf(type: string): readonly string[] {
  const known = Object.hasOwn(DEPLOYER_PERMISSIONS, type) ? DEPLOYER_PERMISSIONS[type] : undefined;
  if (known !== undefined) return known;
  throw new Error(`nothing is known of what Terraform calls for ${type}; add it to modules/gcp/access/deployer-actions.ts`);
}

/** On the connector's project, as a connector has no policy. https://cloud.google.com/vpc/docs/configure-serverless-vpc-access */
function connectorGrant(connector: string): PeopleGrant {
  const [, project = ""] = connector.split("/");
  return { permissions: ["vpcaccess.connectors.get", "vpcaccess.connectors.use"], resources: [`projects/${project}`] };
}
