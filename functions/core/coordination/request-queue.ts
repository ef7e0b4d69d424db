import type { TrainingRequest } from "../training-request";

/** Port: the one queue that every cause writes to. Delivers at least once, so a request id may arrive more than once. */
export interface RequestQueue {
  send(request: TrainingRequest): Promise<void>;
}
