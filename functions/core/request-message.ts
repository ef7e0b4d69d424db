import * as z from "zod/mini";
import { PoisonMessageError } from "./errors";
import { parseRuledMessage, type RuledMessage } from "./event-rules/ruled-message";
import { parseScheduledRequest } from "./schedules/scheduled-request";
import { trainingRequestSchema } from "./training-request";

/** The model that a message is about. */
export function modelOf(message: RuledMessage): string {
  return message.action === "request" ? message.request.model : message.order.model;
}

/** The request that a message is; undefined for a pause. */
export function requestIdOf(message: RuledMessage): string | undefined {
  return message.action === "request" ? message.request.id : undefined;
}

/**
 * What a message of the request queue asks for: a training, by itself, by a schedule or by a rule; or a pause, by a rule.
 * @param publishedAt epoch milliseconds, where the queue tells
 * @throws PoisonMessageError when it asks for neither
 */
export function parseRequestMessage(message: unknown, publishedAt?: number): RuledMessage {
  const ruled = parseRuledMessage(message);
  if (ruled !== undefined) return ruled;
  const scheduled = parseScheduledRequest(message, publishedAt);
  if (scheduled !== undefined) return { action: "request", request: scheduled };
  const parsed = trainingRequestSchema.safeParse(message);
  if (!parsed.success) throw new PoisonMessageError(`not a training request: ${z.prettifyError(parsed.error)}`);
  return { action: "request", request: parsed.data };
}
