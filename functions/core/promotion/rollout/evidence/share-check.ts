import { binomialAtMost } from "../../statistics/proportions";
import type { CountedWindow } from "./counted-window";
import type { EvidencePolicy } from "./evidence-policy";

/** Whether as many requests went to the candidate as were meant to, with the counts behind it. */
export interface ShareCheck {
  /**
   * `wrong`: the share that is served is not the intended one. `not-known`: there are too few requests to tell even no share at
   * all from the intended one; no reason to hold, since evidence rests on what is counted.
   */
  readonly is: "agrees" | "wrong" | "not-known";
  /** Requests of both models, and the candidate's among them. */
  readonly requests: number;
  readonly candidate: number;
  /** Windows that were pooled. */
  readonly windows: number;
  /** The part of requests that was meant for the candidate, (0, 1]. */
  readonly intended: number;
}

/** Requests that are one decision of the router: the same clients come again and again, and stay where they were sent. */
const REQUESTS_PER_DECISION = 10;
/** Requests from which a share is looked at. */
const LEAST_REQUESTS = 20;
/**
 * Windows that are looked at. Of twelve, which would find a stuck share in thinner traffic, up to 7.6 % would be found wrong
 * where the same clients come in all of them; of three at most 1 %.
 */
const MOST_WINDOWS = 3;
/** Part of the share, or of the rest, by which it may be off: where a small fleet refuses requests, or in a part of a window. */
const SLACK = 0.25;
/** The slack at 100 %. */
const LEAST_SLACK = 0.02;
const ALPHA = 1e-4;

/**
 * Compares the counted share of a stage with the intended one, at the first windows after the settling ones: a change that did
 * not take effect, or somebody else's. Wrong once in 10,000 looks by chance; at 2,000 requests a window it finds a share that
 * stayed at 0 in place of 5 %, or at 5 in place of 25 %, in all cases within three windows, at 200 requests only one that stayed
 * at half of the traffic in place of all.
 * @param windows of the stage, the settling ones among them
 * @param intended part of requests that is meant for the candidate, (0, 1]
 */
export function checkShare({ settlingWindows }: EvidencePolicy, windows: readonly CountedWindow[], intended: number): ShareCheck {
  const pooled = windows.slice(settlingWindows, settlingWindows + MOST_WINDOWS);
  const candidate = pooled.reduce((sum, { nB }) => sum + nB, 0);
  const requests = pooled.reduce((sum, { nA }) => sum + nA, candidate);
  const numbers = { requests, candidate, windows: pooled.length, intended };
  if (requests < LEAST_REQUESTS) return { is: "not-known", ...numbers };
  const slack = intended < 1 ? SLACK * Math.min(intended, 1 - intended) : LEAST_SLACK;
  const [rows, count] = [requests / REQUESTS_PER_DECISION, candidate / REQUESTS_PER_DECISION];
  const [least, most] = [intended - slack, Math.min(1, intended + slack)];
  const isBelow = binomialAtMost({ count: Math.ceil(count), rows: Math.ceil(rows) }, least) < ALPHA;
  const isAbove = 1 - binomialAtMost({ count: Math.floor(count) - 1, rows: Math.floor(rows) }, most) < ALPHA;
  if (isBelow || isAbove) return { is: "wrong", ...numbers };
  return { is: (1 - least) ** Math.ceil(rows) < ALPHA ? "agrees" : "not-known", ...numbers };
}
