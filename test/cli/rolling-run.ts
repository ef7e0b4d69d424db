import { localControl } from "../../cli/control/local-control";
import { advanceRollout } from "../../functions/core/promotion/advance-rollout";
import type { PromotionSettings } from "../../functions/core/promotion/promotion-settings";
import type { PromotionState } from "../../functions/core/promotion/promotion-state";
import { WINDOW_MS } from "../../functions/core/promotion/rollout/evidence/counted-window";
import type { Observation } from "../../functions/core/promotion/rollout/observation";
import { type GivenSettings, REACHED, rolloutSettings, SERVING } from "../core/promotion/rollout/rollout-states";
import { promotedOf } from "../simulation/candidates";
import { START } from "./local-run";
import { promotedRun, type SeenVersion } from "./promoted-run";

/** What was observed of a rollout, so many minutes after `START`. */
export type Seen = readonly [minute: number, observation: Observation];

/** The first candidate is accepted at minute 11, the endpoint serves it at 15. */
export const STARTED: readonly Seen[] = [
  [12, SERVING],
  [15, REACHED],
];

/** Windows of five minutes, the first of which begins at a minute. */
export function counted(
  minute: number,
  windows: number,
  { percent, errors = 0.01, requests = 2000 }: { readonly percent: number; readonly errors?: number; readonly requests?: number },
): Seen {
  const nB = Math.round((requests * percent) / 100);
  const nA = requests - nB;
  const seen = Array.from({ length: windows }, (_, index) => ({
    at: START + minute * 60_000 + index * WINDOW_MS,
    champion: { requests: nA, errors: Math.round(nA * 0.01) },
    candidate: { requests: nB, errors: Math.round(nB * errors) },
  }));
  const until = START + minute * 60_000 + windows * WINDOW_MS;
  return [minute + windows * 5 + 4, { is: "counted", windows: seen, until }];
}

export interface Rolling {
  readonly rollout?: Partial<GivenSettings>;
  readonly promotion?: Partial<PromotionSettings>;
  readonly versions?: readonly SeenVersion[];
  readonly seen?: readonly Seen[];
}

/** The control of a local run in which the first version is accepted for a rollout, of which this was seen. */
export async function rollingRun({ rollout = {}, promotion = {}, versions = [{ judgement: {} }], seen = [] }: Rolling) {
  const settings = { ...promotion, rollout: rolloutSettings(rollout) };
  const model = promotedOf(settings);
  const observe = (state: PromotionState, [minute, observation]: Seen) =>
    advanceRollout(state, model, observation, START + minute * 60_000);
  let elapsedMs = 0;
  const folder = await promotedRun(settings, versions, [], (state) => seen.reduce(observe, state));
  const control = await localControl(folder, () => elapsedMs);
  return {
    folder,
    control,
    wait: (ms: number) => {
      elapsedMs += ms;
    },
  };
}
