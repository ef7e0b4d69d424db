import type { CandidateOutcome } from "../candidate";
import type { Advanced, Observation } from "./observation";
import { type Rollout, stageAt } from "./rollout-state";
import { goingBack, held, stepOf, toward } from "./rollout-steps";

/** Begins why a candidate was accepted whose stages a person skipped. */
export const PROMOTED_AT_ONCE = "a person gave it all of the traffic at once";

type Asked = Extract<Observation, { readonly is: "asked" }>;

/** Whether an order of a person takes effect, and why not. */
export function refusalOf(rollout: Rollout | undefined, deed: Asked["do"]): "not-rolling" | "going-back" | "not-held" | undefined {
  if (rollout === undefined) return "not-rolling";
  if (deed === "continue") return rollout.hold === undefined ? "not-held" : undefined;
  // What somebody changed holds a way back that only time, or a later candidate, asked for: a person's word is put over it.
  if (rollout.ending !== undefined) return deed === "rollback" && rollout.hold?.reason === "changed" ? undefined : "going-back";
  if (deed === "promote") {
    const { at, plan } = rollout;
    const isBaking = at.is === "after" || stageAt(plan, at)?.is === "bake";
    const isNative = rollout.settings.sagemaker?.native !== undefined;
    return isBaking || isNative ? "not-rolling" : undefined;
  }
  return undefined;
}

/** What a person's order leads to; unchanged where it has no effect, see `refusalOf`. */
export function asked(rollout: Rollout, { do: deed, by, why }: Asked, now: number): Advanced {
  if (refusalOf(rollout, deed) !== undefined) return { state: rollout };
  switch (deed) {
    case "rollback":
      return goingBack(rollout, { outcome: "rolled-back", why: `a person took it back: ${why}`, by }, now);
    case "hold":
      return held(rollout, "person", `a person holds it: ${why}`, now, by);
    case "promote":
      return promoted(rollout, why, by, now);
    case "continue":
      return continued(rollout, by, now);
  }
}

/** All of the traffic at once, without the stages before; the bake that follows still watches it. */
function promoted(rollout: Rollout, why: string, by: string, now: number): Advanced {
  const { hold: _hold, ...free } = rollout;
  const { plan } = rollout;
  const index = plan?.findIndex((stage) => stage.is === "bake") ?? -1;
  const told = `a person gives it all of the traffic at once: ${why}`;
  // The outcome tells of it, once.
  const acceptedFor = rollout.isUrgent === true ? rollout.acceptedFor : `${PROMOTED_AT_ONCE}: ${why}; ${rollout.acceptedFor}`;
  const urgent: Rollout = { ...free, isUrgent: true, acceptedFor };
  if (plan === undefined || index < 0) return { state: urgent, record: stepOf(urgent, "going", told, { by }) };
  const state = toward(urgent, { is: "stage", index }, now);
  return { state, record: stepOf(state, "going", told, { by }) };
}

/** What the person saw is settled: what somebody changed is put back, and a bake that asked begins again. */
function continued(rollout: Rollout, by: string, now: number): Advanced {
  const { hold, ...free } = rollout;
  const told = "a person lets it go on";
  switch (hold?.reason) {
    case "changed":
    case "share": {
      const ordered = free.toward === undefined ? { toward: free.at, orderedAt: now } : {};
      const again = hold.reason === "share" ? ({ repeats: true } as const) : {};
      const state: Rollout = { ...free, ...ordered, ...again, overrides: true };
      return { state, record: stepOf(state, "went-on", `${told}, and what is served is set again`, { by }) };
    }
    case "alarms": {
      const { readUntil: _read, ...unread } = free;
      const total = free.total + free.windows.length;
      const state: Rollout = { ...unread, verifies: 0, windows: [], total, since: now };
      return { state, record: stepOf(state, "went-on", `${told}, and the bake begins again`, { by }) };
    }
    default:
      return { state: free, record: stepOf(free, "went-on", told, { by }) };
  }
}

/** The candidate is not to serve. Unchanged where it goes back already. */
export function withdrawn(rollout: Rollout, { outcome, why }: { outcome: CandidateOutcome; why: string }, now: number): Advanced {
  return rollout.ending === undefined ? goingBack(rollout, { outcome, why }, now) : { state: rollout };
}
