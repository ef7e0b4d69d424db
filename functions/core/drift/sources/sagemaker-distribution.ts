import * as z from "zod/mini";
import { PoisonMessageError } from "../../errors";
import { type Categories, type Histogram, MAX_BINS } from "../distributions/distribution";

/** Buckets of a feature that are read; a report takes at most 1,000 bins of them, and puts rare categories together. */
const MAX_BUCKETS = 20_000;

const countSchema = z.number().check(z.minimum(0));

/** One feature of `statistics.json`, numbers or texts. */
export const featureStatisticsSchema = z.object({
  name: z.string().check(z.minLength(1)),
  numerical_statistics: z.optional(
    z.object({
      common: z.object({ num_present: countSchema }),
      distribution: z.optional(
        z.object({
          kll: z.optional(
            z.object({
              buckets: z
                .array(z.object({ lower_bound: z.number(), upper_bound: z.number(), count: countSchema }))
                .check(z.maxLength(MAX_BUCKETS)),
            }),
          ),
        }),
      ),
    }),
  ),
  string_statistics: z.optional(
    z.object({
      common: z.object({ num_present: countSchema }),
      distribution: z.optional(
        z.object({
          categorical: z.optional(
            z.object({ buckets: z.array(z.object({ value: z.string(), count: countSchema })).check(z.maxLength(MAX_BUCKETS)) }),
          ),
        }),
      ),
    }),
  ),
});

export type FeatureStatistics = z.infer<typeof featureStatisticsSchema>;

/** All values that no bucket, or none of the categories kept, holds. */
const REST = "(rest)";

const LONGEST_CATEGORY = 256;

/** Half the width of the bin around a value that every row has, as a share of the value. */
const POINT = 1e-9;

/** Bounds that differ by less, as a share of all, are one: each is a sum of its own. */
const ROUNDING = 1e-6;

/**
 * The buckets of a KLL sketch as a histogram; undefined when they hold no value. A bucket without width counts in the bin beside
 * it; where all rows have one value, it becomes a narrow bin.
 * @throws PoisonMessageError when the buckets overlap or leave a gap
 */
export function histogramOf({ name, numerical_statistics: numbers }: FeatureStatistics): Histogram | undefined {
  const buckets = (numbers?.distribution?.kll?.buckets ?? []).toSorted(
    (a, b) => a.lower_bound - b.lower_bound || a.upper_bound - b.upper_bound,
  );
  const total = buckets.reduce((sum, { count }) => sum + count, 0);
  const [first, last] = [buckets[0], buckets.at(-1)];
  if (first === undefined || last === undefined || total === 0) return undefined;
  const range = last.upper_bound - first.lower_bound;
  if (range === 0) return pointAt(first.lower_bound, total);
  const edges = [first.lower_bound];
  const counts: number[] = [];
  let waiting = 0;
  for (const { lower_bound: from, upper_bound: to, count } of buckets) {
    const gap = Math.abs(from - (edges.at(-1) ?? from));
    if (to < from || !(gap <= ROUNDING * range)) throw tornBuckets(name);
    if (to > from) {
      edges.push(to);
      counts.push(count + waiting);
      waiting = 0;
    } else if (counts.length === 0) waiting += count;
    else counts.push((counts.pop() ?? 0) + count);
  }
  return { type: "histogram", edges, counts };
}

function tornBuckets(name: string): PoisonMessageError {
  return new PoisonMessageError(
    `cannot read statistics.json: buckets of feature "${name}" overlap or leave a gap, expected each to start where the one before it ends`,
  );
}

function pointAt(value: number, count: number): Histogram {
  const half = Math.max(Math.abs(value) * POINT, POINT);
  return { type: "histogram", edges: [value - half, value + half], counts: [count] };
}

/** How often each text occurs; undefined when the monitor lists none. Values that it leaves out count as the rest. */
export function categoriesOf({ string_statistics: texts }: FeatureStatistics): Map<string, number> | undefined {
  const buckets = texts?.distribution?.categorical?.buckets ?? [];
  const present = texts?.common.num_present ?? 0;
  if (buckets.length === 0) return undefined;
  const counts = new Map<string, number>();
  for (const { value, count } of buckets) {
    const name = value.slice(0, LONGEST_CATEGORY);
    counts.set(name, (counts.get(name) ?? 0) + count);
  }
  const listed = buckets.reduce((sum, { count }) => sum + count, 0);
  if (present > listed) counts.set(REST, (counts.get(REST) ?? 0) + present - listed);
  return counts;
}

/** Both sides with at most as many categories as a report may hold: the reference's most frequent ones, then the current side's. */
export function sameCategories(
  reference: ReadonlyMap<string, number>,
  current: ReadonlyMap<string, number>,
): { reference: Categories; current: Categories } {
  const byCount = (a: readonly [string, number], b: readonly [string, number]) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1);
  const ranked = [...reference, ...current].map(([name]) => name);
  const frequent = [...[...reference].sort(byCount), ...[...current].sort(byCount)].map(([name]) => name);
  const kept = new Set(new Set(ranked).size <= MAX_BINS ? ranked : [...new Set(frequent)].slice(0, MAX_BINS - 1));
  return { reference: foldedTo(kept, reference), current: foldedTo(kept, current) };
}

function foldedTo(kept: ReadonlySet<string>, counts: ReadonlyMap<string, number>): Categories {
  const folded = new Map<string, number>();
  for (const [name, count] of counts) {
    const place = kept.has(name) ? name : REST;
    folded.set(place, (folded.get(place) ?? 0) + count);
  }
  return { type: "categories", counts: Object.fromEntries(folded) };
}
