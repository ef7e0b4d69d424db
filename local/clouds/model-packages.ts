import type { RegisteredVersion } from "../../functions/core/promotion/ports";
import type { VersionNaming } from "../../functions/memory/model-registry";
import { LANDING } from "../world/simulated-cloud";
import type { SeededRandom } from "../world/time-and-chance";

/** Versions of model package groups. */
export const packageNaming: VersionNaming = (group, number) => ({
  name: group,
  version: `${groupArn("model-package", group)}/${number}`,
});

function groupArn(resource: string, group: string): string {
  return `arn:aws:sagemaker:${LANDING.region}:${LANDING.account}:${resource}/${group}`;
}

/** As the API names what a person, or Retrigger, decided. */
const APPROVALS = { pending: "PendingManualApproval", approved: "Approved", rejected: "Rejected" } as const;
const STATUSES = { ready: "Completed", registering: "InProgress", unusable: "Failed" } as const;

/**
 * "SageMaker Model Package State Change" as EventBridge puts it into the queue, at `at` (epoch milliseconds).
 * https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html#eventbridge-model-package
 */
export function packageEvent(seen: RegisteredVersion, at: number, random: SeededRandom) {
  const { version, registry, number, registeredAt, approval, readiness, runId, evaluationUri } = seen;
  const registered = new Date(registeredAt).toISOString();
  return {
    version: "0",
    id: random.uuid(),
    "detail-type": "SageMaker Model Package State Change",
    source: "aws.sagemaker",
    account: LANDING.account,
    time: `${new Date(at).toISOString().slice(0, 19)}Z`,
    region: LANDING.region,
    resources: [version, groupArn("model-package-group", registry)],
    detail: {
      ModelPackageGroupName: registry,
      ModelPackageVersion: Number(number),
      ModelPackageArn: version,
      CreationTime: registered,
      InferenceSpecification: {
        Containers: [
          {
            Image: `${LANDING.account}.dkr.ecr.${LANDING.region}.amazonaws.com/delay-model:1`,
            ModelDataUrl: evaluationUri?.replace(/[^/]+$/, "model.tar.gz"),
          },
        ],
        SupportedContentTypes: ["text/csv"],
        SupportedResponseMIMETypes: ["application/json"],
      },
      ModelPackageStatus: STATUSES[readiness],
      ModelPackageStatusDetails: { ValidationStatuses: [], ImageScanStatuses: [] },
      CertifyForMarketplace: false,
      ModelApprovalStatus: APPROVALS[approval],
      MetadataProperties: { GeneratedBy: runId },
      ModelMetrics: { ModelQuality: { Statistics: { ContentType: "application/json", S3Uri: evaluationUri } } },
      LastModifiedTime: new Date(at).toISOString(),
    },
  };
}
