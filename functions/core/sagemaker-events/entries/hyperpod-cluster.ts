import * as z from "zod/mini";
import type { EventEntry } from "../event-entry";
import { optionalNumber, optionalText, optionalTime, requiredText, statusText } from "../event-fields";

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeCluster.html */
const STATUSES = ["Creating", "Updating", "SystemUpdating", "RollingBack", "InService", "Deleting", "Failed"] as const;

/** A HyperPod cluster; its event says InService, as the API does, and has no time but that of the creation. */
export const hyperpodCluster = {
  name: "hyperpod-cluster",
  detailType: "SageMaker HyperPod Cluster State Change",
  detail: z.looseObject({
    ClusterName: requiredText,
    ClusterArn: optionalText,
    ClusterStatus: statusText(STATUSES),
    FailureMessage: optionalText,
    InstanceGroups: z.nullish(
      z.array(
        z.looseObject({
          InstanceGroupName: optionalText,
          Status: optionalText,
          CurrentCount: optionalNumber,
          TargetCount: optionalNumber,
        }),
      ),
    ),
    CreationTime: optionalTime,
  }),
  subject: { path: "ClusterName" },
  status: { path: "ClusterStatus", values: STATUSES },
  filters: { "InstanceGroups.InstanceGroupName": "any", "InstanceGroups.Status": "any" },
  tellsApart: ["InstanceGroups.Status", "InstanceGroups.CurrentCount", "InstanceGroups.TargetCount"],
  times: [],
} as const satisfies EventEntry;
