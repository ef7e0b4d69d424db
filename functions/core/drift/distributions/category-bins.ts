import { MIN_EXPECTED } from "../measures/chi-square";
import type { AlignedPair } from "./aligned-pair";

/** The bin of names that the reference lacks, and that of all others that are too rare for bins of their own. */
export const UNSEEN = "(unseen)";
export const RARE = "(rare)";

/**
 * The pair over bins that hold enough values to be compared. A name that is expected to hold 10 effective values on the smaller
 * side is a bin of its own. The others are two bins, which are never joined with each other, since all rare names replaced by
 * others would look calm: values of names that the reference lacks, for which those stand that it saw once (Good 1953, The
 * population frequencies of species, Biometrika 40, https://doi.org/10.1093/biomet/40.3-4.237), or as often as one unit of
 * `designEffect` rows would; and all else.
 * @returns undefined where no name has a bin and the others have not two, so that nothing can be told
 */
export function categoryBins(pair: AlignedPair, designEffect: number): AlignedPair | undefined {
  const { names = [], reference, current, referenceSize: n, currentSize: m } = pair;
  const smaller = Math.min(n, m);
  const least = MIN_EXPECTED * designEffect;
  // Half a value more, since shares are rounded.
  const onceSeen = Math.ceil(designEffect) + 0.5;
  const bins: Bin[] = [];
  const [rare, unseen] = [emptyBin(RARE), emptyBin(UNSEEN)];
  names.forEach((name, at) => {
    const [p, q] = [reference[at] ?? 0, current[at] ?? 0];
    if ((smaller * (p * n + q * m)) / (n + m) >= least) {
      bins.push({ name, reference: p, current: q });
      return;
    }
    const then = p * n < onceSeen ? unseen : rare;
    then.reference += p;
    const now = p === 0 ? unseen : rare;
    now.current += q;
  });
  return joinedRest(pair, bins, [rare, unseen], least);
}

/** The pair that has its rare and unseen names as bins already, without those that are too small on both sides. */
export function withSmallBinsJoined(pair: AlignedPair, designEffect: number): AlignedPair | undefined {
  const { names = [], reference, current } = pair;
  const bins = names.map((name, at): Bin => ({ name, reference: reference[at] ?? 0, current: current[at] ?? 0 }));
  const isRest = ({ name }: Bin) => name === RARE || name === UNSEEN;
  return joinedRest(
    pair,
    bins.filter((bin) => !isRest(bin)),
    bins.filter(isRest),
    MIN_EXPECTED * designEffect,
  );
}

interface Bin {
  readonly name: string;
  reference: number;
  current: number;
}

function emptyBin(name: string): Bin {
  return { name, reference: 0, current: 0 };
}

/** A rest that is too small on both sides joins the smallest common bin. */
function joinedRest(pair: AlignedPair, common: Bin[], rest: readonly Bin[], least: number): AlignedPair | undefined {
  const smaller = Math.min(pair.referenceSize, pair.currentSize);
  const smallest = common.toSorted((a, b) => a.reference + a.current - (b.reference + b.current))[0];
  const bins = [...common];
  for (const bin of rest) {
    const share = Math.max(bin.reference, bin.current);
    if (share === 0) continue;
    if (smaller * share >= least || smallest === undefined) bins.push(bin);
    else {
      smallest.reference += bin.reference;
      smallest.current += bin.current;
    }
  }
  if (smallest === undefined && bins.length < 2) return undefined;
  return {
    ...pair,
    names: bins.map(({ name }) => name),
    reference: bins.map((bin) => bin.reference),
    current: bins.map((bin) => bin.current),
  };
}
