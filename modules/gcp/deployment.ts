import { createHash } from "node:crypto";
import { ProjectService } from "@cdktf/provider-google/lib/project-service";
import { ServiceAccount } from "@cdktf/provider-google/lib/service-account";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import { metricEnvironment, startOfNames } from "../../functions/core/state-layout";

/** What the names of a deployment begin with. */
export interface DeploymentNames {
  readonly environment: string;
  /** 1 to 20 of a-z, 0-9 and -. @default retrigger */
  readonly namePrefix?: string;
}

/** Where the constructs are deployed to: physical names are made from it, which no other environment of the project has. */
export interface GcpDeployment extends DeploymentNames {
  /** Id of the project. */
  readonly project: string;
  /** Number of the project; usually a token. */
  readonly projectNumber: string;
  readonly region: string;
  /** Region of the Cloud Scheduler jobs, which not every region has. */
  readonly schedulerRegion: string;
  readonly apis: ProjectApis;
  /** Folder of the project's sources: the functions' sources and the bundles' cache are in it. */
  readonly projectDir: string;
}

/** `<namePrefix>-<environment>-<role>`; what exceeds `maxLength` characters gives way to a hash. */
export function physicalName({ environment, namePrefix }: DeploymentNames, role: string, maxLength = 63): string {
  return shortened(`${startOfNames(environment, namePrefix)}-${role}`, maxLength);
}

/** The id of a service account: 6 to 30 characters. https://cloud.google.com/iam/docs/service-accounts-create */
export function accountId(deployment: DeploymentNames, role: string): string {
  return physicalName(deployment, role, 30);
}

/** The name of a bucket of Retrigger's own: the names of all projects are one space, so the project is part of it. */
export function bucketName({ project, ...names }: DeploymentNames & Pick<GcpDeployment, "project">, role: string): string {
  return shortened(`${project}-${physicalName(names, role, Number.POSITIVE_INFINITY)}`, 63);
}

/**
 * The id of a custom role, which is at most 64 letters, digits, periods and underscores.
 * https://cloud.google.com/iam/docs/creating-custom-roles#creating
 */
export function customRoleId(deployment: DeploymentNames, role: string): string {
  return physicalName(deployment, role, 64).replaceAll("-", "_");
}

/**
 * Pub/Sub itself, as it pushes messages and forwards dead letters; made when the API is enabled.
 * https://cloud.google.com/pubsub/docs/access-control#service-agent
 */
export function pubsubAgent({ projectNumber }: Pick<GcpDeployment, "projectNumber">): string {
  return `serviceAccount:service-${projectNumber}@gcp-sa-pubsub.iam.gserviceaccount.com`;
}

/** Eight characters that tell texts apart. */
export function shortHash(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}

function shortened(name: string, maxLength: number): string {
  return name.length <= maxLength ? name : `${name.slice(0, maxLength - 9)}-${shortHash(name)}`;
}

/** How a deployment is called where people read it, as in the names of notification channels. */
export function titleOf({ environment, namePrefix }: DeploymentNames): string {
  return `Retrigger ${metricEnvironment(environment, namePrefix)}`;
}

/** A service account, named after its role in the environment; it may do nothing yet. */
export function addAccount(scope: Construct, id: string, deployment: GcpDeployment, role: string, purpose: string): ServiceAccount {
  const { project, apis } = deployment;
  return new ServiceAccount(scope, id, {
    project,
    accountId: accountId(deployment, role),
    displayName: `${titleOf(deployment)}: ${purpose}`,
    dependsOn: apis.enabled("iam"),
  });
}

type ApiName =
  | "aiplatform"
  | "artifactregistry"
  | "cloudbuild"
  | "cloudfunctions"
  | "cloudscheduler"
  | "firestore"
  | "iam"
  | "logging"
  | "monitoring"
  | "pubsub"
  | "run"
  | "secretmanager"
  | "storage";

/** The APIs of the project that its resources need; they stay enabled when the stack is destroyed, as others may use them. */
export class ProjectApis extends Construct {
  private readonly project: string;
  private readonly services = new Map<ApiName, ProjectService>();

  constructor(scope: Construct, id: string, { project }: { readonly project: string }) {
    super(scope, id);
    this.project = project;
  }

  /** What a resource depends on that needs these APIs. */
  enabled(...names: readonly ApiName[]): ITerraformDependable[] {
    return names.map((name) => this.services.get(name) ?? this.enable(name));
  }

  private enable(name: ApiName): ProjectService {
    const service = new ProjectService(this, name, {
      project: this.project,
      service: `${name}.googleapis.com`,
      disableOnDestroy: false,
    });
    this.services.set(name, service);
    return service;
  }
}
