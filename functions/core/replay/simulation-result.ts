import type { CheckName, Outcome } from "../coordination/decision";
import type { HistoryLineType } from "./history-line";

/** Every decision of one policy on one model, in columns: some ten bytes each. */
export interface DecisionColumns {
  /** Epoch milliseconds, rising. */
  readonly at: Float64Array;
  /** Place in `OUTCOMES`. */
  readonly outcome: Uint8Array;
  /** Place in `CHECKS` of the check that refused first; 255 where none did. */
  readonly refusedBy: Uint8Array;
}

export const OUTCOMES = ["start", "defer", "merge", "ask", "reject", "duplicate"] as const satisfies readonly Outcome[];

/** A training that a policy starts. Times are epoch milliseconds. */
export interface SimulatedTraining {
  readonly requestId: string;
  readonly at: number;
  readonly endedAt: number;
  readonly costUsd: number;
  /** Objects that it trains on and no training before it did; absent where nobody counts them. */
  readonly objects?: number;
  /** What asked, such as `data` or `schedule`; more than one where requests merged. */
  readonly causes: readonly string[];
}

/** What a policy costs at a price of a training, all in steps of full error; `low` and `high` are 95 % of a block bootstrap. */
export interface PricedCost {
  readonly price: number;
  readonly trainings: number;
  readonly cost: number;
  readonly low: number;
  readonly high: number;
  /**
   * 95 % of its cost less another policy's on the same resampled blocks, by the other's name: policies that met the same steps are
   * told apart by it more finely than by the bands of each. @default - the bands of each are all that is known
   */
  readonly minus?: Readonly<Record<string, { readonly low: number; readonly high: number }>>;
}

/** Where the error that a policy would have served was taken from. */
export type ErrorSource = "matrix" | "curve" | "train" | "recorded";

/** What a policy did with the history of one model. */
export interface PolicyResult {
  readonly policy: string;
  readonly sentence: string;
  /** Beside which the others are read: never, always, periods, the oracle. */
  readonly isReference: boolean;
  /**
   * Decided with what no policy can know: the best period in hindsight, the oracle. The oracle has trainings, but no decisions, and
   * so neither refusals nor money.
   */
  readonly isHindsight: boolean;
  /** Of a training, in steps of full error, by which its trainings were chosen; absent where no price was looked at. */
  readonly price?: number;
  readonly trainings: readonly SimulatedTraining[];
  readonly decisions: number;
  readonly outcomes: Readonly<Partial<Record<Outcome, number>>>;
  /** How often each check was the first to refuse. */
  readonly refusals: Readonly<Partial<Record<CheckName, number>>>;
  readonly spendUsd: number;
  /** Of the budget of all months that the history touches; negative where priority passed it. */
  readonly moneyLeftUsd: number;
  /** Age of the newest data that the served model was trained on, over the history; absent where no data landed. */
  readonly staleness?: { readonly meanMs: number; readonly p95Ms: number };
  /** Time from the first report of a drift to the next start, all drifts together; absent where there was no drift. */
  readonly driftWait?: { readonly drifts: number; readonly totalMs: number; readonly unanswered: number };
  readonly peakRuns: number;
  /** Requests that ended without a training, having waited too long or found no room, and objects in no training at the end. */
  readonly expiredRequests: number;
  readonly untrainedObjects: number;
  /** Mean error of the model in service; absent where the history cannot tell. */
  readonly servedError?: { readonly mean: number; readonly steps: number };
  /** By rising price; absent where no error is known. */
  readonly costs?: readonly PricedCost[];
}

/** What is known of the history of one model. Times are epoch milliseconds. */
export interface ModelHistory {
  readonly model: string;
  readonly from: number;
  readonly to: number;
  readonly lines: Readonly<Partial<Record<HistoryLineType, number>>>;
  readonly objects: number;
  readonly bytes: number;
  /** Error by step, for a chart: the recorded one of the served model; absent where there is none. */
  readonly errors?: readonly { readonly at: number; readonly error: number; readonly rows?: number }[];
  /** When drifts were first reported, for a chart; absent where that is not told. */
  readonly drifts?: readonly number[];
  /** Spans without any line that are ten times as long as usual. */
  readonly gaps: readonly { readonly from: number; readonly to: number }[];
  /** What could not be known of it, each a sentence with what to collect. */
  readonly unknown: readonly string[];
}

/** What policies did with the history of one model. */
export interface ModelResult {
  readonly history: ModelHistory;
  /** Over which errors are aggregated, milliseconds. */
  readonly stepMs: number;
  readonly errorSource?: ErrorSource;
  readonly policies: readonly PolicyResult[];
}

/** The answer of `retrigger simulate`, as its JSON has it. */
export interface SimulationResult {
  readonly version: 1;
  /** The version of Retrigger whose core decided. */
  readonly retrigger: string;
  readonly models: readonly ModelResult[];
  /** The files that were read; absent where nobody tells of them. */
  readonly files?: readonly ToldFile[];
}

/** What was read of a file of a history, and what not; all texts plain. */
export interface ToldFile {
  readonly path: string;
  readonly lines: number;
  /** What could not be used: the first ones of `problemCount`. */
  readonly problems: readonly string[];
  readonly problemCount: number;
  /** What the file cannot tell, in sentences. */
  readonly missing: readonly string[];
}
