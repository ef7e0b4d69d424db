/** What is known of a request's start: intended at `intendedAt` (epoch ms), and the run once it exists. */
export interface StartRecord {
  readonly intendedAt: number;
  readonly runId?: string;
}

/** Port: which requests were started. Both methods may be repeated. */
export interface StartLog {
  /** Records the intention unless there is one; resolves to what stands recorded afterwards. */
  intend(requestId: string, at: number): Promise<StartRecord>;
  /** Records the run of an intended request. */
  complete(requestId: string, runId: string): Promise<void>;
}
