/** An object of captured requests. */
export interface CaptureObject {
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

/** Longer than any request to an endpoint: SageMaker takes 25 MB. https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html */
export const MAX_LINE_CHARS = 64 * 1024 * 1024;
