import * as z from "zod/mini";
import { amountSchema, ordinalSchema, timeSchema } from "../../numbers";
import type { Stored } from "../../state-layout";

const rankSchema = z.int().check(z.minimum(0), z.maximum(4));

/**
 * A lasting drift that a monitor reports of a model, from the window that asked for a training until it has been calm for long
 * enough. Times are epoch milliseconds, ranks those of severities.
 */
export const episodeSchema = z.strictObject({
  monitor: z.string(),
  /** Of the newest request. */
  requestId: z.string(),
  /** End of the window with which it began. */
  since: timeSchema,
  /** The worst that was asked for. */
  asked: rankSchema,
  /** End of the window that asked last. */
  askedAt: timeSchema,
  asks: ordinalSchema,
  /** Requests whose training failed. */
  failures: amountSchema,
  /** Calm windows in a row, the newest among them. */
  calmRun: amountSchema,
  /** It does not ask again before, unless it gets worse; absent while nothing is known of the end of the newest request. */
  until: z.exactOptional(timeSchema),
  /** What became of the newest request, in words; there with `until`. */
  why: z.exactOptional(z.string()),
  /** The newest window: its end, and the worst of what was reported of it. */
  end: timeSchema,
  rank: rankSchema,
});

export type Episode = Stored<typeof episodeSchema>;

/** When an episode asks, and when it is over. */
export interface EpisodePolicy {
  /** Ranks of the severities whose response has a request; the lowest of them opens an episode. */
  readonly asking: readonly number[];
  /** Milliseconds from the end of a request until an unchanged drift asks again. */
  readonly pauseMs: number;
  /** So many calm windows in a row end an episode; from 1. */
  readonly closeAfter: number;
}

/** A monitor's window: its end, the rank of the drift that is detected by it, and the id that a request would have. */
interface DriftWindow {
  readonly type: "window";
  readonly monitor: string;
  readonly end: number;
  readonly rank: number;
  readonly requestId: string;
}

/** A training that ended well. */
interface Trained {
  readonly type: "trained";
  readonly startedAt: number;
  readonly at: number;
}

/** A training that did not. */
interface Failed {
  readonly type: "failed";
  readonly at: number;
}

/** A request that a person refused, or that nothing could start; why, in words. */
interface Declined {
  readonly type: "refused" | "expired";
  readonly at: number;
  readonly why: string;
}

/** What became of a request; times are epoch milliseconds. */
export type RequestFate = Trained | Failed | Declined;

/** As an episode takes it; `moved`: since that training the monitor compares with another reference. */
export type EpisodeFate = (Trained & { readonly moved: boolean }) | Failed | Declined;

export type EpisodeEvent = DriftWindow | EpisodeFate;

/** The episode after an event, undefined when there is none (any more), and whether the event asks for a training. */
export interface EpisodeStep {
  readonly state: Episode | undefined;
  readonly asks: boolean;
}

const DAY_MS = 86_400_000;

/** A monitor whose reference moves is trained for so many times before the pause holds. */
const ASKS_OF_MOVED = 3;

/** Trainings that fail so often are no matter of a day. */
const FAILURES_BEFORE_PAUSE = 3;

/** A request whose end nobody tells for so many pauses is given up for lost. */
const PAUSES_OF_LOST = 2;

/**
 * Takes an event into a monitor's episode. One episode is one request. It asks again when it gets worse than all it asked for, or
 * when the wait after the end of its newest request is over and the drift is still there. That wait is the pause after a training
 * (a day or two where the reference moved), a day, two days, then the pause after one that failed, and the pause after a refusal;
 * where nothing is ever known of that end, it is twice the pause from the request. Each request ends once: what is told of it
 * again changes nothing, nor does a training that started before it. A window counts once; another report of it, or one of an
 * older window, may only make it worse. All is by the ends of windows, never by the clock.
 */
export function step(policy: EpisodePolicy, state: Episode | undefined, event: EpisodeEvent): EpisodeStep {
  if (event.type !== "window") return { state: state && withFate(policy, state, event), asks: false };
  const isAsking = policy.asking.includes(event.rank);
  if (state === undefined) return isAsking ? { state: opened(event), asks: true } : { state, asks: false };
  const isCalm = event.rank < Math.min(...policy.asking);
  if (event.end <= state.end && (isCalm || event.rank <= state.rank)) return { state, asks: false };
  const seen = { ...state, end: Math.max(event.end, state.end), rank: event.rank };
  if (isCalm) {
    const calmRun = state.calmRun + 1;
    return { state: calmRun >= policy.closeAfter ? undefined : { ...seen, calmRun }, asks: false };
  }
  const drifting = { ...seen, calmRun: 0 };
  const isDue = seen.end >= (state.until ?? state.askedAt + PAUSES_OF_LOST * policy.pauseMs);
  return isAsking && (event.rank > state.asked || isDue)
    ? { state: askedAgain(drifting, event.requestId), asks: true }
    : { state: drifting, asks: false };
}

function opened({ monitor, end, rank, requestId }: DriftWindow): Episode {
  return { monitor, requestId, since: end, asked: rank, askedAt: end, asks: 1, failures: 0, calmRun: 0, end, rank };
}

function askedAgain({ until: _until, why: _why, ...state }: Episode, requestId: string): Episode {
  return { ...state, requestId, asked: Math.max(state.asked, state.rank), askedAt: state.end, asks: state.asks + 1 };
}

function withFate({ pauseMs }: EpisodePolicy, state: Episode, event: EpisodeFate): Episode {
  if (state.until !== undefined) return state;
  switch (event.type) {
    case "trained": {
      if (event.startedAt < state.askedAt) return state;
      const isTriedAgain = event.moved && state.asks < ASKS_OF_MOVED;
      const waitMs = isTriedAgain ? Math.min(pauseMs, DAY_MS * 2 ** (state.asks - 1)) : pauseMs;
      return { ...state, until: event.at + waitMs, why: "its training has ended" };
    }
    case "failed": {
      const failures = state.failures + 1;
      const waitMs = failures < FAILURES_BEFORE_PAUSE ? DAY_MS * 2 ** (failures - 1) : pauseMs;
      return { ...state, failures, until: event.at + waitMs, why: "its training failed" };
    }
    case "refused":
    case "expired":
      return { ...state, until: event.at + pauseMs, why: event.why };
  }
}
