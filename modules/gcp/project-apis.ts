import { ProjectService } from "@cdktf/provider-google/lib/project-service";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";

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
