import { createHash } from "node:crypto";
import type { CandidateOutcome } from "../../functions/core/promotion/candidate";
import type { PredictionLine } from "../promotion/training-job";
import { seededRandom } from "../world/time-and-chance";
import type { EndpointFault } from "./endpoint-events";
import { type EndpointBehaviour, standardNormal } from "./served-counts";

/** A candidate of the scenario: what it is like under traffic, which no golden set tells. */
export interface RolledCandidate {
  readonly what: string;
  /** Times the errors of the first champion. @param percent of the traffic that it gets */
  readonly errors: (percent: number) => number;
  /** What goes wrong at the endpoint while it is rolled out. */
  readonly faults: readonly EndpointFault[];
  /** The share at which an operator sets another one by hand, whole percent. @default - nobody does */
  readonly editedAt?: number;
  /** How it ends where chance does not say otherwise. */
  readonly ends: { readonly outcome: CandidateOutcome; readonly at: string };
}

/** Errors of the better one, and of those which are compared with it after. */
const FEWER = 2 / 3;

/** In the order of their registration; versions 2 to 6, as version 1 serves before. */
export const CANDIDATES: readonly RolledCandidate[] = [
  {
    what: "identical",
    errors: () => 1,
    faults: [{ is: "lost-answer" }],
    ends: { outcome: "accepted", at: "100%" },
  },
  {
    what: "better: a third fewer errors",
    errors: () => FEWER,
    faults: [
      { is: "refusal", result: { is: "over-quota", why: "ResourceLimitExceeded: 4 of 4 instances are in use" } },
      { is: "refusal", result: { is: "busy", why: "Cannot update in-progress endpoint" } },
    ],
    ends: { outcome: "accepted", at: "100%" },
  },
  {
    what: "twice the errors from the start",
    errors: () => 2 * FEWER,
    faults: [],
    ends: { outcome: "rolled-back", at: "5%" },
  },
  {
    what: "three times the errors from 25% of the traffic on",
    errors: (percent) => (percent >= 25 ? 3 * FEWER : FEWER),
    faults: [{ is: "refusal", result: { is: "busy", why: "Cannot update in-progress endpoint" } }],
    ends: { outcome: "rolled-back", at: "25%" },
  },
  {
    what: "identical, its share set by hand half-way",
    errors: () => FEWER,
    faults: [],
    editedAt: 25,
    ends: { outcome: "accepted", at: "100%" },
  },
];

const DAY_MS = 86_400_000;
/** Mean requests of a window of five minutes, at noon so much more, and at midnight less. */
const REQUESTS = 6_000;
const DAILY = 0.6;
/** Share of requests that the first champion fails, and how much more it is in the evening, and less in the morning. */
const ERRORS = 0.01;
const DAILY_ERRORS = 0.3;
/** Spread of the logarithm of a window's errors: of both models together, and of each alone. */
const SHARED_BURSTS = 0.4;
const OWN_BURSTS = 0.15;
const MOST_ERRORS = 0.9;

/**
 * Traffic that changes with the day, errors that change with it a quarter of a day later, and bursts of them.
 * @param hasLatency true where requests above a latency are counted
 */
export function flightTraffic(seed: number, hasLatency: boolean): EndpointBehaviour {
  const burst = (name: string, spread: number) => Math.exp(spread * standardNormal(seededRandom(seed, name)));
  return {
    requests: (at) => REQUESTS * (1 - DAILY * Math.cos((2 * Math.PI * at) / DAY_MS)),
    errorRate(source, percent, at) {
      const usual = ERRORS * (1 - DAILY_ERRORS * Math.sin((2 * Math.PI * at) / DAY_MS));
      const bursts = burst(`burst ${at}`, SHARED_BURSTS) * burst(`burst ${at} ${numberOf(source)}`, OWN_BURSTS);
      const factor = CANDIDATES[numberOf(source) - 2]?.errors(percent) ?? 1;
      return Math.min(MOST_ERRORS, usual * bursts * factor);
    },
    ...(hasLatency && { slowRate: () => 0.05 }),
  };
}

/** Number of a version, as its address ends with: `…/3` or `…@3`. */
export function numberOf(version: string): number {
  return Number(/(\d+)$/.exec(version)?.[1] ?? Number.NaN);
}

const GOLDEN_ROWS = 600;
/** Share of the golden set's flights that are late. */
const LATE = 0.3;

/** SHA-256 of the golden set, hexadecimal, with its rows. */
export function goldenSet(): { readonly sha256: string; readonly rows: number } {
  const csv = goldenPredictions().map(({ id, label }) => `${id},${label}\n`);
  return { sha256: createHash("sha256").update(csv.join("")).digest("hex"), rows: GOLDEN_ROWS };
}

/** What every model of the scenario predicts of the golden set: on it they are all as good, so that all of them are rolled out. */
export function goldenPredictions(): PredictionLine[] {
  const random = seededRandom(0, "golden set");
  return Array.from({ length: GOLDEN_ROWS }, (_, index) => {
    const label = random.chance(LATE) ? 1 : 0;
    const score = Math.round(Math.min(1, Math.max(0, 0.35 + 0.25 * label + 0.2 * standardNormal(random))) * 1e6) / 1e6;
    return { id: `flight-${String(index + 1).padStart(6, "0")}`, label, prediction: score >= 0.5 ? 1 : 0, score };
  });
}
