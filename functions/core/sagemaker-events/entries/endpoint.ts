import * as z from "zod/mini";
import type { EventEntry } from "../event-entry";
import { optionalText, optionalTime, requiredText, statusText } from "../event-fields";
import { ENDPOINT_STATUSES } from "./endpoint-statuses";

/** A real-time endpoint: in service, updated, failed, deleted. */
export const endpoint = {
  name: "endpoint",
  detailType: "SageMaker Endpoint State Change",
  detail: z.looseObject({
    EndpointName: requiredText,
    EndpointArn: optionalText,
    EndpointConfigName: optionalText,
    EndpointStatus: statusText(ENDPOINT_STATUSES),
    FailureReason: optionalText,
    CreationTime: optionalTime,
    LastModifiedTime: optionalTime,
  }),
  subject: { path: "EndpointName" },
  status: { path: "EndpointStatus", values: ENDPOINT_STATUSES },
  filters: { EndpointConfigName: "any" },
  tellsApart: ["EndpointConfigName"],
  times: ["LastModifiedTime"],
} as const satisfies EventEntry;
