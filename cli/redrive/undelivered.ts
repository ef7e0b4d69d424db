import * as z from "zod/mini";

/**
 * What EventBridge and its Scheduler write beside an event that they could not deliver, as attributes of the message.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-event-delivery.html
 * https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
 */
export const DELIVERY_ATTRIBUTES: readonly string[] = [
  "RULE_ARN",
  "SCHEDULE_ARN",
  "TARGET_ARN",
  "ERROR_CODE",
  "ERROR_MESSAGE",
  "EXHAUSTED_RETRY_CONDITION",
  "RETRY_ATTEMPTS",
  "EXECUTION_ID",
  "SCHEDULED_TIME",
  "IS_PAYLOAD_TRUNCATED",
];

/** Texts of a message's attributes. */
export type AttributeTexts = ReadonlyMap<string, string>;

/** An event that did not reach its target. */
export interface Undelivered {
  readonly targetArn: string;
  readonly why: string;
  /** The event as the target should have got it. */
  readonly body: string;
  /** True where the scheduler kept a part of the event only. */
  readonly isCut: boolean;
}

/** What the scheduler replaces by the time that it fires for. https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-schedule-context-attributes.html */
const SCHEDULED_TIME = "<aws.scheduler.scheduled-time>";

/** The scheduler's call of SQS, where that is what it kept. */
const callSchema = z.object({ MessageBody: z.string() });

/** What a failed asynchronous invocation leaves. https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html */
const invocationSchema = z.object({
  requestContext: z.object({ functionArn: z.string(), condition: z._default(z.string(), "it failed") }),
});

/** Undefined for a message that names no target. */
export function parseUndelivered(body: string, attributes: AttributeTexts): Undelivered | undefined {
  const targetArn = attributes.get("TARGET_ARN");
  if (targetArn === undefined) return undefined;
  const sender = attributes.has("SCHEDULE_ARN") ? "the scheduler" : "EventBridge";
  const [code, message, condition] = ["ERROR_CODE", "ERROR_MESSAGE", "EXHAUSTED_RETRY_CONDITION"].map((name) =>
    attributes.get(name),
  );
  const tries = condition === undefined ? "" : ` (until ${condition})`;
  const why = `${sender} could not deliver it: ${[code, message].filter(Boolean).join(", ") || "no error is named"}${tries}`;
  const at = attributes.get("SCHEDULED_TIME");
  const event = callSchema.safeParse(jsonOf(body)).data?.MessageBody ?? body;
  return {
    targetArn,
    why,
    body: at === undefined ? event : event.replaceAll(SCHEDULED_TIME, at),
    isCut: attributes.get("IS_PAYLOAD_TRUNCATED") === "true",
  };
}

/** The function of a failed asynchronous invocation, and why it failed; undefined for any other message. */
export function parseFailedInvocation(body: string): { readonly functionArn: string; readonly why: string } | undefined {
  const parsed = invocationSchema.safeParse(jsonOf(body));
  if (!parsed.success) return undefined;
  const { functionArn, condition } = parsed.data.requestContext;
  return { functionArn, why: `its invocation failed: ${condition}` };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
