import type { Decision } from "../../functions/core/coordination/decision";
import { FLIGHTS_FROM } from "../replay/landing-files";
import type { VirtualClock } from "./virtual-clock";

const HOUR_MS = 3_600_000;
const WEEK_MS = 7 * 24 * HOUR_MS;

/** What the person does in one week after the other; who is away lets approvals expire. */
const WEEKS = ["approves", "is away", "approves", "refuses", "is away"] as const;
const THINKING_MS = 3 * HOUR_MS;

/** What a person answers to one request. */
export type GiveAnswer = (model: string, answer: { requestId: string; by: string; isApproved: boolean }) => Promise<void>;

/** Tells a person of decisions, who answers what waits for approval a few hours later, or not. */
export function simulatedPerson(clock: VirtualClock, give: GiveAnswer): (decision: Decision) => void {
  const told = new Set<string>();
  return ({ outcome, requestId, model, decidedAt }) => {
    const asked = `${requestId} ${decidedAt}`;
    if (outcome !== "ask" || told.has(asked)) return;
    told.add(asked);
    const mood = WEEKS[Math.floor((decidedAt - FLIGHTS_FROM) / WEEK_MS) % WEEKS.length];
    if (mood === "is away") return;
    clock.at(clock.now() + THINKING_MS, () => give(model, { requestId, by: "grace", isApproved: mood === "approves" }));
  };
}
