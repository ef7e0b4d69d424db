import * as z from "zod/mini";
import type { EventEntry } from "../event-entry";
import { optionalStatus, optionalText, optionalTime, requiredText } from "../event-fields";

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
