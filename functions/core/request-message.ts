import * as z from "zod/mini";
import { PoisonMessageError } from "./errors";
import { parseScheduledRequest } from "./schedules/scheduled-request";
import { type TrainingRequest, trainingRequestSchema } from "./training-request";

/**
 * The request that a message of the request queue is, or that a schedule raises by it.
 * @param publishedAt epoch milliseconds, where the queue tells
 * @throws PoisonMessageError when it is neither
 */
export function parseRequestMessage(message: unknown, publishedAt?: number): TrainingRequest {
  const scheduled = parseScheduledRequest(message, publishedAt);
  if (scheduled !== undefined) return scheduled;
  const parsed = trainingRequestSchema.safeParse(message);
  if (!parsed.success) throw new PoisonMessageError(`not a training request: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
