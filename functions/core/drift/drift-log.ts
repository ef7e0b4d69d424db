import type { DriftEvaluation } from "./evaluate-drift";

/** An evaluation as it is kept: what it said, and when it was made, epoch milliseconds. */
export interface DriftRecord {
  readonly evaluation: DriftEvaluation;
  readonly evaluatedAt: number;
  /** How many features did not fit beside those listed: none that drift as long as any other is listed, and the calmest first. */
  readonly omittedFeatures?: number;
}

/** Port: every evaluation of a drift report, for whoever asks what the monitor said and what it was taken for. */
export interface DriftLog {
  /** Keeps an evaluation; the same report again, by its monitor, id and window's end, replaces what was kept of it. */
  record(record: DriftRecord): Promise<void>;
  /** Of a model, the newest windows first, at most `limit`. */
  list(model: string, limit: number): Promise<readonly DriftRecord[]>;
}
