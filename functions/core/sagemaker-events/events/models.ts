import * as z from "zod/mini";
import {
  type EventEntry,
  optionalNumber,
  optionalStatus,
  optionalText,
  optionalTime,
  requiredText,
  statusText,
} from "../event-entry";

/**
 * A model that was created or deleted; the event does not say which, and its CreationTime is the same in both. The reference shows
 * a pattern instead of a sample; the fields are those of AWS's own schema of the event.
 * https://docs.aws.amazon.com/cdk/api/v2/docs/@aws-cdk_mixins-preview.aws_sagemaker.events.SageMakerModelStateChange.html
 */
export const model = {
  name: "model",
  detailType: "SageMaker Model State Change",
  detail: z.looseObject({
    ModelName: requiredText,
    ModelArn: optionalText,
    PrimaryContainer: z.nullish(z.looseObject({ Image: optionalText, ModelDataUrl: optionalText })),
    ExecutionRoleArn: optionalText,
    CreationTime: optionalTime,
  }),
  subject: { path: "ModelName" },
  filters: {},
  tellsApart: [],
  times: [],
} as const satisfies EventEntry;

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeModelPackage.html */
const MODEL_PACKAGE_STATUSES = ["Pending", "InProgress", "Completed", "Failed", "Deleting"] as const;

const APPROVAL_STATUSES = ["Approved", "Rejected", "PendingManualApproval"] as const;

/** https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html#eventbridge-model-package */
const UPDATED_FIELDS = [
  "ModelApprovalStatus",
  "ApprovalDescription",
  "ModelLifeCycle",
  "sourceUri",
  "CustomerMetadataProperties",
  "InferenceSpecification",
] as const;

/**
 * A version of a model in the registry: registered, or approved or rejected, or moved to another stage of its life, while its
 * status stays Completed. Its subject is `<group>/<version>`; a package without versions has a name instead of a group.
 */
export const modelPackage = {
  name: "model-package",
  detailType: "SageMaker Model Package State Change",
  detail: z.looseObject({
    ModelPackageArn: requiredText,
    ModelPackageName: optionalText,
    ModelPackageGroupName: optionalText,
    ModelPackageVersion: optionalNumber,
    ModelPackageStatus: optionalStatus(MODEL_PACKAGE_STATUSES),
    ModelApprovalStatus: optionalStatus(APPROVAL_STATUSES),
    ModelLifeCycle: z.nullish(z.looseObject({ Stage: optionalText, StageStatus: optionalText })),
    UpdatedModelPackageFields: z.nullish(z.array(z.string())),
    MetadataProperties: z.nullish(z.looseObject({ GeneratedBy: optionalText })),
    CreationTime: optionalTime,
    LastModifiedTime: optionalTime,
  }),
  subject: { path: "ModelPackageArn", arnOf: "model-package" },
  status: { path: "ModelPackageStatus", values: MODEL_PACKAGE_STATUSES },
  filters: {
    ModelPackageGroupName: "any",
    ModelApprovalStatus: APPROVAL_STATUSES,
    "ModelLifeCycle.Stage": "any",
    "ModelLifeCycle.StageStatus": "any",
    UpdatedModelPackageFields: UPDATED_FIELDS,
    "MetadataProperties.GeneratedBy": "any",
  },
  tellsApart: ["ModelApprovalStatus", "ModelLifeCycle.Stage", "ModelLifeCycle.StageStatus"],
  times: ["LastModifiedTime"],
} as const satisfies EventEntry;

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeModelCard.html */
const MODEL_CARD_STATUSES = ["Draft", "PendingReview", "Approved", "Archived"] as const;

/** A model card: written anew, put up for review, approved. Each change has a version of its own. */
export const modelCard = {
  name: "model-card",
  detailType: "SageMaker Model Card State Change",
  detail: z.looseObject({
    ModelCardName: requiredText,
    ModelCardVersion: optionalNumber,
    ModelCardStatus: statusText(MODEL_CARD_STATUSES),
    ModelId: optionalText,
    CreationTime: optionalTime,
    LastModifiedTime: optionalTime,
  }),
  subject: { path: "ModelCardName" },
  status: { path: "ModelCardStatus", values: MODEL_CARD_STATUSES },
  filters: { ModelId: "any" },
  tellsApart: ["ModelCardVersion"],
  times: ["LastModifiedTime"],
} as const satisfies EventEntry;

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeModelCardExportJob.html */
const MODEL_CARD_EXPORT_JOB_STATUSES = ["InProgress", "Completed", "Failed"] as const;

/**
 * The export of a model card as a document. The shape of this event is published nowhere: its fields are those of the API, and only
 * the name is asked for.
 */
export const modelCardExportJob = {
  name: "model-card-export-job",
  detailType: "SageMaker Model Card Export Job State Change",
  detail: z.looseObject({
    ModelCardExportJobName: requiredText,
    ModelCardExportJobArn: optionalText,
    ModelCardName: optionalText,
    ModelCardVersion: optionalNumber,
    Status: optionalStatus(MODEL_CARD_EXPORT_JOB_STATUSES),
    FailureReason: optionalText,
    CreatedAt: optionalTime,
    LastModifiedAt: optionalTime,
  }),
  subject: { path: "ModelCardExportJobName" },
  status: { path: "Status", values: MODEL_CARD_EXPORT_JOB_STATUSES },
  filters: { ModelCardName: "any" },
  tellsApart: ["ModelCardExportJobArn"],
  times: ["LastModifiedAt"],
} as const satisfies EventEntry;

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeAlgorithm.html */
const ALGORITHM_STATUSES = ["Pending", "InProgress", "Completed", "Failed", "Deleting"] as const;

/**
 * An algorithm resource. The reference shows no sample; AWS's own schema of the event names the fields below without
 * AlgorithmStatus, which is that of the API and may be missing.
 * https://docs.aws.amazon.com/cdk/api/v2/python/aws_cdk.mixins_preview.aws_sagemaker.events/SageMakerAlgorithmStateChange.html
 */
export const algorithm = {
  name: "algorithm",
  detailType: "SageMaker Algorithm State Change",
  detail: z.looseObject({
    AlgorithmName: requiredText,
    AlgorithmArn: optionalText,
    AlgorithmDescription: optionalText,
    AlgorithmStatus: optionalStatus(ALGORITHM_STATUSES),
  }),
  subject: { path: "AlgorithmName" },
  status: { path: "AlgorithmStatus", values: ALGORITHM_STATUSES },
  filters: {},
  tellsApart: [],
  times: [],
} as const satisfies EventEntry;
