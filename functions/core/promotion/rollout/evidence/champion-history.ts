import * as z from "zod/mini";
import type { Stored } from "../../../state-layout";
import { wilsonByErrors } from "../../statistics/proportions";
import type { CountedWindow } from "./counted-window";
import type { EvidencePolicy } from "./evidence-policy";

/** What the champion did in the seven days before a rollout, frozen at its start. */
export const championHistorySchema = z.object({
  /** Share of its requests that ended with an error. */
  rate: z.number(),
  /** What its error rate reaches in its worst usual windows; see section 2.5 of the policy in docs/promotion.md. */
  high: z.number(),
  /** Squared coefficient of variation of its error rate at each of the policy's time scales; empty where it is not known. */
  noise: z.array(z.number()),
  /** Mean requests of a window. */
  requests: z.number(),
});

export type ChampionHistory = Stored<typeof championHistorySchema>;

/** Standard errors below a rate at which it is known not to be chance. */
const LOW_ERRORS = 2;
/** Of its windows, those that are not its worst usual ones yet. */
const USUAL = 0.99;
/** Windows, half an hour, that tell what the champion's errors are now. */
const RECENT = 6;

/** One window of the champion alone. */
interface ChampionWindow {
  readonly requests: number;
  readonly errors: number;
}

/**
 * What the champion did, from its own windows before a rollout.
 * @param windows one after another without a gap, oldest first; a window without a request is one of 0
 */
export function championHistory(windows: readonly ChampionWindow[], { noiseScales }: EvidencePolicy): ChampionHistory {
  const total = pooled(windows);
  const rate = rateOf(total);
  const lows = windows.filter(({ requests }) => requests > 0).map(({ requests, errors }) => usualLow(errors, requests));
  return {
    rate,
    high: Math.max(rate, quantileOf(lows, USUAL)),
    noise: noiseOf(windows, noiseScales),
    requests: windows.length === 0 ? 0 : total.requests / windows.length,
  };
}

/** Lower limit of an error rate, two standard errors below it by Wilson; 0 without a request. */
export function usualLow(errors: number, requests: number): number {
  return wilsonByErrors({ count: Math.min(errors, requests), rows: requests }, LOW_ERRORS).lower;
}

/**
 * What the champion's error rate reaches in its worst usual windows, those of the evening in which the candidate takes over among
 * them: it serves nothing after.
 * @param windows of the last stage in which both served
 */
export function refreshedHigh({ high }: ChampionHistory, windows: readonly CountedWindow[]): number {
  return Math.max(high, ...windows.slice(-RECENT).map(({ xA, nA }) => usualLow(xA, nA)));
}

/**
 * Squared coefficients of variation of the rate at each scale, beyond chance: by second differences, which daily trends do not
 * touch. Where the windows are too few for a scale, that of the scale before: noise that does not average out.
 */
function noiseOf(windows: readonly ChampionWindow[], scales: readonly number[]): number[] {
  const noise: number[] = [];
  for (const scale of scales) {
    const value = noiseAt(blocksOf(windows, scale)) ?? noise.at(-1);
    if (value === undefined) return [];
    noise.push(value);
  }
  return noise;
}

/** Undefined where no three blocks in a row have requests and an error. */
function noiseAt(blocks: readonly ChampionWindow[]): number | undefined {
  let [excess, squares] = [0, 0];
  for (let place = 1; place < blocks.length - 1; place++) {
    const [before, at, after] = blocks.slice(place - 1, place + 2);
    if (!before?.requests || !at?.requests || !after?.requests) continue;
    const p = rateOf(pooled([before, at, after]));
    const ofChance = p * (1 - p) * (1 / before.requests + 4 / at.requests + 1 / after.requests);
    excess += (rateOf(before) - 2 * rateOf(at) + rateOf(after)) ** 2 - ofChance;
    squares += p ** 2;
  }
  return squares === 0 ? undefined : Math.max(0, excess / (6 * squares));
}

/** Whole blocks of so many windows, oldest first; the rest at the end is left out. */
function blocksOf(windows: readonly ChampionWindow[], length: number): ChampionWindow[] {
  return Array.from({ length: Math.floor(windows.length / length) }, (_, block) =>
    pooled(windows.slice(block * length, (block + 1) * length)),
  );
}

function pooled(windows: readonly ChampionWindow[]): ChampionWindow {
  let [requests, errors] = [0, 0];
  for (const window of windows) {
    requests += window.requests;
    errors += Math.min(window.requests, window.errors);
  }
  return { requests, errors };
}

function rateOf({ requests, errors }: ChampionWindow): number {
  return requests === 0 ? 0 : errors / requests;
}

/** Quantile between the two values next to it; 0 of no value. */
function quantileOf(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const [below, above] = [sorted[Math.floor(place)] ?? 0, sorted[Math.ceil(place)] ?? 0];
  return below + (above - below) * (place - Math.floor(place));
}
