import type { DriftHistory } from "./drift-history";
import type { DriftAction } from "./drift-response";

/** What an evaluation asked for and nobody has seen done yet; its number is unique within the model. */
export interface PendingAction {
  readonly number: number;
  readonly reportId: string;
  /** Of the training that the report asks for, if it does; absent in what an earlier program saved. */
  readonly requestId?: string;
  readonly action: DriftAction;
}

/** What is kept of a model between its drift reports: what the next is judged with, and what those before left to do. */
export interface DriftState {
  readonly history: DriftHistory;
  readonly outbox: readonly PendingAction[];
  /** How many actions there have been. */
  readonly actions: number;
  /** When the newest report was evaluated, epoch milliseconds; absent in what an earlier program saved. */
  readonly evaluatedAt?: number;
}

/** Which report actions follow from, and when it was evaluated, epoch milliseconds. */
export interface ReportOrigin {
  readonly reportId: string;
  readonly requestId: string;
  readonly evaluatedAt: number;
}

/** A model without any report yet. */
export const INITIAL_DRIFT_STATE: DriftState = { history: [], outbox: [], actions: 0 };

/** The state after a report: its history, and what it asks for behind what is left to do. */
export function withActions(
  state: DriftState,
  history: DriftHistory,
  { reportId, requestId, evaluatedAt }: ReportOrigin,
  actions: readonly DriftAction[],
): DriftState {
  const added = actions.map((action, index) => ({ number: state.actions + index + 1, reportId, requestId, action }));
  return { history, outbox: [...state.outbox, ...added], actions: state.actions + added.length, evaluatedAt };
}
