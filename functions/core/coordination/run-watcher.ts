import type { RunOutcome } from "./settle-run";

/** What the cloud says of a run; `actualUsd` where its steps tell what they cost. */
export type RunState =
  | { readonly status: "running" }
  | { readonly status: RunOutcome["status"]; readonly endedAt: number; readonly actualUsd?: number };

/** Port: asks the cloud about a run, because the events that tell of its end are best effort. */
export interface RunWatcher {
  describe(runId: string): Promise<RunState>;
}
