/** A gate that a string passes: at `at` it must be between `least` and `most`. */
export interface Gate {
  readonly at: number;
  readonly least: number;
  readonly most: number;
}

/**
 * Heights, gate by gate, of a string that is pulled taut from (0, 0) through gates whose `at` rises and whose limits do not fall; the
 * last gate is where it ends, so its limits are equal. Among all paths through the gates it is the straightest: it has the least sum
 * of w f(h / w) over its steps of width w and height h, for every convex f at once.
 * P. L. Davies, A. Kovac, Local extremes, runs, strings and multiresolution, https://doi.org/10.1214/aos/996986501
 */
export function tautString(gates: readonly Gate[]): number[] {
  const heights: number[] = [];
  let anchor = { at: 0, height: 0 };
  while (heights.length < gates.length) {
    const { index, height } = nextBend(gates, heights.length, anchor);
    const bend = gates[index] ?? { at: anchor.at };
    const slope = (height - anchor.height) / (bend.at - anchor.at);
    for (let gate = heights.length; gate < index; gate++) {
      heights.push(anchor.height + slope * ((gates[gate]?.at ?? bend.at) - anchor.at));
    }
    heights.push(height);
    anchor = { at: bend.at, height };
  }
  return heights;
}

/** The gate, from `first` on, at whose limit a straight line from the anchor must turn to pass those behind it. */
function nextBend(gates: readonly Gate[], first: number, anchor: { readonly at: number; readonly height: number }) {
  let floor = { slope: Number.NEGATIVE_INFINITY, index: first };
  let ceiling = { slope: Number.POSITIVE_INFINITY, index: first };
  for (let index = first; index < gates.length; index++) {
    const { at, least, most } = gates[index] ?? { at: anchor.at, least: 0, most: 0 };
    const [lower, upper] = [least, most].map((limit) => (limit - anchor.height) / (at - anchor.at)) as [number, number];
    if (lower > ceiling.slope) return { index: ceiling.index, height: gates[ceiling.index]?.most ?? 0 };
    if (upper < floor.slope) return { index: floor.index, height: gates[floor.index]?.least ?? 0 };
    // Of equal slopes the later gate, up to which the string is straight.
    if (lower >= floor.slope) floor = { slope: lower, index };
    if (upper <= ceiling.slope) ceiling = { slope: upper, index };
  }
  return { index: gates.length - 1, height: gates.at(-1)?.least ?? 0 };
}
