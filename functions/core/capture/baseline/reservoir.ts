import { seededRandom } from "../seeded-random";

/** Numbers kept of each feature, and where there are many features. */
const SIZE = 4_096;
const MANY_FEATURES = 500;
const SIZE_OF_MANY = 2_048;

/** A sample of numbers in which each of those that were added is equally likely. */
export interface Reservoir {
  add(value: number): void;
  values(): Float64Array;
}

/** How many numbers the reservoirs of so many features keep each. */
export function reservoirSize(features: number): number {
  return features > MANY_FEATURES ? SIZE_OF_MANY : SIZE;
}

/**
 * Algorithm L of Li (1994), Reservoir-sampling algorithms of time complexity O(n(1 + log(N/n))), ACM Transactions on Mathematical
 * Software 20(4), https://doi.org/10.1145/198429.198435. The same seed and numbers give the same sample.
 * @param size numbers that are kept, 1 or more
 */
export function createReservoir(seed: string, size: number): Reservoir {
  const random = seededRandom(seed);
  let kept = new Float64Array(Math.min(size, 64));
  let seen = 0;
  let next = 0;
  let weight = 1;
  const skip = () => {
    weight *= Math.exp(Math.log(random()) / size);
    next = seen + Math.floor(Math.log(random()) / Math.log1p(-weight));
  };
  return {
    add(value) {
      if (seen < size) {
        if (seen === kept.length) kept = grown(kept, size);
        kept[seen++] = value;
        if (seen === size) skip();
        return;
      }
      if (seen++ < next) return;
      kept[Math.floor(random() * size)] = value;
      skip();
    },
    values: () => kept.slice(0, Math.min(seen, size)),
  };
}

function grown(values: Float64Array<ArrayBuffer>, most: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(Math.min(most, values.length * 4));
  larger.set(values);
  return larger;
}
