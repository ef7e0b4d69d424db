/** Bins of equal shares that a feature's numbers are cut into. */
const BINS = 20;

const bits = new DataView(new ArrayBuffer(8));

/** The largest double below a finite one. */
export function nextBelow(value: number): number {
  if (value === 0) return -Number.MIN_VALUE;
  bits.setFloat64(0, value);
  bits.setBigInt64(0, bits.getBigInt64(0) + (value > 0 ? -1n : 1n));
  return bits.getFloat64(0);
}

/** The least double above a finite one. */
export function nextAbove(value: number): number {
  return -nextBelow(-value);
}

/**
 * Edges that cut a sample of finite numbers into bins of about equal shares, by rank alone: the same whatever the numbers' offset
 * and scale are. A value that holds at least a share is a bin of its own; so is the only value of a constant. Bin i reaches from
 * above edge i − 1 to edge i; the outermost edges are the double below the least value, and the largest value.
 * @param sample at least one number
 */
export function rankEdges(sample: Iterable<number>, bins: number = BINS): number[] {
  const sorted = Float64Array.from(sample).sort();
  const share = sorted.length / bins;
  const edges = [nextBelow(sorted[0] ?? 0)];
  let held = 0;
  for (let at = 0; at < sorted.length; ) {
    const value = sorted[at] ?? 0;
    let next = at + 1;
    while (sorted[next] === value) next++;
    const count = next - at;
    if (held > 0 && count >= share) {
      edges.push(between(sorted[at - 1] ?? value, value));
      held = 0;
    }
    held += count;
    if (held >= share && next < sorted.length) {
      edges.push(between(value, sorted[next] ?? value));
      held = 0;
    }
    at = next;
  }
  edges.push(sorted.at(-1) ?? 0);
  return edges;
}

/** Midway between two neighbours, at least the lower and below the upper. */
function between(lower: number, upper: number): number {
  const middle = lower + (upper - lower) / 2;
  return middle >= upper ? lower : middle;
}
