import * as z from "zod/mini";
import type { EventEntry } from "../event-entry";
import { optionalStatus, optionalText, requiredText } from "../event-fields";

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeAlgorithm.html */
const STATUSES = ["Pending", "InProgress", "Completed", "Failed", "Deleting"] as const;

/**
 * An algorithm resource. The reference shows no sample; AWS's own schema of the event names the fields below without AlgorithmStatus,
 * which is that of the API and may be missing.
 * https://docs.aws.amazon.com/cdk/api/v2/python/aws_cdk.mixins_preview.aws_sagemaker.events/SageMakerAlgorithmStateChange.html
 */
export const algorithm = {
  name: "algorithm",
  detailType: "SageMaker Algorithm State Change",
  detail: z.looseObject({
    AlgorithmName: requiredText,
    AlgorithmArn: optionalText,
    AlgorithmDescription: optionalText,
    AlgorithmStatus: optionalStatus(STATUSES),
  }),
  subject: { path: "AlgorithmName" },
  status: { path: "AlgorithmStatus", values: STATUSES },
  filters: {},
  tellsApart: [],
  times: [],
} as const satisfies EventEntry;
