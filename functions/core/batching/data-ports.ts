import type { ModelSettingsSource } from "../model-settings";
import type { PublishPorts } from "./publish-batches";

/** What the functions on the data path, batcher and sweeper, need on every cloud. */
export interface DataPorts extends PublishPorts {
  readonly settings: ModelSettingsSource;
  /** Epoch milliseconds. */
  readonly now: () => number;
}
