import type { RequestQueue } from "../core/coordination/request-queue";
import type { TrainingRequest } from "../core/training-request";

/** `RequestQueue` in memory: hands every request to `deliver`, once, and fails when it does. */
export function memoryRequestQueue(deliver: (request: TrainingRequest) => Promise<void>): RequestQueue {
  return { send: (request) => deliver(request) };
}
