import { WINDOW_MS } from "../../functions/core/promotion/rollout/evidence/counted-window";
import type { VariantCounts } from "../../functions/core/promotion/rollout/ports";
import { type SeededRandom, seededRandom } from "../world/time-and-chance";
import type { ServedSpan, Variant } from "./endpoint-state";

/** What callers ask of an endpoint, and how its models answer. Equal for equal arguments, whatever was asked before. */
export interface EndpointBehaviour {
  /** Mean requests of the window that begins at `at`, epoch milliseconds. */
  readonly requests: (at: number) => number;
  /** Share of requests that end with an error of the model. @param percent of the traffic that it gets */
  readonly errorRate: (source: string, percent: number, at: number) => number;
  /** Share of requests above the latency that 5 % of the champion's are above. @default - latency is not counted */
  readonly slowRate?: (source: string, percent: number, at: number) => number;
}

/** Counts of a window by the name of the variant; of those that got no request nothing. */
export type WindowCounts = ReadonlyMap<string, VariantCounts>;

/**
 * What an endpoint counts in a window by what it really serves. Drawn by chance that depends only on the seed, the window and the
 * variant, so that whoever asks again, in another process too, is told the same.
 * @param served oldest first
 */
export function countWindow(seed: number, behaviour: EndpointBehaviour, served: readonly ServedSpan[], at: number): WindowCounts {
  const random = seededRandom(seed, `requests ${at}`);
  const requests = normal(random, behaviour.requests(at));
  const counts = new Map<string, VariantCounts>();
  let given = 0;
  for (const { variants, until, from } of partsOf(served, at)) {
    const upTo = Math.round((requests * (until - at)) / WINDOW_MS);
    let [left, percents] = [upTo - given, 100];
    given = upTo;
    const ofPart = left;
    for (const variant of variants.filter(({ isShadow }) => isShadow !== true)) {
      const random = seededRandom(seed, `${at} ${from} ${variant.name}`);
      const got = binomial(random, left, percents === 0 ? 0 : Math.min(1, variant.percent / percents));
      left -= got;
      percents -= variant.percent;
      add(counts, variant, answered(random, behaviour, variant, got, at));
    }
    for (const variant of variants.filter(({ isShadow }) => isShadow === true)) {
      add(counts, variant, answered(seededRandom(seed, `${at} ${from} ${variant.name}`), behaviour, variant, ofPart, at));
    }
  }
  return counts;
}

/** Counts as they are told before all of them arrived: some of each. */
export function partOfCounts(seed: number, at: number, counts: WindowCounts, share: number): WindowCounts {
  return new Map(
    [...counts].map(([name, { requests, errors = 0, slow }]) => {
      const random = seededRandom(seed, `part of ${at} ${name}`);
      const some = binomial(random, requests, share);
      const ofSome = (count: number) => Math.min(some, binomial(random, count, share));
      return [name, { requests: some, errors: ofSome(errors), ...(slow !== undefined && { slow: ofSome(slow) }) }];
    }),
  );
}

function* partsOf(served: readonly ServedSpan[], at: number) {
  for (const [index, { from, variants }] of served.entries()) {
    const until = Math.min(at + WINDOW_MS, served[index + 1]?.from ?? Number.POSITIVE_INFINITY);
    if (until > Math.max(at, from)) yield { variants, from: Math.max(at, from), until };
  }
}

function answered(
  random: SeededRandom,
  { errorRate, slowRate }: EndpointBehaviour,
  { source, percent }: Variant,
  requests: number,
  at: number,
): VariantCounts {
  const errors = binomial(random, requests, errorRate(source, percent, at));
  const slow = slowRate && binomial(random, requests, slowRate(source, percent, at));
  return { requests, errors, ...(slow !== undefined && { slow }) };
}

function add(counts: Map<string, VariantCounts>, { name }: Variant, more: VariantCounts): void {
  if (more.requests === 0) return;
  const { requests, errors = 0, slow = 0 } = counts.get(name) ?? { requests: 0 };
  counts.set(name, {
    requests: requests + more.requests,
    errors: errors + (more.errors ?? 0),
    ...(more.slow !== undefined && { slow: slow + more.slow }),
  });
}

const RESOLUTION = 2 ** 31;
/** Expected successes, or failures, above which the normal distribution is near enough. */
const MANY = 60;

/** So many of `trials` as succeed by chance. */
function binomial(random: SeededRandom, trials: number, probability: number): number {
  if (trials <= 0 || probability <= 0) return 0;
  if (probability >= 1) return trials;
  if (probability > 0.5) return trials - binomial(random, trials, 1 - probability);
  const mean = trials * probability;
  if (mean > MANY) {
    const count = Math.round(mean + Math.sqrt(mean * (1 - probability)) * standardNormal(random));
    return Math.min(trials, Math.max(0, count));
  }
  // From one success to the next: Devroye (1986), Non-Uniform Random Variate Generation, X.4.2.
  const failure = Math.log1p(-probability);
  let [count, place] = [0, 0];
  for (;;) {
    place += Math.floor(Math.log(unit(random)) / failure) + 1;
    if (place > trials) return count;
    count++;
  }
}

/** A count of many independent events with this mean. */
function normal(random: SeededRandom, mean: number): number {
  return Math.max(0, Math.round(mean + Math.sqrt(mean) * standardNormal(random)));
}

/** By Box and Muller. */
export function standardNormal(random: SeededRandom): number {
  return Math.sqrt(-2 * Math.log(unit(random))) * Math.cos(2 * Math.PI * unit(random));
}

/** Above 0, up to 1. */
function unit(random: SeededRandom): number {
  return (random.below(RESOLUTION) + 1) / RESOLUTION;
}
