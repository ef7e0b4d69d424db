import * as z from "zod/mini";
import type { EventEntry } from "../event-entry";
import { optionalText, requiredText, statusText } from "../event-fields";

/** https://docs.aws.amazon.com/sagemaker/latest/dg/automating-sagemaker-with-eventbridge.html#eventbridge-hyperpod-node-health */
const STATUSES = ["Healthy", "Unhealthy"] as const;

/** A node of a HyperPod cluster that fell ill or recovered; its subject is the cluster. The event has no time of its own. */
export const hyperpodNodeHealth = {
  name: "hyperpod-node-health",
  detailType: "SageMaker HyperPod Cluster Node Health Event",
  detail: z.looseObject({
    ClusterName: requiredText,
    ClusterArn: optionalText,
    InstanceId: requiredText,
    HealthSummary: z.looseObject({
      HealthStatus: statusText(STATUSES),
      HealthStatusReason: optionalText,
      RepairAction: optionalText,
      Recommendation: optionalText,
    }),
  }),
  subject: { path: "ClusterName" },
  status: { path: "HealthSummary.HealthStatus", values: STATUSES },
  filters: { InstanceId: "any", "HealthSummary.RepairAction": "any" },
  tellsApart: ["InstanceId", "HealthSummary.HealthStatusReason", "HealthSummary.RepairAction"],
  times: [],
} as const satisfies EventEntry;
