import type { Log } from "../../log/log";
import type { CandidateOutcome } from "../candidate";
import type { PromotionState } from "../promotion-state";
import { type RolloutRecord, stageAt, trafficAt } from "./rollout-state";
import type { Traffic } from "./traffic";

/** The candidate of a rollout. */
interface About {
  readonly model: string;
  readonly requestId: string;
}

/** Tells of a step of a rollout that was recorded, and of its end. */
export function tellRolloutStep(
  log: Log,
  about: About,
  { step, traffic, reason }: RolloutRecord,
  { why, outcome }: { readonly why: string; readonly outcome: CandidateOutcome | undefined },
): void {
  log({ level: "info", event: "rollout-step", ...about, step, traffic, why });
  if (reason !== undefined) log({ level: "warn", event: "rollout-held", ...about, reason, why });
  if (step === "repeated" || reason === "share") log({ level: "warn", event: "share-wrong", ...about, why });
  if (outcome !== undefined) log({ level: "info", event: "rollout-ended", ...about, outcome, why });
}

/** Tells how the rollout of a model stands, where it has one. */
export function tellRollout({ log, now }: { readonly log: Log; readonly now: () => number }, { current }: PromotionState): void {
  if (current?.rollout === undefined) return;
  const { plan = [], at, toward, hold, orderedAt, acceptedAt, safeSince } = current.rollout;
  // SageMaker's own shift takes as long as it is configured to.
  const isNative = stageAt(plan, toward)?.is === "native";
  const traffic = trafficAt(plan, at);
  const since = (time: number) => Math.max(0, now() - time) / 1000;
  log({
    level: "info",
    event: "rollout-state",
    model: current.candidate.model,
    requestId: current.candidate.id,
    rolloutPercent: safeSince === undefined ? percentOf(traffic) : 0,
    rolloutAgeSec: since(acceptedAt),
    rolloutHeldSec: hold && since(hold.at),
    rolloutBusySec: orderedAt === undefined || isNative ? undefined : since(orderedAt),
  });
}

/** Of the requests whose answers come from the candidate. */
function percentOf(traffic: Traffic): number {
  if (traffic.is === "split") return traffic.percent;
  return traffic.is === "candidate" ? 100 : 0;
}
