import { chiSquareQuantile, regularizedGammaQ } from "../../../../functions/core/drift/measures/special-functions";

/** Exact shares of a feature before and after a change, as of samples so large that no bin needs smoothing. */
export interface ExactPair {
  readonly reference: readonly number[];
  readonly current: readonly number[];
  readonly edges?: readonly number[];
  readonly referenceSize: number;
  readonly currentSize: number;
}

const ENDLESS = { referenceSize: 1e18, currentSize: 1e18 };
const BINS = 20;
/** Beyond so many standard deviations nothing is left of a normal feature. */
const REACH = 9;

/** P(X < x) of a standard normal variable. */
function normalShareBelow(x: number): number {
  const tail = regularizedGammaQ(0.5, (x * x) / 2) / 2;
  return x < 0 ? tail : 1 - tail;
}

/** A normal feature that shifts by so many of its standard deviations and spreads by so much, over 20 bins of equal shares. */
export function normalPair(shift: number, spread = 1): ExactPair {
  const inner = Array.from({ length: BINS - 1 }, (_, index) => {
    const share = (index + 1) / BINS;
    if (share === 0.5) return 0;
    // The square of a normal variable is a chi-square one.
    const size = Math.sqrt(chiSquareQuantile(2 * Math.min(share, 1 - share), 1));
    return share < 0.5 ? -size : size;
  });
  return onEdges([-REACH, ...inner, REACH], shift, spread);
}

/** The same feature over bins so narrow that its distances are those of the values themselves, to 5 digits. */
export function fineNormalPair(shift: number, spread = 1): ExactPair {
  const bins = 4_000;
  return onEdges(
    Array.from({ length: bins + 1 }, (_, index) => ((2 * index) / bins - 1) * 2 * REACH),
    shift,
    spread,
  );
}

function onEdges(edges: readonly number[], shift: number, spread: number): ExactPair {
  const shares = (move: number, scale: number) => {
    const below = edges.map((edge, index) =>
      index === 0 ? 0 : index === edges.length - 1 ? 1 : normalShareBelow((edge - move) / scale),
    );
    return below.slice(1).map((share, index) => share - (below[index] ?? 0));
  };
  return { reference: shares(0, 1), current: shares(shift, spread), edges, ...ENDLESS };
}

/** Equally frequent categories, one of which takes so large a share of all others. */
export function gainingCategory(categories: number, gained: number): ExactPair {
  const reference = Array.from({ length: categories }, () => 1 / categories);
  return {
    reference,
    current: reference.map((share, index) => share * (1 - gained) + (index === 0 ? gained : 0)),
    ...ENDLESS,
  };
}
