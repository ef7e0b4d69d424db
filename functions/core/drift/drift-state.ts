import type { TrainingRequest } from "../training-request";
import type { DriftHistory } from "./drift-history";
import type { DriftPolicy } from "./drift-policy";
import type { DriftEvaluation, FeatureEvaluation } from "./evaluate-drift";
import { driftRequestId } from "./report-identity";
import type { DriftSeverity } from "./severity";

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

/** Features that a text to people names; the record holds all. */
const NAMED_FEATURES = 10;

/** One thing to do about a drift. Each may be done again: the same report gives the same. */
export type DriftAction =
  | { readonly type: "record"; readonly severity: DriftSeverity; readonly why: string }
  | { readonly type: "request"; readonly request: TrainingRequest }
  | { readonly type: "notify"; readonly subject: string; readonly text: string };

/**
 * What a drift asks for. A request is raised with every window while the drift lasts, and merges with what waits; people are told,
 * and the request blocks the model until a person approves a training or clears it, only when the severity is reached, so that
 * who cleared a model is not overruled by the next window.
 */
export function respondToDrift({ responses, thresholds }: DriftPolicy, evaluation: DriftEvaluation): DriftAction[] {
  const { model, monitor, severity, isRisen } = evaluation;
  const worst = worstOf(evaluation);
  if (severity === "none" || worst === undefined) return [];
  const { request, notify, block } = responses[severity];
  const why = `${severity} drift by ${monitor}: ${describe(evaluation)}`;
  const cause = { type: "drift" as const, severity, score: worst.score ?? thresholds[severity], feature: worst.name };
  const actions: DriftAction[] = [{ type: "record", severity, why }];
  if (request !== undefined) {
    const asked: TrainingRequest = {
      id: driftRequestId({ model, monitor, id: evaluation.reportId, window: evaluation.window }),
      model,
      causes: [cause],
      priority: request.priority,
      manifests: [],
      requestedAt: evaluation.window.end,
      ...(request.needsApproval && { needsApproval: true }),
      ...(block && isRisen && { blocks: true }),
    };
    actions.push({ type: "request", request: asked });
  }
  if (notify && isRisen) actions.push({ type: "notify", subject: `${model}: drift is ${severity}`, text: why });
  return actions;
}

/** Of the features with the model's severity, the one furthest above its threshold. */
function worstOf({ severity, features }: DriftEvaluation): FeatureEvaluation | undefined {
  const excess = ({ score, threshold }: FeatureEvaluation) => (score ?? 0) / (threshold ?? 1);
  const worst = features.filter((feature) => feature.severity === severity && feature.outcome !== "insufficient");
  return worst.toSorted((a, b) => excess(b) - excess(a))[0];
}

function describe({ features }: DriftEvaluation): string {
  const detected = features.filter(({ state }) => state === "detected");
  const named = detected.slice(0, NAMED_FEATURES).map(({ kind, name, severity, why }) => `${name} (${kind}, ${severity}): ${why}`);
  const more = detected.length - named.length;
  return [...named, ...(more > 0 ? [`${more} more`] : [])].join("; ");
}
