import { DDSketch } from "@datadog/sketches-js";
import type { QuantileSketch, SketchBin } from "../core/capture/ports";

/** Any quantile is found within this share of itself: https://www.vldb.org/pvldb/vol12/p2195-masson.pdf */
const RELATIVE_ACCURACY = 0.01;

/** Smaller magnitudes count as 0, larger ones as the largest: with 39 decades between, a side has at most some 4,500 bins. */
const LEAST = 1e-18;
const MOST = 1e21;

type Store = DDSketch["store"];

/**
 * A DDSketch whose bins are the same in every sketch: instead of collapsing the lowest bins when there are too many, which one
 * outlier would make them be, it takes magnitudes from 1e-18 to 1e21 alone.
 */
export function createQuantileSketch(): QuantileSketch {
  const sketch = new DDSketch({ relativeAccuracy: RELATIVE_ACCURACY });
  const { mapping } = sketch;
  /** Upper limit of the magnitudes of a key; that of the key before is the lower one. */
  const limitOf = (key: number) => Math.max(LEAST, (mapping.value(key) * (1 + mapping.gamma)) / 2);
  return {
    add(value) {
      const magnitude = Math.abs(value);
      if (magnitude <= LEAST) sketch.accept(0);
      else if (magnitude > MOST) sketch.accept(value > 0 ? MOST : -MOST);
      else sketch.accept(value);
    },
    bins() {
      const negative = binsOf(sketch.negativeStore, limitOf).map(({ lower, upper, count }) => ({
        lower: -upper,
        upper: -lower,
        count,
      }));
      const zero = sketch.zeroCount > 0 ? [{ lower: -LEAST, upper: LEAST, count: sketch.zeroCount }] : [];
      return [...negative.reverse(), ...zero, ...binsOf(sketch.store, limitOf)];
    },
  };
}

function binsOf({ bins, offset }: Store, limitOf: (key: number) => number): SketchBin[] {
  return bins.flatMap((count, index) =>
    count > 0 ? [{ lower: limitOf(index + offset - 1), upper: limitOf(index + offset), count }] : [],
  );
}
