// The transitions that every part of a rollout makes: it goes somewhere, goes back, is held, or goes on.
import { plainLine } from "../../plain-text";
import type { CandidateOutcome } from "../candidate";
import type { Advanced, RolloutStep } from "./observation";
import { type HoldReason, type Position, type Rollout, type RolloutRecord, trafficAt } from "./rollout-state";
import { trafficText } from "./traffic";

/** Clouds tell long stories; of a sentence so much is kept, characters. */
const MAX_WHY = 1000;

/** Holds that only a person ends, or evidence against the candidate. */
const OF_PEOPLE: readonly HoldReason[] = ["person", "changed", "share", "alarms"];

/** Longer than the function may run, so that nobody else changes the traffic while a step is under way; milliseconds. */
export const LEASE_MS = 360_000;

/** Whether a step of somebody may be under way. One that ends later than a lease can was written by a clock that was ahead. */
export function isLeased({ lease }: Rollout, now: number): boolean {
  return lease !== undefined && lease.until > now && lease.until <= now + LEASE_MS;
}

/** Where the traffic stands, and where it goes, for people. */
export function trafficOf({ plan = [], at, toward, safeSince }: Pick<Rollout, "plan" | "at" | "toward" | "safeSince">): string {
  const stands = safeSince === undefined ? trafficText(trafficAt(plan, at)) : "no requests to the candidate";
  const goes = toward === undefined ? "" : `, going to ${trafficText(trafficAt(plan, toward))}`;
  return `${stands}${goes}`;
}

/** A step for the record, with the traffic as it stands, and as it is to be. */
export function stepOf(
  rollout: Rollout,
  step: RolloutRecord["step"],
  why: string,
  more: Omit<RolloutRecord, "step" | "traffic"> & { readonly by?: string | undefined } = {},
): RolloutStep {
  const { by, ...rest } = more;
  const told = plainLine(why, MAX_WHY);
  return { rollout: { step, traffic: trafficOf(rollout), ...rest }, why: told, ...(by !== undefined && { by }) };
}

/** The traffic is to go to a position, whatever it was to do before. */
export function toward(rollout: Rollout, position: Position, now: number): Rollout {
  const { plan = [], toward: left, abandoned = [] } = rollout;
  const given = left === undefined ? undefined : trafficAt(plan, left);
  const isKnown = abandoned.some((one) => JSON.stringify(one) === JSON.stringify(given));
  const before = given === undefined || isKnown ? abandoned : [...abandoned, given];
  return { ...rollout, toward: position, orderedAt: now, failures: 0, ...(before.length > 0 && { abandoned: before }) };
}

/** The champion is to be put back, which preempts whatever else was to happen, holds included. */
export function goingBack(
  rollout: Rollout,
  ending: { readonly outcome: CandidateOutcome; readonly why: string; readonly by?: string | undefined },
  now: number,
  evidence?: RolloutRecord["evidence"],
): Advanced {
  const { outcome, by } = ending;
  const why = plainLine(ending.why, MAX_WHY);
  if (rollout.startedAt === undefined) {
    return { state: rollout, end: { outcome, why, ...(by !== undefined && { by }) } };
  }
  const { hold: _hold, ...free } = rollout;
  const kept = { outcome, why, at: now, ...(by !== undefined && { by }) };
  const state: Rollout = { ...toward(free, { is: "back" }, now), ending: kept };
  const target = rollout.champion;
  const more = { by, ...(target !== undefined && { target }), ...(evidence !== undefined && { evidence }) };
  return { state, record: stepOf(state, "back", why, more) };
}

/**
 * It goes no further until somebody, or a better answer, lets it. Unchanged where it is held for the same reason, or for one that
 * only a person ends: what ends by itself must not take the place of that.
 */
export function held(rollout: Rollout, reason: HoldReason, why: string, now: number, by?: string): Advanced {
  const { hold } = rollout;
  if (hold?.reason === reason && (by === undefined || hold.by === by)) return { state: rollout };
  if (hold !== undefined && by === undefined && OF_PEOPLE.includes(hold.reason)) return { state: rollout };
  const state: Rollout = { ...rollout, hold: { reason, why: plainLine(why, MAX_WHY), at: now, ...(by !== undefined && { by }) } };
  return { state, record: stepOf(state, "held", why, { by, reason }) };
}

/** A hold for one of the reasons ends by itself; unchanged where there is none. */
export function wentOn(rollout: Rollout, reasons: readonly HoldReason[], why: string): Advanced {
  const { hold, ...free } = rollout;
  if (hold === undefined || !reasons.includes(hold.reason)) return { state: rollout };
  return { state: free, record: stepOf(free, "went-on", why) };
}
