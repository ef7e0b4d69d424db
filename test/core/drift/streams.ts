import type { Distribution } from "../../../functions/core/drift/distributions/distribution";

/** Shapes of a feature, as densities over [-4, 4]. */
export const SHAPES = {
  uniform: () => 1,
  normal: (x: number) => Math.exp((-x * x) / 2),
  exponential: (x: number) => Math.exp(-(x + 4)),
  bimodal: (x: number) => Math.exp(-((x + 2) ** 2)) + 0.3 * Math.exp(-((x - 2) ** 2)),
  /** Few values are frequent, most are rare. */
  zipf: (x: number) => 1 / (1 + 20 * (x + 4)),
} as const;

export type Shape = keyof typeof SHAPES;

/** Resolution of the density, which every number of bins that is tried divides; and of the table that values are drawn from. */
const GRID = 1_200;
const SLOTS = 2 ** 16;
const EDGE = 4;

/** Draws so many values, counted per bin. */
export type Sampler = (size: number) => number[];

const TABLES = new Map<string, Uint16Array>();

/** Draws from a feature whose density is moved by `shift`; what leaves the range ends in the last bin there. */
export function samplerOf(random: () => number, shape: Shape, bins: number, shift = 0): Sampler {
  const key = `${shape} ${bins} ${shift}`;
  const slots = TABLES.get(key) ?? tableOf(shape, bins, shift);
  TABLES.set(key, slots);
  return (size) => {
    const counts = new Uint32Array(bins);
    for (let left = size; left > 0; left--) {
      const bin = slots[random() >>> 16] ?? 0;
      counts[bin] = (counts[bin] ?? 0) + 1;
    }
    return [...counts];
  };
}

/** The bins of a feature, each as often as it is drawn. */
function tableOf(shape: Shape, bins: number, shift: number): Uint16Array {
  const density = Array.from({ length: GRID }, (_, index) => SHAPES[shape](((index + 0.5) / GRID) * 2 * EDGE - EDGE));
  const total = density.reduce((sum, value) => sum + value, 0);
  const slots = new Uint16Array(SLOTS);
  let sum = 0;
  let at = 0;
  density.forEach((value, index) => {
    const x = ((index + 0.5) / GRID) * 2 * EDGE - EDGE + shift;
    const bin = Math.min(bins - 1, Math.max(0, Math.floor(((x + EDGE) / (2 * EDGE)) * bins)));
    sum += value;
    const end = Math.round((sum / total) * SLOTS);
    slots.fill(bin, at, end);
    at = end;
  });
  return slots;
}

/**
 * 32-bit numbers of xorshift: https://doi.org/10.18637/jss.v008.i14; a generator that calls nothing, for tens of millions of draws.
 */
export function xorshift(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}

/** Counts over the bins of [-4, 4]. */
export function histogramOf(counts: readonly number[]): Distribution {
  const edges = Array.from({ length: counts.length + 1 }, (_, index) => -EDGE + (2 * EDGE * index) / counts.length);
  return { type: "histogram", edges, counts: [...counts] };
}

export function categoriesOf(counts: readonly number[]): Distribution {
  return { type: "categories", counts: Object.fromEntries(counts.map((count, index) => [`c${index}`, count])) };
}
