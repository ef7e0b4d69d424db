import { type Decision, isRejectReason, type Outcome, UNTOLD_REASON } from "../coordination/decision";

/**
 * Where decisions are missing in a record, as their numbers tell. How many numbers a decision takes follows from its outcome, so
 * one whose outcome was changed looks like a gap: it is read by what else it says, too.
 */
export class NumberGaps {
  readonly #before = new Map<Decision, Decision>();
  readonly #gaps = new Set<Decision>();

  /** @param ordered decisions of one model by their numbers; those without a number are left out */
  constructor(ordered: readonly Decision[]) {
    let before: Decision | undefined;
    for (const decision of ordered) {
      if (decision.number === undefined) continue;
      if (before !== undefined) {
        this.#before.set(decision, before);
        if (!isNext(before, decision)) this.#gaps.add(decision);
      }
      before = decision;
    }
  }

  /** Whether something is missing between the decision and the one before it. */
  isGapBefore(decision: Decision): boolean {
    return this.#gaps.has(decision);
  }

  /** Whether all numbers of the record up to a decision go on without a gap, if only it had come out otherwise. */
  isOnlyGap(decision: Decision, outcome: Outcome): boolean {
    const before = this.#before.get(decision);
    const [first] = this.#gaps;
    return before !== undefined && first === decision && isNext(before, { ...decision, outcome });
  }
}

/** The outcome that the other fields of a decision tell; a decision whose outcome is another one was not recorded so. */
export function impliedOutcome({ reason, into, reservedUsd }: Decision): Outcome {
  if (into !== undefined) return "merge";
  if (reservedUsd !== undefined) return "start";
  if (reason === "duplicate") return "duplicate";
  if (reason === "approval-needed") return "ask";
  return isRejectReason(reason) ? "reject" : "defer";
}

function isNext(before: Decision, decision: Decision): boolean {
  return readings(before).some((one) => readings(decision).some((other) => nextNumberAfter(one) === firstNumberOf(other)));
}

function readings(decision: Decision): Decision[] {
  return [decision, { ...decision, outcome: impliedOutcome(decision) }];
}

/** The effects of a decision are numbered one after the other: its start before its record, word to people after it. */
function firstNumberOf({ number = 0, outcome }: Decision): number {
  return outcome === "start" ? number - 1 : number;
}

function nextNumberAfter({ number = 0, outcome, reason }: Decision): number {
  const isTold = outcome === "ask" || (outcome === "reject" && reason !== UNTOLD_REASON);
  return number + (isTold ? 2 : 1);
}
