import type { Construct } from "constructs";
import { ENVIRONMENT } from "../../../functions/core/environment";
import { evaluationFolders, jointlyApproved, type PromotedModel, promotedModels, separatelyApproved } from "../../promoted-models";
import type { PolicyStatement } from "../access/policy";
import { findCandidates, judgeCandidates, readCandidates } from "../access/registry-permissions";
import type { DecisionTopic } from "../decision-topic";
import type { AwsDeployment } from "../deployment";
import type { StateStore } from "../state-store";
import { ScheduledFunction } from "./scheduled-function";

const TIMEOUT_SEC = 300;
/** The predictions of a million rows, of three models at the same time. */
const MEMORY_MB = 1024;
/** The next tick does the same. */
const MAXIMUM_WAIT_SEC = 60;

export interface PromoterProps {
  readonly deployment: AwsDeployment;
  readonly state: StateStore;
  readonly decisions: DecisionTopic;
  /** One at least. */
  readonly models: readonly PromotedModel[];
}

/**
 * Judges every minute the models that trainings registered, and marks them in the registry; it may not approve those of a model
 * whose approval is separate. A tick that fails is not repeated: the next one does the same.
 */
export class Promoter extends ScheduledFunction {
  constructor(scope: Construct, id: string, { deployment, state, decisions, models }: PromoterProps) {
    super(scope, id, {
      deployment,
      role: "promoter",
      description: "Judges the models that trainings registered, asks for approval, and marks what passed and what did not",
      models: models.map(({ settings }) => settings),
      statementsOf: (some) => {
        const own = promotedModels(some);
        return [
          state.readSettings(),
          // It freezes the automatic trainings of a model that promotes without a gain.
          state.replace("promotions", "coordinators"),
          state.put("candidates"),
          // Which request a candidate's run was started for.
          state.query("decisions"),
          state.read("requests"),
          state.readMany("promotions"),
          decisions.publish(),
          ...readEvaluations(deployment, own),
          ...findCandidates(deployment),
          readCandidates(deployment, own),
          ...judgeCandidates(deployment, jointlyApproved(own), "approve"),
          ...judgeCandidates(deployment, separatelyApproved(own), "reject-alone"),
        ];
      },
      environment: { [ENVIRONMENT.state]: state.tableName, ...decisions.environment() },
      timeoutSec: TIMEOUT_SEC,
      memoryMb: MEMORY_MB,
      schedulerRole: "promoter-schedule",
      maximumWaitSec: MAXIMUM_WAIT_SEC,
      deliveryRetries: 0,
      schedules: [{ id: "Resource", name: "promoter", expression: "rate(1 minute)" }],
    });
  }
}

/** Lets the function read evaluations and the predictions beside them, and no other object of these buckets. */
function readEvaluations({ partition }: AwsDeployment, models: readonly PromotedModel[]): PolicyStatement[] {
  const bucketArn = (bucket: string) => `arn:${partition}:s3:::${bucket}`;
  const folders = models.flatMap(({ promotion }) => evaluationFolders(promotion));
  return [
    {
      Effect: "Allow",
      Action: "s3:GetObject",
      Resource: distinct(folders.map(({ bucket, prefix }) => `${bucketArn(bucket)}/${prefix}*`)),
    },
    // Without it, S3 answers 403 for an evaluation that is not there, which looks like a fault; a request for one object has no
    // prefix that could be a condition. It reveals names, no content.
    // https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
    { Effect: "Allow", Action: "s3:ListBucket", Resource: distinct(folders.map(({ bucket }) => bucketArn(bucket))) },
  ];
}

function distinct(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}
