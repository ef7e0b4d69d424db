import type { PlayedStream } from "./played-streams";
import type { PolicyName } from "./policies";
import { areaError, areaRatio, type ComparedCell, comparedCells, type PairedDifference, pairedDifference } from "./scores";

/** What the policy promises on a set of streams, and whether it was kept. */
export interface KeptPromise {
  readonly what: string;
  readonly measured: string;
  /** Within the bound, or over it by less than what chance explains. */
  readonly isKept: boolean;
  /** Within the bound as measured. */
  readonly isWithin: boolean;
}

const POLICY = "break-even";

/** A figure may be this many of its standard errors over its bound. */
const STANDARD_ERRORS = 2;

/** The share of cells that may be clearly above the warm-up period, and how much that is. */
const WORSE_SHARE = 0.08;
const CLEARLY_ABOVE = 1.1;

/** What holds where models are trained on a window of the history. */
export function windowedPromises(runs: readonly PlayedStream[]): KeptPromise[] {
  const cells = comparedCells(runs, POLICY, "warm-up period");
  const worse = cells.filter(({ ratio }) => ratio > CLEARLY_ABOVE);
  const calm = comparedCells(runs, POLICY, "never").filter(
    ({ stream, price }) => (stream === "stationary" || stream === "covariate") && price >= 0.5,
  );
  const isFewWorse = worse.length <= WORSE_SHARE * cells.length;
  return [
    areaWithin(runs, "oracle", 1.11),
    areaWithin(runs, "hindsight period", 1.03),
    ...(["warm-up period", "CARA-T", "CARA-CT"] as const).map((other) => isBelow(runs, other)),
    isNotAbove(runs, "ski rental"),
    {
      what: `more than 10 % above the warm-up period in at most ${100 * WORSE_SHARE} % of the cells of stream and price`,
      measured: `${worse.length} of ${cells.length}`,
      isKept: isFewWorse,
      isWithin: isFewWorse,
    },
    cellsWithin("nowhere 40 % above the warm-up period", cells, 1.4),
    cellsWithin(
      "within 1.5 % of never where nothing is to be learned (stationary, covariate), from a price of 0.5 on",
      calm,
      1.015,
    ),
  ];
}

/** What holds where models are trained on all history. */
export function allHistoryPromises(runs: readonly PlayedStream[]): KeptPromise[] {
  return [areaWithin(runs, "oracle", 1.07), isNotAbove(runs, "ski rental")];
}

function areaWithin(runs: readonly PlayedStream[], other: PolicyName, bound: number): KeptPromise {
  const [area, error] = [areaRatio(runs, POLICY, other), areaError(runs, POLICY, other)];
  return {
    what: `at most ${bound} times the ${other}, by area`,
    measured: `${area.toFixed(3)} ± ${error.toFixed(3)}`,
    isKept: area - STANDARD_ERRORS * error <= bound,
    isWithin: area <= bound,
  };
}

function cellsWithin(what: string, cells: readonly ComparedCell[], bound: number): KeptPromise {
  const worst = cells.reduce((a, b) => (b.ratio > a.ratio ? b : a));
  return {
    what,
    measured: `at most ${percent(worst.ratio - 1)} ± ${(100 * worst.error).toFixed(1)}, ${worst.stream} at ${worst.price}`,
    isKept: cells.every(({ ratio, error }) => ratio - STANDARD_ERRORS * error <= bound),
    isWithin: worst.ratio <= bound,
  };
}

function isBelow(runs: readonly PlayedStream[], other: PolicyName): KeptPromise {
  const difference = pairedDifference(runs, POLICY, other);
  const isKept = difference.high < 0;
  return { what: `below ${other}, by paired bootstrap`, measured: differenceText(difference), isKept, isWithin: isKept };
}

function isNotAbove(runs: readonly PlayedStream[], other: PolicyName): KeptPromise {
  const difference = pairedDifference(runs, POLICY, other);
  const isKept = difference.low <= 0;
  return { what: `not above ${other}, by paired bootstrap`, measured: differenceText(difference), isKept, isWithin: isKept };
}

/** Error-steps, with 95 % in brackets. */
export function differenceText({ mean, low, high }: PairedDifference): string {
  const told = (value: number) => `${value < 0 ? "-" : "+"}${Math.abs(value).toFixed(2)}`;
  return `${told(mean)} [${told(low)}, ${told(high)}]`;
}

function percent(share: number): string {
  return `${share < 0 ? "-" : "+"}${(100 * Math.abs(share)).toFixed(1)} %`;
}
