import type { Reporter } from "../report";
import type { CaptureStore } from "./capture-store";
import type { EndpointReader } from "./endpoint-capture";
import type { MonitorFiles } from "./monitor-files";
import type { QuantileSketch } from "./quantile-sketch";

export interface CapturePorts {
  readonly captures: CaptureStore;
  readonly files: MonitorFiles;
  /** @default - nothing tells whether an endpoint captures its requests */
  readonly endpoints?: EndpointReader;
  readonly newSketch: () => QuantileSketch;
  readonly report: Reporter;
  /** Epoch milliseconds. */
  readonly now: () => number;
}
