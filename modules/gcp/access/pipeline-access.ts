import { ProjectIamMember } from "@cdktf/provider-google/lib/project-iam-member";
import { ServiceAccountIamMember } from "@cdktf/provider-google/lib/service-account-iam-member";
import { Construct } from "constructs";
import type { ModelSettings } from "../../../functions/core/model-settings";
import type { GcpDeployment } from "../deployment";
import type { WatchedBuckets } from "../triggers/watched-bucket";
import { CustomRole, type Grant } from "./grants";
import { RunnerAccount, runnerEmail, TemplateAccess } from "./runner-account";

/** To start a run and to look at it; `roles/aiplatform.user` may do several hundred things more. */
const PERMISSIONS = ["aiplatform.pipelineJobs.create", "aiplatform.pipelineJobs.get"];

/** A model as far as its pipeline is started; without data where only direct schedules start it. */
export type PipelineOwner = Pick<ModelSettings, "pipeline"> & Partial<Pick<ModelSettings, "data">>;

export interface PipelineAccessProps {
  readonly deployment: GcpDeployment;
  readonly buckets: WatchedBuckets;
  /** Of all functions that start pipelines. */
  readonly models: readonly PipelineOwner[];
}

/** Lets functions start the models' pipelines on Vertex AI, each as its own account, and look at their runs. */
export class PipelineAccess extends Construct {
  /** The account that Retrigger makes for the models that name none. */
  readonly runner: RunnerAccount | undefined;
  private readonly props: PipelineAccessProps;
  private readonly role: CustomRole;
  private readonly templates: TemplateAccess;

  constructor(scope: Construct, id: string, props: PipelineAccessProps) {
    super(scope, id);
    const { deployment, buckets, models } = props;
    this.props = props;
    this.role = new CustomRole(this, "role", { deployment, role: "pipelines", title: "pipelines", permissions: PERMISSIONS });
    this.templates = new TemplateAccess(this, "templates", { deployment, buckets });
    const { templates } = this;
    const running = models.filter(({ pipeline }) => pipeline.vertex?.serviceAccount === runnerEmail(deployment));
    const isNeeded = running.length > 0;
    this.runner = isNeeded ? new RunnerAccount(this, "runner", { deployment, buckets, models: running, templates }) : undefined;
  }

  /** Lets a function start the pipelines of some of the models, and look at runs. */
  grants(models: readonly PipelineOwner[]): Grant[] {
    const { deployment } = this.props;
    const { project, apis } = deployment;
    const pipelines = models.flatMap(({ pipeline: { vertex } }) => (vertex === undefined ? [] : [vertex]));
    return [
      {
        id: "pipelines",
        give: (scope, id, member) =>
          new ProjectIamMember(scope, id, { project, role: this.role.name, member, dependsOn: apis.enabled("aiplatform") }),
      },
      ...pipelines.map(({ serviceAccount }) => this.actAs(serviceAccount)),
      ...this.templates.grants(pipelines),
    ];
  }

  private actAs(email: string): Grant {
    const isOurs = email === runnerEmail(this.props.deployment);
    const [, project = ""] = /@([^.]+)\./.exec(email) ?? [];
    return {
      id: `act-as-${email}`,
      give: (scope, id, member) =>
        new ServiceAccountIamMember(scope, id, {
          serviceAccountId: isOurs && this.runner ? this.runner.name : `projects/${project}/serviceAccounts/${email}`,
          role: "roles/iam.serviceAccountUser",
          member,
          ...(isOurs && this.runner ? { dependsOn: [...this.runner.ready] } : {}),
        }),
    };
  }
}
