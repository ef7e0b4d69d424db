import { ProjectIamMember } from "@cdktf/provider-google/lib/project-iam-member";
import { Construct } from "constructs";
import { ENVIRONMENT } from "../../../functions/core/environment";
import { CONDITION_SPACES } from "../../../operations/condition-slots";
import { evaluationFolders, type PromotedModel } from "../../promoted-models";
import { CustomRole, equalRoles, type Grant, objectGrants } from "../access/grants";
import type { DecisionTopic } from "../decision-topic";
import type { GcpDeployment } from "../deployment";
import type { StateStore } from "../state-store";
import type { WatchedBuckets } from "../triggers/watched-bucket";
import type { FunctionBuilder } from "./function-builder";
import { ScheduledFunction } from "./scheduled-function";

const TIMEOUT_SEC = 300;
/** The predictions of a million rows, of three models at the same time. */
const MEMORY_MB = 1024;
/** As for the sweeper: five tries, after 0, 20, 60, 140 and 300 seconds. */
const FIRST_RETRY_SEC = 20;
/** The least that Pub/Sub allows: a tick that is older is worth nothing. */
const RETENTION_SEC = 600;

export interface PromoterProps {
  readonly deployment: GcpDeployment;
  readonly builder: FunctionBuilder;
  readonly state: StateStore;
  readonly decisions: DecisionTopic;
  readonly buckets: WatchedBuckets;
  /** One at least. */
  readonly models: readonly PromotedModel[];
}

/** Judges every minute the versions that trainings registered, and marks them in the registry, one tick at a time. */
export class Promoter extends ScheduledFunction {
  constructor(scope: Construct, id: string, { deployment, builder, state, decisions, buckets, models }: PromoterProps) {
    super(scope, id, {
      deployment,
      builder,
      role: "promoter",
      // Every message is a tick.
      setsAside: false,
      description: "Judges the models that trainings registered, asks for approval, and marks what passed and what did not",
      grants: (own) => [
        state.readWrite(),
        ...decisions.grants(),
        registryGrant(own, deployment),
        ...evaluationGrants(own, { deployment, buckets, models }),
      ],
      environment: { [ENVIRONMENT.state]: state.database, ...decisions.environment() },
      timeoutSec: TIMEOUT_SEC,
      memoryMb: MEMORY_MB,
      maximumInstances: 1,
      queue: { id: "ticks", role: "promoter", firstRetrySec: FIRST_RETRY_SEC, retentionSec: RETENTION_SEC },
      schedules: [
        { id: "Resource", name: "promoter", description: "Ticks every minute", expression: "* * * * *", message: "tick" },
      ],
    });
  }
}

/**
 * To find versions, read the outputs of the runs that made them, and mark them by labels and aliases: approving is an update like
 * rejecting. Of every model of the project, as a model has no access policy of its own.
 * https://cloud.google.com/vertex-ai/docs/reference/rest/v1/projects.locations.models/mergeVersionAliases#iam-permissions
 */
const REGISTRY_PERMISSIONS = [
  "aiplatform.models.get",
  "aiplatform.models.list",
  "aiplatform.models.update",
  "aiplatform.pipelineJobs.get",
];

function registryGrant(scope: Construct, deployment: GcpDeployment): Grant {
  const { project, apis } = deployment;
  const title = "versions of models";
  const role = new CustomRole(scope, "registry", { deployment, role: "registry", title, permissions: REGISTRY_PERMISSIONS });
  const dependsOn = apis.enabled("aiplatform");
  return {
    id: "registry",
    give: (scope, id, member) => new ProjectIamMember(scope, id, { project, role: role.name, member, dependsOn }),
  };
}

/** Without the list, Cloud Storage answers 403 for an evaluation that is not there, which looks like a fault. */
const EVALUATION_PERMISSIONS = ["storage.objects.get", "storage.objects.list"];

/** Lets the function read evaluations and the predictions beside them, and no other object of these buckets. */
function evaluationGrants(
  scope: Construct,
  { deployment, buckets, models }: Pick<PromoterProps, "deployment" | "buckets" | "models">,
): Grant[] {
  const role = { deployment, role: "evaluations", title: "evaluations of models", permissions: EVALUATION_PERMISSIONS };
  const roles = equalRoles(new Construct(scope, "evaluations"), CONDITION_SPACES.evaluations, role);
  const access = { id: "evaluations", roles, space: CONDITION_SPACES.evaluations, title: "Evaluations of models" };
  const folders = models.flatMap(({ promotion }) => evaluationFolders(promotion));
  return objectGrants(
    buckets,
    access,
    folders.map(({ bucket, prefix }) => ({ bucket, object: { prefix } })),
  );
}
