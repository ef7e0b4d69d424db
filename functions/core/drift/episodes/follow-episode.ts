import { MAX_MONITORS } from "../drift-history";
import { DEFAULT_PAUSE_MS, type DriftPolicy } from "../drift-policy";
import type { DriftEvaluation } from "../evaluate-drift";
import type { RequestFates } from "../ports";
import { DRIFT_SEVERITIES, rankOf } from "../severity";
import { type Episode, type EpisodePolicy, type RequestFate, step } from "./episode";

/** A report that was evaluated, as an episode takes it. */
export interface EvaluatedWindow {
  readonly evaluation: DriftEvaluation;
  /** Id of the training that it would ask for. */
  readonly requestId: string;
  /** End of the newest window that the monitor had reported before, epoch milliseconds; undefined for its first report. */
  readonly newest: number | undefined;
  /** The monitor tells changes alone, as an alarm does: what it said holds until it says otherwise. */
  readonly isChange: boolean;
  /** What windows are compared with follows each training. @default false */
  readonly isReferenceMoved?: boolean;
}

/** What a report means for the episodes of its model. */
export interface FollowedEpisode {
  readonly episodes: readonly Episode[];
  /** It asks for a training. */
  readonly asks: boolean;
  /**
   * With what it asks, people are told and the model may be blocked. Not where the drift was under way before it had an episode,
   * as in a state that an earlier version saved: people were told then, and may have cleared the model.
   */
  readonly isAnnounced: boolean;
  /** How the monitor's episode stands, in words; undefined where there is none. */
  readonly why?: string;
}

/**
 * Follows a report into its monitor's episode. What became of the episode's request is looked up when the drift is still there. A
 * window that tells too little changes nothing. Kept are at most as many episodes as histories; one whose monitor was silent for
 * the policy's `forgetMs` is forgotten. Rejects when the port does.
 */
export async function followEpisode(
  fates: RequestFates,
  policy: DriftPolicy,
  before: readonly Episode[],
  window: EvaluatedWindow,
): Promise<FollowedEpisode> {
  const asked = requestToLookUp(policy, before, window);
  return followWithFate(policy, before, window, asked === undefined ? undefined : await fates.fateOf(asked));
}

/** The request whose fate `followWithFate` needs for a report; undefined where it needs none. */
export function requestToLookUp(policy: DriftPolicy, before: readonly Episode[], window: EvaluatedWindow): string | undefined {
  const { own, rank } = standing(policy, before, window);
  const isStillThere = rank !== undefined && rank >= lowestAsking(policy);
  return isStillThere && own?.until === undefined ? own?.requestId : undefined;
}

/**
 * `followEpisode`, for whoever has looked up already what became of the request.
 * @param fate of the request that `requestToLookUp` names; undefined while nothing is known of it
 */
export function followWithFate(
  policy: DriftPolicy,
  before: readonly Episode[],
  window: EvaluatedWindow,
  fate: RequestFate | undefined,
): FollowedEpisode {
  const { remembered, known, own, rank } = standing(policy, before, window);
  if (rank === undefined) return { episodes: remembered, asks: false, isAnnounced: false, ...described(own, false) };
  const { monitor, window: time, isRisen } = window.evaluation;
  const waiting = rank >= lowestAsking(policy) ? withKnownFate(policy, own, window, fate) : own;
  const isLate = window.newest !== undefined && time.end < window.newest;
  // The severity of a late report is that after the newest window.
  const end = isLate ? (waiting?.end ?? window.newest) : time.end;
  const { requestId } = window;
  const { state, asks } = step(episodePolicy(policy, window, own), waiting, { type: "window", monitor, end, rank, requestId });
  const others = remembered.filter((episode) => episode !== known);
  return {
    episodes: boundedEpisodes(state === undefined ? others : [...others, state], monitor),
    asks,
    isAnnounced: asks && (isRisen || waiting !== undefined),
    ...described(state, asks),
  };
}

/** The episodes that are remembered, that of the report's monitor, and the rank of what it reports. */
function standing(policy: DriftPolicy, before: readonly Episode[], window: EvaluatedWindow) {
  const { monitor, window: time } = window.evaluation;
  const remembered = before.filter(({ end }) => end >= time.end - policy.forgetMs);
  const known = remembered.find((episode) => episode.monitor === monitor);
  const own = known && isOverByChange(policy, known, window) ? undefined : known;
  return { remembered, known, own, rank: rankOfWindow(policy, window.evaluation) };
}

const DAY_MS = 86_400_000;
const LEAST_CALM_WINDOWS = 3;

/** An episode is over after three calm windows, and a day of them: of windows that overlap, or are moments, by their distance. */
function episodePolicy(policy: DriftPolicy, { evaluation }: EvaluatedWindow, own: Episode | undefined): EpisodePolicy {
  const { start, end } = evaluation.window;
  const distanceMs = own === undefined ? Number.POSITIVE_INFINITY : Math.max(0, end - own.end);
  const lengthMs = end === start ? distanceMs : Math.min(end - start, distanceMs);
  return {
    asking: ranksThatAsk(policy),
    pauseMs: policy.pauseMs ?? DEFAULT_PAUSE_MS,
    closeAfter: Math.max(LEAST_CALM_WINDOWS, Math.ceil(DAY_MS / lengthMs)),
  };
}

function ranksThatAsk({ responses }: DriftPolicy): number[] {
  return DRIFT_SEVERITIES.filter((severity) => responses[severity].request !== undefined).map(rankOf);
}

function lowestAsking(policy: DriftPolicy): number {
  return Math.min(...ranksThatAsk(policy));
}

/** True where an alarm that was over has been so for a day when it is raised again. */
function isOverByChange(policy: DriftPolicy, { rank, end }: Episode, { isChange, evaluation }: EvaluatedWindow): boolean {
  return isChange && rank < lowestAsking(policy) && evaluation.window.end - end >= DAY_MS;
}

/** Undefined for a window that had too few values to tell, of all features or of those that drifted before. */
function rankOfWindow(policy: DriftPolicy, { severity, features }: DriftEvaluation): number | undefined {
  const untold = features.filter(({ outcome }) => outcome === "insufficient");
  if (features.length > 0 && untold.length === features.length) return undefined;
  const rank = rankOf(severity);
  const lowest = lowestAsking(policy);
  return rank < lowest && untold.some((feature) => rankOf(feature.severity) >= lowest) ? undefined : rank;
}

function withKnownFate(
  policy: DriftPolicy,
  own: Episode | undefined,
  window: EvaluatedWindow,
  fate: RequestFate | undefined,
): Episode | undefined {
  if (own === undefined || own.until !== undefined || fate === undefined) return own;
  // Its own training has seen what it asked for, though the clock of who measured the window may be ahead.
  const event =
    fate.type === "trained"
      ? { ...fate, startedAt: Math.max(fate.startedAt, own.askedAt), moved: window.isReferenceMoved ?? false }
      : fate;
  return step(episodePolicy(policy, window, own), own, event).state;
}

/**
 * Those that go first when there are too many were begun by one report each: a name for each run pushes out its own runs alone.
 */
function boundedEpisodes(episodes: readonly Episode[], newest: string): Episode[] {
  const ranked = episodes.toSorted(
    (a, b) =>
      Number(b.monitor === newest) - Number(a.monitor === newest) ||
      Number(b.end > b.since) - Number(a.end > a.since) ||
      b.end - a.end,
  );
  return ranked.slice(0, MAX_MONITORS).sort((a, b) => (a.monitor < b.monitor ? -1 : 1));
}

function described(state: Episode | undefined, asks: boolean): Pick<FollowedEpisode, "why"> {
  if (state === undefined) return {};
  const { requestId, askedAt, until, why } = state;
  if (asks) return { why: `asks for a training, ${requestId}` };
  if (until !== undefined) return { why: `${why}; not asked again before ${utc(until)} unless it gets worse` };
  return { why: `asked for a training at ${utc(askedAt)}, ${requestId}, of whose end nothing is known yet` };
}

function utc(at: number): string {
  return new Date(at).toISOString();
}
