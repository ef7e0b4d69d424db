import { refreshedHigh } from "./evidence/champion-history";
import { WINDOW_MS } from "./evidence/counted-window";
import type { EvidencePolicy } from "./evidence/evidence-policy";
import type { Advanced } from "./observation";
import type { Sighting, StepResult } from "./ports";
import { type HoldReason, type Position, type Rollout, stageAt, trafficAt } from "./rollout-state";
import { goingBack, held, isLeased, stepOf, wentOn } from "./rollout-steps";
import { trafficText } from "./traffic";

/** Holds that end once the cloud takes the change. */
const CLOUD_HOLDS: readonly HoldReason[] = ["quota", "refused", "lost"];

/** A change that fails more often is not tried again. */
const MAX_FAILURES = 2;

/** What a look at the endpoint leads to. */
export function sighted(policy: EvidencePolicy, rollout: Rollout, sighting: Sighting, now: number): Advanced {
  if (rollout.startedAt === undefined) return { state: rollout };
  // A step that is under way may still take effect: what is seen before it ends, does not stay.
  if (isLeased(rollout, now) && sighting.is !== "behind") return { state: rollout };
  const late = pastDeadline(policy, rollout, now);
  if (late !== undefined) return late;
  switch (sighting.is) {
    case "reached":
      return reached(policy, rollout, now);
    case "busy":
      return safe(rollout, sighting.isSafe, now) ?? { state: rollout };
    case "behind":
      return safe(rollout, sighting.isSafe, now) ?? behind(rollout, sighting.failed, now);
    case "changed":
      return changed(rollout, sighting.why, now);
    case "lost":
      return lost(rollout, sighting.why, now);
  }
}

function reached(policy: EvidencePolicy, rollout: Rollout, now: number): Advanced {
  const { toward, plan = [], ending } = rollout;
  if (toward === undefined) return wentOn(rollout, CLOUD_HOLDS, "the endpoint serves as ordered");
  const arrived = arrivedAt(policy, rollout, toward, now);
  if (toward.is === "back" && ending !== undefined) {
    const { outcome, why, by } = ending;
    return { state: arrived, end: { outcome, why, ...(by !== undefined && { by }) } };
  }
  if (toward.is === "after" || stageAt(plan, toward)?.is === "native")
    return { state: arrived, end: { outcome: "accepted", why: rollout.acceptedFor } };
  return { state: arrived, record: stepOf(arrived, "reached", `the endpoint serves ${trafficText(trafficAt(plan, toward))}`) };
}

/** The traffic is there: what is counted from now on is of the new position. */
function arrivedAt(policy: EvidencePolicy, rollout: Rollout, position: Position, now: number): Rollout {
  const {
    toward: _toward,
    orderedAt: _ordered,
    abandoned: _abandoned,
    overrides: _overrides,
    repeats: _repeats,
    safeSince: _safe,
    readUntil: _read,
    hold,
    ...rest
  } = rollout;
  const { at, plan, windows, history } = rollout;
  const isSame = at.is === position.is && (at.is !== "stage" || (position.is === "stage" && at.index === position.index));
  const isCompared = at.is === "verify" || stageAt(plan, at)?.is === "split";
  const evidence = windows.slice(policy.settlingWindows);
  const goesOn = isCompared && !isSame && rollout.settings.business !== undefined && evidence.length > 0;
  const entersBake = stageAt(plan, position)?.is === "bake";
  const lifts = hold !== undefined && CLOUD_HOLDS.includes(hold.reason);
  return {
    ...rest,
    ...(hold !== undefined && !lifts && { hold }),
    at: position,
    since: now,
    failures: 0,
    windows: [],
    earlier: goesOn ? [...rest.earlier, evidence] : rest.earlier,
    high: entersBake && isCompared && history !== undefined ? refreshedHigh(history, windows) : rest.high,
    total: rest.total + windows.length,
    isRepeated: isSame && rest.isRepeated,
  };
}

/** Told once, as what follows may take the cloud ten minutes more; undefined where the candidate gets requests, or it was told. */
function safe(rollout: Rollout, isSafe: boolean, now: number): Advanced | undefined {
  if (!isSafe || rollout.ending === undefined || rollout.safeSince !== undefined) return undefined;
  const state: Rollout = { ...rollout, safeSince: now };
  return {
    state,
    record: stepOf(state, "safe", "the endpoint is set to send the candidate no requests any more; what is left of it is removed"),
  };
}

function behind(rollout: Rollout, failed: string | undefined, now: number): Advanced {
  const { toward, plan, failures } = rollout;
  if (failed === undefined || toward === undefined || toward.is === "back") return { state: rollout };
  const isNative = stageAt(plan, toward)?.is === "native";
  if (failures + 1 < MAX_FAILURES && !isNative) return { state: rollout };
  const why = isNative ? `SageMaker rolled it back: ${failed}` : `the endpoint could not serve it: ${failed}`;
  return goingBack(rollout, { outcome: "rolled-back", why }, now);
}

/** What somebody changed stays, until a person says otherwise, or the candidate proved to be worse. */
function changed(rollout: Rollout, why: string, now: number): Advanced {
  if (rollout.ending?.outcome === "rolled-back") return { state: { ...rollout, overrides: true } };
  return held(rollout, "changed", `${why}; retrigger continue puts it back, retrigger rollback ends the rollout`, now);
}

/** Where the champion was to be put back, there is nothing left to put back. */
function lost(rollout: Rollout, why: string, now: number): Advanced {
  const { ending } = rollout;
  if (ending === undefined) return held(rollout, "lost", why, now);
  const { outcome, by } = ending;
  return { state: rollout, end: { outcome, why: `${ending.why}; and ${why}`, ...(by !== undefined && { by }) } };
}

/** What a step led to. Whoever held the lease gives it back. */
export function stepped(before: Rollout, { result, failed }: { result: StepResult; failed?: string }, now: number): Advanced {
  const { lease: _lease, ...rollout } = before;
  switch (result.is) {
    case "taken": {
      const { repeats: _repeats, ...rest } = rollout;
      const taken: Rollout = { ...rest, failures: rest.failures + (failed === undefined ? 0 : 1) };
      return wentOn(taken, ["quota", "refused"], `the change was taken: ${result.did}`);
    }
    case "busy":
      return { state: rollout };
    case "over-quota":
      return held(rollout, "quota", result.why, now);
    case "refused":
      return held(rollout, "refused", result.why, now);
  }
}

/** The counted share was wrong: the change is made again, or after that the rollout is held. */
export function shareWrong(rollout: Rollout, why: string, now: number): Advanced {
  if (rollout.isRepeated) return held(rollout, "share", why, now);
  const again: Rollout = { ...rollout, isRepeated: true, repeats: true, toward: rollout.at, orderedAt: now, failures: 0 };
  return { state: again, record: stepOf(again, "repeated", `${why}; the change is made again`) };
}

/**
 * Gives up what was not decided before the deadline by the clock, as what is not counted is no window; undefined where there is
 * time, a person holds it or changed the endpoint, or it ends already.
 */
export function pastDeadline(policy: EvidencePolicy, rollout: Rollout, now: number): Advanced | undefined {
  const { startedAt = now, ending, toward, windows } = rollout;
  if (now - startedAt <= policy.deadlineWindows * WINDOW_MS || ending !== undefined || toward?.is === "after") return undefined;
  return isHeldByPeople(rollout) ? undefined : goingBack(rollout, givenUp(windows.length), now);
}

/** What people want the traffic to be, time alone does not change. */
export function isHeldByPeople({ hold }: Rollout): boolean {
  return hold?.reason === "person" || hold?.reason === "changed";
}

export function givenUp(windows: number): { readonly outcome: "given-up"; readonly why: string } {
  const why = `it could not be told from the champion before the deadline, after ${windows} windows of this stage`;
  return { outcome: "given-up", why };
}
