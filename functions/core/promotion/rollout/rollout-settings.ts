import * as z from "zod/mini";
import { amountSchema, ordinalSchema } from "../../numbers";
import type { Stored } from "../../state-layout";

const textSchema = z.string().check(z.minLength(1), z.maxLength(1024));

/** What SageMaker needs for a second model on an endpoint. */
const sageMakerRolloutSchema = z.object({
  /** ARN of the role that the candidate's containers run as. */
  role: textSchema,
  /** What the names of all that is made begin with: `rt-` and 8 hexadecimal digits of environment and model. */
  namePrefix: z.string().check(z.regex(/^rt-[0-9a-f]{8}$/)),
  /** Blue/green by SageMaker itself, with its alarms, in place of counted evidence; absent where Retrigger shifts the traffic. */
  native: z.exactOptional(
    z.object({
      shift: z.discriminatedUnion("type", [
        z.object({ type: z.literal("canary"), percent: z.int().check(z.minimum(1), z.maximum(50)) }),
        z.object({ type: z.literal("linear"), percent: z.int().check(z.minimum(10), z.maximum(50)) }),
      ]),
      /** From one step to the next, and before the old fleet is removed; seconds, 0 to 3600. */
      waitSec: z.int().check(z.minimum(0), z.maximum(3600)),
      /** Names of the CloudWatch alarms that roll it back; 1 to 10. */
      alarms: z.array(textSchema).check(z.minLength(1), z.maxLength(10)),
    }),
  ),
});

/** A value of a request that says how good its answer was, such as whether it led to a sale. */
const businessMetricSchema = z.object({
  /**
   * CloudWatch: namespace, and name of the metric, with the dimensions EndpointName and VariantName. Vertex AI: the metric type.
   */
  namespace: z.exactOptional(textSchema),
  metric: textSchema,
  /** Least time at the last share below 100 %, windows of five minutes: without it nothing of it would be seen. */
  dwellWindows: amountSchema,
});

/** How the traffic of an endpoint goes over to a candidate that may serve. */
export const rolloutSettingsSchema = z.object({
  /** Name of a SageMaker endpoint, or `projects/…/locations/…/endpoints/…`. */
  endpoint: textSchema,
  /** Windows of five minutes in the champion's shadow; 0 for none. */
  shadowWindows: amountSchema,
  /** Whole percent of the stages that compare, each above the one before; 1 to 50. */
  percents: z.array(z.int().check(z.minimum(1), z.maximum(50))).check(z.minLength(1), z.maxLength(10)),
  /** Ratio of error rates up to which a candidate is not worse. */
  tolerance: z.number().check(z.minimum(1), z.maximum(2)),
  /** Windows of five minutes in which the candidate serves alone, and the champion stays warm. */
  bakeWindows: ordinalSchema,
  /** Windows of five minutes after which a rollout is given up. */
  deadlineWindows: ordinalSchema,
  /** What becomes of a rollout when a later candidate comes: it goes on, and that one waits; or the champion is put back. */
  laterCandidate: z.enum(["waits", "replaces"]),
  business: z.exactOptional(businessMetricSchema),
  /** Present on AWS. */
  sagemaker: z.exactOptional(sageMakerRolloutSchema),
  /**
   * Who may do what, by the id of a role or the name of a session as SQS attests them; whoever may send to the request queue
   * where a list is absent. AWS only: Pub/Sub attests nobody.
   */
  people: z.exactOptional(
    z.object({
      /** Who may promote at once, and let a held rollout go on. */
      promote: z.exactOptional(z.array(textSchema).check(z.maxLength(50))),
      /** Who may roll back, and hold. */
      rollBack: z.exactOptional(z.array(textSchema).check(z.maxLength(50))),
    }),
  ),
});

export type RolloutSettings = Stored<typeof rolloutSettingsSchema>;
