import * as z from "zod/mini";
import type { EventEntry } from "../event-entry";
import { optionalNumber, optionalStatus, optionalText, optionalTime, requiredText } from "../event-fields";

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeModelPackage.html */
const STATUSES = ["Pending", "InProgress", "Completed", "Failed", "Deleting"] as const;

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
 * A version of a model in the registry: registered, or approved or rejected, or moved to another stage of its life, while its status
 * stays Completed. Its subject is `<group>/<version>`; a package without versions has a name instead of a group.
 */
export const modelPackage = {
  name: "model-package",
  detailType: "SageMaker Model Package State Change",
  detail: z.looseObject({
    ModelPackageArn: requiredText,
    ModelPackageName: optionalText,
    ModelPackageGroupName: optionalText,
    ModelPackageVersion: optionalNumber,
    ModelPackageStatus: optionalStatus(STATUSES),
    ModelApprovalStatus: optionalStatus(APPROVAL_STATUSES),
    ModelLifeCycle: z.nullish(z.looseObject({ Stage: optionalText, StageStatus: optionalText })),
    UpdatedModelPackageFields: z.nullish(z.array(z.string())),
    MetadataProperties: z.nullish(z.looseObject({ GeneratedBy: optionalText })),
    CreationTime: optionalTime,
    LastModifiedTime: optionalTime,
  }),
  subject: { path: "ModelPackageArn", arnOf: "model-package" },
  status: { path: "ModelPackageStatus", values: STATUSES },
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
