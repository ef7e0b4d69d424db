import type { PlayedStream } from "./played-streams";
import type { PolicyName } from "./policies";
import { areaError, areaRatio, comparedCells, pairedDifference } from "./scores";

/** What the policy promises on a set of streams, and whether it was kept. */
export interface KeptPromise {
  readonly what: string;
  readonly measured: string;
  readonly isKept: boolean;
}

const POLICY = "break-even";

/** An area may be this many of its standard errors over its bound. */
const STANDARD_ERRORS = 2;

/** The share of cells that may be 10 % over the warm-up period. */
const WORSE_SHARE = 0.08;

/** What holds where models are trained on a window of the history. */
export function windowedPromises(runs: readonly PlayedStream[]): KeptPromise[] {
  const cells = comparedCells(runs, POLICY, "warm-up period");
  const worse = cells.filter(({ ratio }) => ratio > 1.1);
  const worst = cells.reduce((a, b) => (b.ratio > a.ratio ? b : a));
  const calm = comparedCells(runs, POLICY, "never")
    .filter(({ stream, price }) => (stream === "stationary" || stream === "covariate") && price >= 0.5)
    .reduce((a, b) => (b.ratio > a.ratio ? b : a));
  const overHindsight = areaRatio(runs, POLICY) / areaRatio(runs, "hindsight period");
  return [
    areaWithin(runs, 1.11),
    ...(["warm-up period", "CARA-T", "CARA-CT"] as const).map((other) => isBelow(runs, other)),
    isNotAbove(runs, "ski rental"),
    {
      what: "at most 3 % above the period in hindsight, by area",
      measured: percent(overHindsight),
      isKept: overHindsight <= 1.03,
    },
    {
      what: `more than 10 % above the warm-up period in at most ${100 * WORSE_SHARE} % of cells`,
      measured: `${worse.length} of ${cells.length}`,
      isKept: worse.length <= WORSE_SHARE * cells.length,
    },
    {
      what: "nowhere 40 % above the warm-up period",
      measured: `at most ${percent(worst.ratio)}, ${worst.stream} at a price of ${worst.price}`,
      isKept: worst.ratio < 1.4,
    },
    {
      what: "within 1.5 % of never where nothing is to be learned (stationary, covariate), from a price of 0.5 on",
      measured: `at most ${percent(calm.ratio)}, ${calm.stream} at a price of ${calm.price}`,
      isKept: calm.ratio <= 1.015,
    },
  ];
}

/** What holds where models are trained on all history. */
export function allHistoryPromises(runs: readonly PlayedStream[]): KeptPromise[] {
  return [areaWithin(runs, 1.07), isNotAbove(runs, "ski rental")];
}

function areaWithin(runs: readonly PlayedStream[], bound: number): KeptPromise {
  const [area, error] = [areaRatio(runs, POLICY), areaError(runs, POLICY)];
  return {
    what: `at most ${bound} times the oracle, by area over the logarithm of the price, two standard errors allowed`,
    measured: `${area.toFixed(3)} ± ${error.toFixed(3)}`,
    isKept: area <= bound + STANDARD_ERRORS * error,
  };
}

function isBelow(runs: readonly PlayedStream[], other: PolicyName): KeptPromise {
  const difference = pairedDifference(runs, POLICY, other);
  return { what: `below ${other}, by paired bootstrap`, measured: differenceText(difference), isKept: difference.high < 0 };
}

function isNotAbove(runs: readonly PlayedStream[], other: PolicyName): KeptPromise {
  const difference = pairedDifference(runs, POLICY, other);
  return { what: `not above ${other}, by paired bootstrap`, measured: differenceText(difference), isKept: difference.low <= 0 };
}

/** Error-steps, with 95 % in brackets. */
export function differenceText({ mean, low, high }: ReturnType<typeof pairedDifference>): string {
  const told = (value: number) => `${value < 0 ? "-" : "+"}${Math.abs(value).toFixed(2)}`;
  return `${told(mean)} [${told(low)}, ${told(high)}]`;
}

function percent(ratio: number): string {
  const share = 100 * (ratio - 1);
  return `${share < 0 ? "-" : "+"}${Math.abs(share).toFixed(1)} %`;
}
