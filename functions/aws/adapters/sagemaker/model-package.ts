import {
  DescribeModelPackageCommand,
  type DescribeModelPackageOutput,
  type ModelApprovalStatus,
  type ModelPackageStatus,
  type SageMakerClient,
} from "@aws-sdk/client-sagemaker";
import type { RegisteredVersion } from "../../../core/promotion/ports";
import { isMissing, refusedToTell } from "./sagemaker-refusal";

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeModelPackage.html */
const READINESS: Readonly<Record<ModelPackageStatus, RegisteredVersion["readiness"]>> = {
  Pending: "registering",
  InProgress: "registering",
  Completed: "ready",
  Failed: "unusable",
  Deleting: "unusable",
};

const APPROVALS: Readonly<Record<ModelApprovalStatus, RegisteredVersion["approval"]>> = {
  PendingManualApproval: "pending",
  Approved: "approved",
  Rejected: "rejected",
};

/** Of a package with a version, which has a group; one without is no version of anything. */
const VERSION_ARN = /^arn:aws[a-z-]*:sagemaker:[a-z0-9-]+:\d{12}:model-package\/([a-z0-9-]+)\/(\d{1,5})$/i;
const EXECUTION_ARN = /^arn:aws[a-z-]*:sagemaker:[a-z0-9-]+:\d{12}:pipeline\/[^/]+\/execution\/[^/]+$/i;

/**
 * A model package as SageMaker has it now; undefined for one that is not there, or that is only logged: until somebody registers
 * it, it is no version of the group.
 * @throws RetryableError when SageMaker cannot answer now, and Error when it will not, or the package has no group
 */
export async function describePackage(client: SageMakerClient, arn: string): Promise<DescribeModelPackageOutput | undefined> {
  if (!VERSION_ARN.test(arn)) {
    throw new Error(`got the model package ${arn}; expected arn:aws:sagemaker:<region>:<account>:model-package/<group>/<version>`);
  }
  try {
    const found = await client.send(new DescribeModelPackageCommand({ ModelPackageName: arn }));
    return found.ModelPackageRegistrationType === "Logged" ? undefined : found;
  } catch (error) {
    return isMissing(error) ? undefined : refusedToTell(`the model package ${arn}`)(error);
  }
}

/** @throws Error when SageMaker says what no version can be */
export function versionOf(arn: string, found: DescribeModelPackageOutput): RegisteredVersion {
  const [, group = "", number = ""] = VERSION_ARN.exec(arn) ?? [];
  const { ModelPackageGroupName, ModelPackageVersion, CreationTime, ModelPackageStatus, MetadataProperties } = found;
  const readiness = ModelPackageStatus && READINESS[ModelPackageStatus];
  if (readiness === undefined)
    throw new Error(`SageMaker says ${ModelPackageStatus} of the model package ${arn}; expected ${Object.keys(READINESS).join()}`);
  if (CreationTime === undefined) throw new Error(`SageMaker gave no time for the model package ${arn}`);
  const runId = MetadataProperties?.GeneratedBy;
  const evaluationUri = found.ModelMetrics?.ModelQuality?.Statistics?.S3Uri;
  return {
    version: arn,
    registry: ModelPackageGroupName ?? group,
    number: String(ModelPackageVersion ?? number),
    registeredAt: CreationTime.getTime(),
    approval: approvalOf(arn, found),
    readiness,
    ...(runId !== undefined && EXECUTION_ARN.test(runId) && { runId }),
    ...(evaluationUri !== undefined && { evaluationUri }),
  };
}

/** Nobody decided about a package of which SageMaker says nothing. */
export function approvalOf(arn: string, { ModelApprovalStatus }: DescribeModelPackageOutput): RegisteredVersion["approval"] {
  if (ModelApprovalStatus === undefined) return "pending";
  const approval = APPROVALS[ModelApprovalStatus];
  if (approval !== undefined) return approval;
  const got = `SageMaker says ${ModelApprovalStatus} of the approval of the model package ${arn}`;
  throw new Error(`${got}; expected ${Object.keys(APPROVALS).join()}`);
}
