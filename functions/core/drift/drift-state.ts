import * as z from "zod/mini";
import { needsApproval } from "../coordination/parked-requests";
import type { ModelSettings } from "../model-settings";
import { NO_TRAINING } from "../notices/notice";
import { amountSchema, ordinalSchema, timeSchema } from "../numbers";
import { qualitySignalSchema } from "../quality/quality-signal";
import { driftRequestId } from "../request-ids";
import type { Stored } from "../state-layout";
import { type TrainingRequest, trainingRequestSchema } from "../training-request";
import { type DriftHistory, driftHistorySchema } from "./drift-history";
import { usualThresholds } from "./drift-policy";
import { type Episode, episodeSchema } from "./episodes/episode";
import type { FollowedEpisode } from "./episodes/follow-episode";
import type { DriftEvaluation, FeatureEvaluation } from "./evaluate-drift";
import { DRIFT_SEVERITIES } from "./severity";

/** One thing to do about a report. Each may be done again: the same report gives the same. */
const driftActionSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("record"), severity: z.enum(DRIFT_SEVERITIES), why: z.string() }),
  z.strictObject({ type: z.literal("request"), request: trainingRequestSchema }),
  z.strictObject({ type: z.literal("notify"), subject: z.string(), text: z.string() }),
  z.strictObject({ type: z.literal("quality"), signal: qualitySignalSchema }),
]);

/** What an evaluation asked for and nobody has seen done yet; its number is unique within the model. */
const pendingActionSchema = z.strictObject({
  number: ordinalSchema,
  reportId: z.string(),
  /** Of the training that the report asks for, if it does; absent in what an earlier program saved. */
  requestId: z.exactOptional(z.string()),
  action: driftActionSchema,
});

/**
 * What is kept of a model between its drift reports: what the next is judged with, and what those before left to do. Strict: a
 * field of a newer program may be one that a drift is judged by, so an older one must neither ignore nor erase it.
 */
export const driftStateSchema = z.strictObject({
  history: driftHistorySchema,
  outbox: z.array(pendingActionSchema),
  /** How many actions there have been. */
  actions: amountSchema,
  /** When the newest report was evaluated, epoch milliseconds; absent in what an earlier program saved. */
  evaluatedAt: z.exactOptional(timeSchema),
  /** Drifts that asked for a training and last, one of a monitor at most; absent where there is none. */
  episodes: z.exactOptional(z.array(episodeSchema)),
});

export type DriftAction = Stored<typeof driftActionSchema>;
export type PendingAction = Stored<typeof pendingActionSchema>;
export type DriftState = Stored<typeof driftStateSchema>;

/** Which report actions follow from, and when it was evaluated, epoch milliseconds. */
export interface ReportOrigin {
  readonly reportId: string;
  readonly requestId: string;
  readonly evaluatedAt: number;
}

/** A model without any report yet. */
export const INITIAL_DRIFT_STATE: DriftState = { history: [], outbox: [], actions: 0 };

/** The state after a report: its history and episodes, and what it asks for behind what is left to do. */
export function withActions(
  state: DriftState,
  { history, episodes }: { readonly history: DriftHistory; readonly episodes: readonly Episode[] },
  { reportId, requestId, evaluatedAt }: ReportOrigin,
  actions: readonly DriftAction[],
): DriftState {
  const added = actions.map((action, index) => ({ number: state.actions + index + 1, reportId, requestId, action }));
  return {
    history,
    outbox: [...state.outbox, ...added],
    actions: state.actions + added.length,
    evaluatedAt,
    ...(episodes.length > 0 && { episodes }),
  };
}

/** Features that a text to people names; the record holds all. */
const NAMED_FEATURES = 10;

/**
 * What a drift asks for. It is on record with every window. Its episode says which of them ask for a training, and which of those
 * tell people and block the model until a person approves a training or clears it; a severity that asks for no training is told
 * when it is reached. Who is asked for an approval is told of the drift by that, and not by a notice of its own.
 */
export function respondToDrift(
  { drift, policy }: Pick<ModelSettings, "drift" | "policy">,
  evaluation: DriftEvaluation,
  episode: Pick<FollowedEpisode, "asks" | "isAnnounced" | "why">,
): DriftAction[] {
  const { model, monitor, severity, isRisen } = evaluation;
  const worst = worstOf(evaluation);
  if (severity === "none" || worst === undefined) return [];
  const { request, notify, block } = drift.responses[severity];
  const why = `${severity} drift by ${monitor}: ${describe(evaluation)}`;
  const recorded: DriftAction = { type: "record", severity, why: episode.why === undefined ? why : `${why}; ${episode.why}` };
  const noticeOf = (then: string): DriftAction => ({
    type: "notify",
    subject: `${model}: drift is ${severity}`,
    text: `${why}\n${then}`,
  });
  if (request === undefined) {
    return notify && isRisen ? [recorded, noticeOf(NO_TRAINING)] : [recorded];
  }
  if (!episode.asks) return [recorded];
  const asked: TrainingRequest = {
    id: driftRequestId({ model, monitor, id: evaluation.reportId, window: evaluation.window }),
    model,
    causes: [
      { type: "drift", severity, score: worst.score ?? usualThresholds(drift, worst.metric)[severity], feature: worst.name },
    ],
    priority: request.priority,
    manifests: [],
    requestedAt: evaluation.window.end,
    ...(request.needsApproval && { needsApproval: true }),
    ...(block && episode.isAnnounced && { blocks: true }),
  };
  const isTold = notify && episode.isAnnounced && !needsApproval(policy, asked);
  return [
    recorded,
    { type: "request", request: asked },
    ...(isTold ? [noticeOf("A training was asked for; nobody needs to approve it.")] : []),
  ];
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
