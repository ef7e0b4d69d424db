import * as z from "zod/mini";
import { boundedRecord } from "../../outside-json";

/** Bins of a histogram, and categories of a column, that a report may hold; more tell nothing more of a sample. */
export const MAX_BINS = 1_000;

/** Larger edges would overflow when squared. */
const edgeSchema = z.number().check(z.minimum(-1e150), z.maximum(1e150));

/** Values that a bin may hold at most. */
export const LARGEST_COUNT = 1e15;

const countSchema = z.number().check(z.minimum(0), z.maximum(LARGEST_COUNT));

/** Numbers, counted per bin; bin i reaches from edge i to edge i + 1. */
export const histogramSchema = z
  .object({
    type: z.literal("histogram").check(z.describe("Numbers, counted per bin")),
    edges: z
      .array(edgeSchema)
      .check(z.minLength(2), z.maxLength(MAX_BINS + 1), z.describe("Rising limits of the bins, one more than there are counts")),
    counts: z
      .array(countSchema)
      .check(z.minLength(1), z.maxLength(MAX_BINS), z.describe("Values in each bin; counts, weights or shares")),
  })
  .check(
    z.refine(({ edges, counts }) => edges.length === counts.length + 1, {
      error: "edges and counts do not fit: give one edge more than counts",
    }),
    z.refine(({ edges }) => edges.every((edge, index) => index === 0 || edge > (edges[index - 1] ?? edge)), {
      error: "edges do not rise: give each limit once, in rising order; a single value needs a narrow bin around it",
    }),
  );

/** Texts, or numbers that mean texts, counted per value. */
const categoriesSchema = z.object({
  type: z.literal("categories").check(z.describe("Texts, counted per value")),
  counts: boundedRecord(
    z
      .record(z.string().check(z.maxLength(256)), countSchema)
      .check(z.describe(`Values of each category; counts, weights or shares; at most ${MAX_BINS} categories`)),
    MAX_BINS,
    `more than ${MAX_BINS} categories: give the most frequent ones, and the rest as one`,
  ),
});

/** How the values of one column are spread. */
export const distributionSchema = z.discriminatedUnion("type", [histogramSchema, categoriesSchema]);

export type Histogram = z.infer<typeof histogramSchema>;
export type Categories = z.infer<typeof categoriesSchema>;
export type Distribution = z.infer<typeof distributionSchema>;
