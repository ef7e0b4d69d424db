import * as z from "zod/mini";
import type { EventEntry } from "../event-entry";
import { optionalText, optionalTime, requiredText, statusText } from "../event-fields";

/** https://docs.aws.amazon.com/sagemaker/latest/dg/a2i-cloudwatch-events.html */
const STATUSES = ["Completed", "Failed", "Stopped"] as const;

/** A human review of Augmented AI that ended, in camelCase. A loop ends once, but its event does not say when. */
export const humanLoop = {
  name: "human-loop",
  detailType: "SageMaker A2I HumanLoop Status Change",
  detail: z.looseObject({
    humanLoopName: requiredText,
    humanLoopArn: optionalText,
    humanLoopStatus: statusText(STATUSES),
    flowDefinitionArn: optionalText,
    failureCode: optionalText,
    failureReason: optionalText,
    humanLoopOutput: z.nullish(z.looseObject({ outputS3Uri: optionalText })),
    creationTime: optionalTime,
  }),
  subject: { path: "humanLoopName" },
  status: { path: "humanLoopStatus", values: STATUSES },
  filters: { flowDefinitionArn: "any", failureCode: "any" },
  tellsApart: ["humanLoopArn"],
  times: [],
  onceSince: ["creationTime"],
} as const satisfies EventEntry;
