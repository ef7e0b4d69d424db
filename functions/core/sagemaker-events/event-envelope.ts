import * as z from "zod/mini";
import { SAGEMAKER_SOURCE } from "./catalogue";
import type { EventEntry } from "./event-entry";
import { requiredText } from "./event-fields";
import { eventTimeSchema } from "./event-time";

/**
 * What EventBridge wraps around every event of SageMaker.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-structure.html
 */
export const envelopeSchema = z.looseObject({
  source: z.literal(SAGEMAKER_SOURCE),
  "detail-type": requiredText,
  account: requiredText.check(z.describe("12 digits")),
  region: requiredText,
  time: eventTimeSchema,
  resources: z._default(z.array(z.string()), []).check(z.describe("ARNs")),
  detail: z.optional(z.unknown()),
});

/** The whole event of an entry, for a JSON Schema of it. */
export function eventSchema({ detailType, detail }: EventEntry) {
  return z.extend(envelopeSchema, { "detail-type": z.literal(detailType), detail });
}
