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

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_DescribeCluster.html */
const HYPERPOD_CLUSTER_STATUSES = [
  "Creating",
  "Updating",
  "SystemUpdating",
  "RollingBack",
  "InService",
  "Deleting",
  "Failed",
] as const;

/** A HyperPod cluster; its event says InService, as the API does, and has no time but that of the creation. */
export const hyperpodCluster = {
  name: "hyperpod-cluster",
  detailType: "SageMaker HyperPod Cluster State Change",
  detail: z.looseObject({
    ClusterName: requiredText,
    ClusterArn: optionalText,
    ClusterStatus: statusText(HYPERPOD_CLUSTER_STATUSES),
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
  status: { path: "ClusterStatus", values: HYPERPOD_CLUSTER_STATUSES },
  filters: { "InstanceGroups.InstanceGroupName": "any", "InstanceGroups.Status": "any" },
  tellsApart: ["InstanceGroups.Status", "InstanceGroups.CurrentCount", "InstanceGroups.TargetCount"],
  times: [],
} as const satisfies EventEntry;

/** https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-hyperpod-cluster-events-reference.html */
const LEVELS = ["Info", "Warn", "Error"] as const;

const RESOURCE_TYPES = ["Cluster", "InstanceGroup", "Instance"] as const;

/** Something happened in a HyperPod cluster; its status is how grave it is, which older events do not tell. Each has an id. */
export const hyperpodEvent = {
  name: "hyperpod-event",
  detailType: "SageMaker HyperPod Cluster Event",
  detail: z.looseObject({
    EventDetails: z.looseObject({
      EventId: requiredText,
      ClusterName: requiredText,
      ClusterArn: optionalText,
      ResourceType: optionalText,
      EventLevel: optionalStatus(LEVELS),
      InstanceGroupName: optionalText,
      InstanceId: optionalText,
      Description: optionalText,
      EventTime: optionalTime,
    }),
  }),
  subject: { path: "EventDetails.ClusterName" },
  status: { path: "EventDetails.EventLevel", values: LEVELS },
  filters: {
    "EventDetails.ResourceType": RESOURCE_TYPES,
    "EventDetails.InstanceGroupName": "any",
    "EventDetails.InstanceId": "any",
  },
  tellsApart: ["EventDetails.EventId"],
  times: ["EventDetails.EventTime"],
} as const satisfies EventEntry;

/** https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html#eventbridge-hyperpod-node-health */
const HYPERPOD_NODE_HEALTH_STATUSES = ["Healthy", "Unhealthy"] as const;

/** A node of a HyperPod cluster that fell ill or recovered; its subject is the cluster. The event has no time of its own. */
export const hyperpodNodeHealth = {
  name: "hyperpod-node-health",
  detailType: "SageMaker HyperPod Cluster Node Health Event",
  detail: z.looseObject({
    ClusterName: requiredText,
    ClusterArn: optionalText,
    InstanceId: requiredText,
    HealthSummary: z.looseObject({
      HealthStatus: statusText(HYPERPOD_NODE_HEALTH_STATUSES),
      HealthStatusReason: optionalText,
      RepairAction: optionalText,
      Recommendation: optionalText,
    }),
  }),
  subject: { path: "ClusterName" },
  status: { path: "HealthSummary.HealthStatus", values: HYPERPOD_NODE_HEALTH_STATUSES },
  filters: { InstanceId: "any", "HealthSummary.RepairAction": "any" },
  tellsApart: ["InstanceId", "HealthSummary.HealthStatusReason", "HealthSummary.RepairAction"],
  times: [],
} as const satisfies EventEntry;
