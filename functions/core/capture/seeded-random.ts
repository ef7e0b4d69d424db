import { nameHash } from "./counters";

const { imul } = Math;

/**
 * Numbers in (0, 1), by the mulberry32 generator: the same seed gives the same ones. Its period is 2³², which no sample of captured
 * rows and no resampling of a golden set reaches. https://github.com/bryc/code/blob/master/jshash/PRNGs.md#mulberry32
 */
export function seededRandom(seed: string): () => number {
  let state = nameHash(seed) | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32 + 2 ** -33;
  };
}
