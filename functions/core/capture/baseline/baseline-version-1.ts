import * as z from "zod/mini";
import { histogramSchema, MAX_BINS } from "../../drift/distributions/distribution";
import { amountSchema } from "../../numbers";
import { type BaselineFeature, columnShape } from "./baseline-feature";

/** A feature of a baseline of version 1. */
export const featureOfVersion1Schema = z.discriminatedUnion("type", [
  z.object({ ...columnShape, type: z.literal("numbers"), histogram: histogramSchema }),
  z.object({
    ...columnShape,
    type: z.literal("categories"),
    isCode: z.boolean(),
    counts: z.array(z.tuple([z.string().check(z.maxLength(256)), amountSchema])).check(
      z.maxLength(MAX_BINS - 1),
      z.refine((counts) => new Set(counts.map(([name]) => name)).size === counts.length),
    ),
  }),
  z.object({ ...columnShape, type: z.literal("empty") }),
]);

/** The feature as version 2 has it: nothing lies out of its bins, and what its names leave of the values has other names. */
export function fromVersion1(feature: z.infer<typeof featureOfVersion1Schema>): BaselineFeature {
  switch (feature.type) {
    case "empty":
      return feature;
    case "numbers": {
      const { histogram, ...column } = feature;
      const { edges, counts } = histogram;
      return { ...column, edges, counts: [0, ...counts, 0], range: [edges[0] ?? 0, edges.at(-1) ?? 0] };
    }
    case "categories": {
      const { counts, present } = feature;
      const left = Math.max(0, present - counts.reduce((sum, [, count]) => sum + count, 0));
      const names = counts.map(([name]) => name);
      return { ...feature, names, counts: [...counts.map(([, count]) => count), left, 0] };
    }
  }
}
