import * as z from "zod/mini";
import { calmWindowsSchema } from "../../drift/distributions/calm-floor";
import { LARGEST_COUNT, MAX_BINS } from "../../drift/distributions/distribution";
import { DRIFT_KINDS, MAX_FEATURES } from "../../drift/drift-report";
import { amountSchema, ordinalSchema } from "../../numbers";
import { nameHash } from "../counters";
import type { FeatureBins } from "../counting-tally";
import { SEASONS } from "../season";

/** Longest name of a column that is compared, so that it still fits a report with what is added to it. */
export const LONGEST_COLUMN = 240;

/** Hours of a week: more groups no season has. */
const MAX_GROUPS = 168;

/** Rows, as many as a report can tell of. */
export const rowsSchema = amountSchema.check(z.maximum(LARGEST_COUNT));

const countsSchema = z.array(rowsSchema).check(z.minLength(2), z.maxLength(MAX_BINS));

/** How calm windows of a feature behave: of the mean of their scores, how many times what independent rows would score. */
const { mean: _mean, ...calmShape } = calmWindowsSchema.shape;
const behaviourShape = {
  /** Bins that it was measured over. */
  bins: z.exactOptional(ordinalSchema),
  calm: z.exactOptional(z.object({ ...calmShape, excess: z.number().check(z.minimum(1), z.maximum(1e9)) })),
  /** The counts of each group of a season, over the same bins as the counts of the whole. */
  season: z.exactOptional(
    z.object({
      by: z.enum(SEASONS),
      groups: z.array(z.tuple([z.int().check(z.minimum(0), z.lt(MAX_GROUPS)), countsSchema])).check(z.maxLength(MAX_GROUPS)),
    }),
  ),
};

/** What a feature of every version has. */
export const columnShape = {
  name: z.string().check(z.minLength(1), z.maxLength(LONGEST_COLUMN)),
  kind: z.enum(DRIFT_KINDS),
  /** Rows with a value; the others lack it. */
  present: rowsSchema,
};

/** Of a feature with values: how these behave, and how the rows that have one, and lack it. */
const valuesShape = { ...columnShape, ...behaviourShape, missing: z.exactOptional(z.object(behaviourShape)) };

/** A report has one edge more on either side, which must be within its own limits. */
const edgeSchema = z.number().check(z.gt(-1e150), z.lt(1e150));

const numbersSchema = z
  .object({
    ...valuesShape,
    type: z.literal("numbers"),
    /** Bin i reaches from above edge i − 1 to edge i; one open bin lies before the first edge and one after the last. */
    edges: z.array(edgeSchema).check(
      z.minLength(2),
      z.maxLength(MAX_BINS - 1),
      z.refine((edges) => edges.every((edge, index) => index === 0 || edge > (edges[index - 1] ?? edge))),
    ),
    counts: countsSchema,
    /** The least and the largest value. */
    range: z.tuple([edgeSchema, edgeSchema]),
  })
  .check(z.refine(({ edges, counts }) => counts.length === edges.length + 1, { error: "edges and counts do not fit" }));

const nameSchema = z.string().check(z.maxLength(256));

const categoriesSchema = z
  .object({
    ...valuesShape,
    type: z.literal("categories"),
    /** Numbers count as names. */
    isCode: z.boolean(),
    /** Those that are counted each by itself. */
    names: z.array(nameSchema).check(
      z.maxLength(MAX_BINS - 2),
      z.refine((names) => new Set(names).size === names.length),
    ),
    /** Of these, then of all other names of the reference, then of those that stand for names that it does not hold. */
    counts: countsSchema,
    /** Hashes of the other names. @default - every other name counts as one of them */
    others: z.exactOptional(z.array(amountSchema).check(z.maxLength(MAX_FEATURES))),
  })
  .check(z.refine(({ names, counts }) => counts.length === names.length + 2, { error: "names and counts do not fit" }));

/** How the values of one feature of a baseline are spread. */
export const baselineFeatureSchema = z.discriminatedUnion("type", [
  numbersSchema,
  categoriesSchema,
  z.object({ ...columnShape, type: z.literal("empty"), missing: z.exactOptional(z.object(behaviourShape)) }),
]);

export type BaselineFeature = z.infer<typeof baselineFeatureSchema>;

/** The bins of a baseline's feature, over which windows count its values. */
export function baselineBins(feature: BaselineFeature): FeatureBins {
  switch (feature.type) {
    case "empty":
      return { type: "empty" };
    case "numbers":
      return { type: "numbers", edges: feature.edges };
    case "categories": {
      const { isCode, names, others } = feature;
      const known = others && new Set(others);
      return { type: "categories", isCode, names, isKnown: (name) => known?.has(nameHash(name)) ?? true };
    }
  }
}
