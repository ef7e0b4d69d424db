import * as z from "zod/mini";
import { amountSchema, timeSchema } from "../../functions/core/numbers";
import type { Survey, TrafficOrder } from "../../functions/core/promotion/rollout/ports";
import type { RolloutSettings } from "../../functions/core/promotion/rollout/rollout-settings";
import type { Stored } from "../../functions/core/state-layout";

const variantSchema = z.object({
  /** Name of the variant, or id of the deployed model. */
  name: z.string(),
  /** What is behind it: the name of a model, or a candidate's address in its registry. */
  source: z.string(),
  /** Whole percent of the requests. */
  percent: z.int().check(z.nonnegative(), z.maximum(100)),
  /** It gets a copy of each request, and answers nobody. */
  isShadow: z.exactOptional(z.literal(true)),
});

const fleetSchema = z.object({
  /** Name of the endpoint configuration; on Vertex AI the etag, which is another one after each change. */
  config: z.string(),
  variants: z.array(variantSchema),
});

const servedSpanSchema = z.object({
  from: timeSchema,
  /** Empty where nothing answered. */
  variants: z.array(variantSchema),
});

/** A change that the cloud took, and that is not done yet. */
const pendingChangeSchema = z.object({
  to: fleetSchema,
  /** What it is for, as `traffic` of a failure has it. */
  traffic: z.string(),
  endsAt: timeSchema,
  /** Why it will not succeed. */
  fails: z.exactOptional(z.string()),
  /** It failed, and is being taken back. */
  isRollingBack: z.exactOptional(z.literal(true)),
});

/** Everything that a simulated endpoint remembers: plain JSON, to be kept and restored. */
export const endpointStateSchema = z.object({
  fleet: fleetSchema,
  change: z.exactOptional(pendingChangeSchema),
  /** The newest change that failed, until another one is taken. */
  failed: z.exactOptional(z.object({ traffic: z.string(), why: z.string() })),
  /** It answers nobody any more. */
  gone: z.exactOptional(z.string()),
  /** Oldest first. */
  served: z.array(servedSpanSchema),
  /** Answers to the next steps in place of the cloud's own. */
  refusals: z.array(z.object({ is: z.enum(["busy", "over-quota", "refused"]), why: z.string() })),
  /** Why the next change that is taken will fail. */
  failing: z.exactOptional(z.string()),
  /** The next change is taken, and whoever asked for it gets no answer. */
  losesAnswer: z.exactOptional(z.literal(true)),
  /** Calls that reject, as in an outage of the cloud's API. */
  unanswered: amountSchema,
  /** What is configured from now on is shown, but not served. */
  isStuck: z.exactOptional(z.literal(true)),
  /** Changes that were taken, whoever asked for them. */
  changes: amountSchema,
});

/** A model that is deployed on an endpoint: a production variant of SageMaker, or a deployed model of Vertex AI. */
export type Variant = Stored<typeof variantSchema>;
/** What an endpoint is configured to serve. */
export type Fleet = Stored<typeof fleetSchema>;
/** What really answered, from a time on, epoch milliseconds. */
export type ServedSpan = Stored<typeof servedSpanSchema>;
export type EndpointState = Stored<typeof endpointStateSchema>;

/** A change that an order needs next. */
export interface NextChange {
  /** Of people: `sets the weights to 75 and 25`. */
  readonly did: string;
  readonly to: Fleet;
  /** From the call until it is done: the endpoint takes no other change meanwhile. Milliseconds, 0 where it is done at once. */
  readonly takesMs: number;
  /** After that, until requests are served so. */
  readonly spreadMs: number;
}

/** How a fleet stands to an order, with nothing under way. */
type Standing =
  | { readonly is: "reached" }
  | { readonly is: "behind"; readonly next: NextChange }
  | { readonly is: "changed"; readonly why: string }
  | { readonly is: "refused"; readonly why: string };

/** How a cloud lays out the models of an endpoint. */
export interface EndpointLayout {
  readonly survey: (fleet: Fleet, settings: RolloutSettings) => Survey;
  readonly standing: (fleet: Fleet, order: TrafficOrder) => Standing;
  /** Name of the candidate's variant. */
  readonly candidateOf: (rolloutId: string) => string;
  /** Name of the variant that a champion is behind. */
  readonly championOf: (champion: TrafficOrder["champion"]) => string;
  /** How long a change by hand of everything takes, milliseconds. */
  readonly deployMs: number;
}

/** Percents of the candidate that a rollout may have made itself; any others were set by somebody. */
export function ownPercents({ from, to, settings }: TrafficOrder): readonly number[] {
  if (to.is === "split" && to.percent < 100) return [0, to.percent, ...(from.is === "split" ? [from.percent] : [])];
  return [0, ...settings.percents, 100];
}

/** True where the order is to stay: nothing is under way. */
export function isSteady({ from, to }: TrafficOrder): boolean {
  return JSON.stringify(from) === JSON.stringify(to);
}

/** `main 95 %, v-1a2b3c4d 5 %`. */
export function fleetText({ variants }: Fleet): string {
  if (variants.length === 0) return "nothing";
  return variants.map(({ name, percent, isShadow }) => `${name} ${isShadow === true ? "as a shadow" : `${percent}%`}`).join(", ");
}

/** True for fleets that serve alike. */
export function servesAlike(one: Fleet, other: Fleet): boolean {
  const text = ({ variants }: Fleet) =>
    JSON.stringify(variants.map(({ name, percent, isShadow }) => `${name} ${percent} ${isShadow}`).sort());
  return text(one) === text(other);
}
