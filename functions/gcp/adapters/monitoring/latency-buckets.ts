import * as z from "zod/mini";
import { amountSchema } from "../../../core/numbers";

/** A number of 64 bits, which JSON has as a text. */
export const wholeSchema = z.pipe(z.pipe(z.union([z.string(), z.number()]), z.transform(Number)), z.int());

/** A number with a point, which JSON has as a text where it is infinite or none: https://protobuf.dev/programming-guides/json/ */
export const realSchema = z.pipe(z.union([z.number(), z.literal(["NaN", "Infinity", "-Infinity"])]), z.transform(Number));

const countSchema = z.pipe(wholeSchema, amountSchema);

const bucketOptionsSchema = z.object({
  linearBuckets: z.optional(
    z.object({
      numFiniteBuckets: z.int().check(z.nonnegative(), z.maximum(10_000)),
      width: z.number(),
      offset: z._default(z.number(), 0),
    }),
  ),
  exponentialBuckets: z.optional(
    z.object({
      numFiniteBuckets: z.int().check(z.nonnegative(), z.maximum(10_000)),
      growthFactor: z.number(),
      scale: z.number(),
    }),
  ),
  explicitBuckets: z.optional(z.object({ bounds: z._default(z.array(z.number()), []) })),
});

/** A histogram of Cloud Monitoring: https://cloud.google.com/monitoring/api/ref_v3/rest/v3/TypedValue#Distribution */
export const distributionSchema = z.object({
  count: z._default(countSchema, 0),
  mean: z._default(realSchema, 0),
  bucketOptions: z.optional(bucketOptionsSchema),
  /** The first is below the first edge; trailing zeros may be left out. */
  bucketCounts: z._default(z.array(countSchema), []),
});

export type Distribution = z.output<typeof distributionSchema>;

/** Two edges that differ by less, relatively, are one: edges of exponential buckets are calculated. */
const EDGE_TOLERANCE = 1e-9;

/** The bounds between the buckets, ascending; empty where there are no buckets. */
export function bucketEdges({ bucketOptions }: Distribution): number[] {
  const { linearBuckets, exponentialBuckets, explicitBuckets } = bucketOptions ?? {};
  if (explicitBuckets !== undefined) return explicitBuckets.bounds;
  if (linearBuckets !== undefined) {
    const { numFiniteBuckets, width, offset } = linearBuckets;
    return Array.from({ length: numFiniteBuckets + 1 }, (_, index) => offset + index * width);
  }
  if (exponentialBuckets === undefined) return [];
  const { numFiniteBuckets, growthFactor, scale } = exponentialBuckets;
  return Array.from({ length: numFiniteBuckets + 1 }, (_, index) => scale * growthFactor ** index);
}

/** How many values are at or above an edge; undefined where the value given is no edge of these buckets, as then nobody knows. */
export function countAbove(distribution: Distribution, edge: number): number | undefined {
  if (distribution.count === 0) return 0;
  if (distribution.bucketCounts.length === 0) return undefined;
  const index = bucketEdges(distribution).findIndex((one) => Math.abs(one - edge) <= EDGE_TOLERANCE * Math.abs(edge));
  return index === -1 ? undefined : sum(distribution.bucketCounts.slice(index + 1));
}

/**
 * The lowest edge that at most 5 % of all values are at or above: a bucket tells no more of the 95th percentile. Distributions
 * with other buckets than those of the first are left out.
 * @param distributions the newest first
 * @returns undefined without values, or where more than 5 % are above the last edge
 */
export function p95Edge(distributions: readonly Distribution[]): number | undefined {
  const filled = distributions.filter(({ count, bucketCounts }) => count > 0 && bucketCounts.length > 0);
  const [first] = filled;
  if (first === undefined) return undefined;
  const edges = bucketEdges(first);
  const key = edges.join();
  const alike = filled.filter((one) => bucketEdges(one).join() === key);
  const total = sum(alike.flatMap(({ bucketCounts }) => bucketCounts));
  return edges.find((_, index) => sum(alike.map(({ bucketCounts }) => sum(bucketCounts.slice(index + 1)))) * 20 <= total);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
