import type { PromotionSettings } from "../../../../functions/core/promotion/promotion-settings";
import { advance } from "../../../../functions/core/promotion/rollout/advance";
import { WINDOW_MS } from "../../../../functions/core/promotion/rollout/evidence/counted-window";
import { evidencePolicy } from "../../../../functions/core/promotion/rollout/evidence/evidence-policy";
import type { Observation, RolloutStep } from "../../../../functions/core/promotion/rollout/observation";
import type { SeenWindow } from "../../../../functions/core/promotion/rollout/ports";
import type { Rollout } from "../../../../functions/core/promotion/rollout/rollout-state";
import { newRollout } from "../../../../functions/core/promotion/rollout/start-rollout";
import type { Served } from "../../../../functions/core/promotion/rollout/traffic";

/** As a configuration gives them. */
export type GivenSettings = NonNullable<PromotionSettings["rollout"]>;

/** A whole window of the epoch. */
export const START = Date.UTC(2026, 10, 29, 12);

export const CHAMPION: Served = { on: "sagemaker", config: "delays-2025", variant: "AllTraffic", model: "delays-2025" };

export function rolloutSettings(overrides: Partial<GivenSettings> = {}): GivenSettings {
  return {
    endpoint: "delays",
    shadowWindows: 0,
    percents: [5, 25, 50],
    tolerance: 1.25,
    bakeWindows: 24,
    deadlineWindows: 2016,
    laterCandidate: "waits",
    sagemaker: { role: "arn:aws:iam::111122223333:role/delays", namePrefix: "rt-0123abcd" },
    ...overrides,
  };
}

/** The champion's seven days, with so many requests and errors in each window. */
export function pastOf(requests = 2000, errors = 20, windows = 2016): { readonly windows: SeenWindow[] } {
  return {
    windows: Array.from({ length: windows }, (_, index) => ({
      at: START - (windows - index) * WINDOW_MS,
      champion: { requests, errors },
    })),
  };
}

/** A rollout with all that was told of it, and the time. */
export interface Followed {
  readonly rollout: Rollout;
  readonly steps: readonly RolloutStep[];
  readonly now: number;
  readonly end?: { readonly outcome: string; readonly why: string };
}

export function fresh(overrides: Partial<GivenSettings> = {}): Followed {
  const rollout = newRollout(rolloutSettings(overrides), "candidate/flight-delay/delays-2", "every guardrail passed", START);
  return { rollout, steps: [], now: START };
}

/** What observations lead to, one after another. */
export function following(before: Followed, ...observations: readonly Observation[]): Followed {
  return observations.reduce<Followed>((followed, observation) => {
    const { rollout, steps, now } = followed;
    const { state, record, end } = advance(evidencePolicy(rollout.settings), rollout, observation, now);
    return { rollout: state, steps: record === undefined ? steps : [...steps, record], now, ...(end !== undefined && { end }) };
  }, before);
}

export const SERVING: Observation = { is: "surveyed", survey: { is: "serving", champion: CHAMPION }, history: pastOf() };
export const REACHED: Observation = { is: "sighted", sighting: { is: "reached" } };
export const BEHIND: Observation = { is: "sighted", sighting: { is: "behind", step: "UpdateEndpoint", isSafe: false } };
export const TAKEN: Observation = { is: "stepped", result: { is: "taken", did: "UpdateEndpoint" } };

export function changedBy(why: string): Observation {
  return { is: "sighted", sighting: { is: "changed", why } };
}

export function ordered(deed: "promote" | "rollback" | "hold" | "continue", by = "ada (declared)"): Observation {
  return { is: "asked", do: deed, by, why: "as we say" };
}

/** The rollout at its first stage, at which the endpoint serves. */
export function started(overrides: Partial<GivenSettings> = {}): Followed {
  return following(fresh(overrides), SERVING, REACHED);
}

/** Counts of a window, of which the candidate's errors may be told. */
export interface Counts {
  readonly requests?: number;
  readonly percent: number;
  readonly rateA?: number;
  readonly rateB?: number;
}

/** So many windows more are counted, one after another, until something else than counting happens. */
export function counting(before: Followed, windows: number, counts: Counts): Followed {
  let followed = before;
  const { at, toward } = before.rollout;
  for (let counted = 0; counted < windows; counted++) {
    const closed = Math.floor(followed.now / WINDOW_MS) * WINDOW_MS + WINDOW_MS;
    const seen = windowOf(closed, counts);
    const observation: Observation = { is: "counted", windows: [seen], until: closed + WINDOW_MS };
    followed = following({ ...followed, now: closed + WINDOW_MS + 240_000 }, observation);
    const { rollout } = followed;
    if (rollout.toward !== toward || rollout.at !== at || followed.end !== undefined) break;
  }
  return followed;
}

function windowOf(at: number, { requests = 2000, percent, rateA = 0.01, rateB = 0.01 }: Counts): SeenWindow {
  const nB = Math.round((requests * percent) / 100);
  const nA = requests - nB;
  return {
    at,
    ...(nA > 0 && { champion: { requests: nA, errors: Math.round(nA * rateA) } }),
    ...(nB > 0 && { candidate: { requests: nB, errors: Math.round(nB * rateB) } }),
  };
}
