import type { QualitySignal } from "./quality-signal";

/** Port: tells the coordinator how well a model serves, by the queue of requests. Delivers at least once, in order of a model. */
export interface QualityQueue {
  send(signal: QualitySignal): Promise<void>;
}
