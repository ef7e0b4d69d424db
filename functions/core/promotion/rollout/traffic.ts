import * as z from "zod/mini";
import type { Stored } from "../../state-layout";

/**
 * How an endpoint is to serve. `champion`: as it did before the rollout, the candidate removed. `shadow`: the champion answers,
 * and the candidate gets a copy of each request. `split`: the candidate gets a part, in whole percent; at 100 the champion stays
 * deployed and warm. `candidate`: the candidate alone, the champion removed.
 */
export const trafficSchema = z.discriminatedUnion("is", [
  z.object({ is: z.literal("champion") }),
  z.object({ is: z.literal("shadow") }),
  z.object({ is: z.literal("split"), percent: z.int().check(z.minimum(1), z.maximum(100)) }),
  z.object({ is: z.literal("candidate") }),
]);

/** What an endpoint served before the rollout, as a rollback puts it back; never derived from what was before. */
export const servedSchema = z.discriminatedUnion("on", [
  z.object({
    on: z.literal("sagemaker"),
    /** Name of the endpoint configuration, and of its one production variant and that one's model. */
    config: z.string(),
    variant: z.string(),
    model: z.string(),
  }),
  z.object({
    on: z.literal("vertex"),
    /** Id of the deployed model that gets all requests, and `projects/…/models/…` and the version behind it. */
    deployedModel: z.string(),
    model: z.string(),
    version: z.string(),
  }),
]);

export type Traffic = Stored<typeof trafficSchema>;
export type Served = Stored<typeof servedSchema>;

/** `split 25 %`, `champion`: how people are told of it. */
export function trafficText(traffic: Traffic): string {
  switch (traffic.is) {
    case "champion":
      return "the champion alone";
    case "shadow":
      return "the champion, with the candidate in its shadow";
    case "split":
      return `${traffic.percent}% to the candidate`;
    case "candidate":
      return "the candidate alone";
  }
}
