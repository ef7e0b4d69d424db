import type { Log } from "../log/log";

export interface CapturePorts {
  readonly captures: CaptureStore;
  readonly files: MonitorFiles;
  readonly trainings: TrainingStarts;
  /** @default - nothing tells whether an endpoint captures its requests */
  readonly endpoints?: EndpointReader;
  readonly log: Log;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** An object of captured requests. */
interface CaptureObject {
  /** `s3://…` or `gs://…`. */
  readonly uri: string;
  readonly bytes: number;
}

/** Port: captured requests, which are objects of JSON Lines in the cloud's storage, far larger together than memory. */
export interface CaptureStore {
  /** Objects whose URI starts with `prefix`, sorted by key; nothing where there are none. Rejects when they cannot be listed. */
  list(prefix: string): AsyncIterable<CaptureObject>;
  /** The names right below a folder that ends with `/`, each ending with `/` itself. */
  folders(prefix: string): Promise<readonly string[]>;
  /**
   * Lines of an object, unpacked where it is gzip, without their ends and without empty ones, as many at a time as came together:
   * an iteration for each line would cost more than reading it. Rejects with PoisonMessageError when a line is longer than
   * `MAX_LINE_CHARS`, or the gzip is broken; with another error when the object cannot be read, or is gone.
   */
  lines(uri: string): AsyncIterable<readonly string[]>;
}

/**
 * Longer than any request to an endpoint: SageMaker takes 25 MB.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html
 */
export const MAX_LINE_CHARS = 64 * 1024 * 1024;

/** Whether an endpoint writes its requests down. */
type EndpointCapture =
  | { readonly isOn: true; readonly samplingPercent: number; readonly destination: string }
  | { readonly isOn: false; readonly why: string };

/** Port: what the cloud tells of an endpoint's data capture. Rejects when it cannot answer, and when there is no such endpoint. */
export interface EndpointReader {
  captureOf(endpoint: string): Promise<EndpointCapture>;
}

/** Port: what the coordinator knows of a model's trainings. Rejects when it cannot answer. */
export interface TrainingStarts {
  /** When the newest training that ended well began, epoch milliseconds; undefined before the first. */
  newestOf(model: string): Promise<number | undefined>;
}

/** Port: what the monitor writes, each file once: baselines never move, and a window has one report. */
export interface MonitorFiles {
  /** The text of a file; undefined where there is none. Rejects when it cannot be read. */
  read(uri: string): Promise<string | undefined>;
  /** True where there is such a file. */
  has(uri: string): Promise<boolean>;
  /** Writes a file, atomically, unless there is one: false then, and nothing has changed. */
  create(uri: string, text: string): Promise<boolean>;
}
