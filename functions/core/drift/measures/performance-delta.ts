const MOST = 1e9;

/**
 * How much worse the model does now, as a share of what it did: (reference − current) / |reference| where higher is better, with the
 * other sign where lower is; above 0 worse, below 0 better, so that an improvement is never drift. No units, within ±1e9: what
 * is more of a tiny reference is no more told apart.
 * @throws RangeError when the reference is 0, which nothing is relative to
 */
export function performanceDelta(reference: number, current: number, higherIsBetter: boolean): number {
  if (reference === 0) throw new RangeError("got a reference of 0, expected another number: nothing is relative to 0");
  const loss = higherIsBetter ? reference - current : current - reference;
  return Math.max(-MOST, Math.min(MOST, loss / Math.abs(reference)));
}
