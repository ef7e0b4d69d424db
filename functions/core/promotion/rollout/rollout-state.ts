import * as z from "zod/mini";
import { amountSchema, timeSchema } from "../../numbers";
import { isStoredName, type Stored } from "../../state-layout";
import type { CandidateOutcome } from "../candidate";
import { championHistorySchema } from "./evidence/champion-history";
import { countedWindowSchema } from "./evidence/counted-window";
import { rolloutSettingsSchema } from "./rollout-settings";
import { servedSchema, type Traffic, trafficSchema } from "./traffic";

const textSchema = z.string().check(z.maxLength(4096));

/** A stage of the plan, which is fixed before the rollout starts. */
const plannedStageSchema = z.discriminatedUnion("is", [
  z.object({ is: z.literal("shadow"), windows: amountSchema }),
  /** Both serve, and are compared. */
  z.object({ is: z.literal("split"), percent: z.int().check(z.minimum(1), z.maximum(50)) }),
  /** The candidate gets everything, and the champion stays warm. */
  z.object({ is: z.literal("bake"), windows: amountSchema }),
  /** SageMaker shifts the traffic itself, guarded by its alarms. */
  z.object({ is: z.literal("native") }),
]);

/**
 * Where a rollout stands. `before`: the champion serves alone, as it did. `verify`: after alarms of the bake both serve again, at
 * the plan's last share below 100 %. `after`: the candidate serves alone. `back`: the champion serves alone again.
 */
const positionSchema = z.discriminatedUnion("is", [
  z.object({ is: z.literal("before") }),
  z.object({ is: z.literal("stage"), index: amountSchema }),
  z.object({ is: z.literal("verify") }),
  z.object({ is: z.literal("after") }),
  z.object({ is: z.literal("back") }),
]);

/** Why a rollout does not go forward, in words for people. */
export const HOLD_REASONS = {
  person: "a person holds it",
  changed: "somebody changed the endpoint",
  share: "the counted share is not the intended one",
  quota: "the account's limits do not allow the change",
  refused: "the cloud does not take the change",
  lost: "the endpoint cannot serve it",
  uncounted: "requests are not counted",
  alarms: "errors rose again after every verification",
} as const;

export type HoldReason = keyof typeof HOLD_REASONS;

const holdSchema = z.object({
  reason: z.custom<HoldReason>(isStoredName),
  why: textSchema,
  at: timeSchema,
  /** The person. */
  by: z.exactOptional(z.string()),
});

/** What a rollout that goes back will have come to. */
const endingSchema = z.object({
  outcome: z.custom<CandidateOutcome>(isStoredName),
  why: textSchema,
  at: timeSchema,
  by: z.exactOptional(z.string()),
});

/** The way of a candidate to the whole traffic of an endpoint. Times are epoch milliseconds. */
export const rolloutSchema = z.object({
  /** 8 hexadecimal digits, from the candidate's id. */
  id: z.string().check(z.regex(/^[0-9a-f]{8}$/)),
  /** As they were when the candidate was accepted: a change of the configuration is for the next rollout. */
  settings: rolloutSettingsSchema,
  acceptedAt: timeSchema,
  /** Why the candidate was accepted. */
  acceptedFor: textSchema,
  /** A person asked for all of the traffic at once. */
  isUrgent: z.exactOptional(z.literal(true)),
  /** When the plan was fixed; absent before, as the plan, the target and the history are. */
  startedAt: z.exactOptional(timeSchema),
  plan: z.exactOptional(z.array(plannedStageSchema)),
  /** What a rollback puts back. */
  champion: z.exactOptional(servedSchema),
  history: z.exactOptional(championHistorySchema),
  /** The champion's 95th percentile of latency, milliseconds; absent where latency is not compared. */
  slowAboveMs: z.exactOptional(z.number()),
  /** Where the traffic was last seen to be, and since when. */
  at: positionSchema,
  since: timeSchema,
  /** Where it is to go; absent where it is there. */
  toward: z.exactOptional(positionSchema),
  /** When that was ordered. */
  orderedAt: z.exactOptional(timeSchema),
  /** Where it was to go before that, without having been seen there. */
  abandoned: z.exactOptional(z.array(trafficSchema)),
  /** See `TrafficOrder`: until the traffic is there, and until the next step was taken. */
  overrides: z.exactOptional(z.literal(true)),
  repeats: z.exactOptional(z.literal(true)),
  /** Changes towards the present order that failed. */
  failures: amountSchema,
  /** Of this position, oldest first. */
  windows: z.array(countedWindowSchema),
  /** Windows up to then were read; absent before the first. */
  readUntil: z.exactOptional(timeSchema),
  /** Those of earlier stages, a list each, without the settling ones; kept where a business value is compared. */
  earlier: z.array(z.array(countedWindowSchema)),
  /** See `StageEvidence`. */
  high: z.number(),
  verifies: amountSchema,
  /** Windows that were counted. */
  total: amountSchema,
  /** Whether a change was made again because the counted share was wrong. */
  isRepeated: z.boolean(),
  hold: z.exactOptional(holdSchema),
  ending: z.exactOptional(endingSchema),
  /** On the way back: since when the endpoint is set to send the candidate no requests. */
  safeSince: z.exactOptional(timeSchema),
  /** Who may change the endpoint's traffic, and until when: one at a time. */
  lease: z.exactOptional(z.object({ by: z.string(), until: timeSchema })),
});

export type PlannedStage = Stored<typeof plannedStageSchema>;
export type Position = Stored<typeof positionSchema>;
export type RolloutHold = Stored<typeof holdSchema>;
export type Rollout = Stored<typeof rolloutSchema>;

/** What a rollout did or decided, for whoever asks why. */
export const rolloutRecordSchema = z.object({
  /** `held` and `went-on` are of a hold; the others name what the traffic does. */
  step: z.enum(["started", "reached", "going", "back", "safe", "verify", "held", "went-on", "repeated", "done", "ended"]),
  /** Where the traffic stands, and where it goes, for people: `5% to the candidate`. */
  traffic: z.string(),
  /** What a rollback puts back. */
  target: z.exactOptional(servedSchema),
  /** Why it is held, of that step. */
  reason: z.exactOptional(z.custom<HoldReason>(isStoredName)),
  /** Of the newest window, where a window decided. */
  evidence: z.exactOptional(
    z.object({
      windows: amountSchema,
      requests: amountSchema,
      by: z.exactOptional(z.string()),
      errors: z.exactOptional(z.object({ worse: z.nullable(z.number()), notWorse: z.nullable(z.number()), phi: z.number() })),
      latency: z.exactOptional(z.object({ worse: z.nullable(z.number()), notWorse: z.nullable(z.number()), phi: z.number() })),
      business: z.exactOptional(z.object({ z: z.number(), bound: z.number() })),
      lower: z.exactOptional(z.number()),
      /** What the scores were compared with, see `EvidenceLimits`, and `lower` of a bake with. */
      limits: z.exactOptional(
        z.object({
          waits: z.number(),
          worse: z.number(),
          slower: z.number(),
          notWorse: z.number(),
          lower: z.exactOptional(z.number()),
        }),
      ),
    }),
  ),
  /** Of the stages, windows that each is expected to take at today's traffic. */
  expected: z.exactOptional(z.array(z.object({ stage: z.string(), windows: z.number() }))),
});

export type RolloutRecord = Stored<typeof rolloutRecordSchema>;
export type RolloutEvidence = NonNullable<RolloutRecord["evidence"]>;

/** The stage of the plan at a position; undefined for a position that is none. */
export function stageAt(plan: readonly PlannedStage[] | undefined, position: Position | undefined): PlannedStage | undefined {
  return position?.is === "stage" ? plan?.[position.index] : undefined;
}

/** How the endpoint serves at a position. @throws Error when the plan has no such stage */
export function trafficAt(plan: readonly PlannedStage[], position: Position): Traffic {
  switch (position.is) {
    case "before":
    case "back":
      return { is: "champion" };
    case "after":
      return { is: "candidate" };
    case "verify":
      return { is: "split", percent: verifyPercent(plan) };
    case "stage": {
      const stage = stageAt(plan, position);
      if (stage === undefined) throw new Error(`the plan of the rollout has no stage ${position.index}`);
      if (stage.is === "native") return { is: "candidate" };
      if (stage.is === "shadow") return { is: "shadow" };
      return { is: "split", percent: stage.is === "bake" ? 100 : stage.percent };
    }
  }
}

/** The plan's last share below 100 %; half of the traffic where it has none, as a person skipped them. */
export function verifyPercent(plan: readonly PlannedStage[]): number {
  const shares = plan.flatMap((stage) => (stage.is === "split" ? [stage.percent] : []));
  return shares.at(-1) ?? 50;
}
