import type { LogEvent } from "../../../../functions/core/log/log";
import { metricsOf } from "../../../../functions/core/log/metrics-of";
import { ROLLOUT_METRICS } from "../../../../functions/core/log/rollout-metrics";
import { advanceRollout } from "../../../../functions/core/promotion/advance-rollout";
import { judgeCandidate } from "../../../../functions/core/promotion/judge-candidate";
import { observeVersion } from "../../../../functions/core/promotion/observe-version";
import type { Observation } from "../../../../functions/core/promotion/rollout/observation";
import { tellRollout, tellRolloutStep } from "../../../../functions/core/promotion/rollout/tell-rollout";
import { freshState, judgementOf, promotedOf, versionOf } from "../../../simulation/candidates";
import { NOON } from "../../../simulation/requests";
import { ordered, REACHED, rolloutSettings, SERVING } from "./rollout-states";

const MINUTE_MS = 60_000;
const WINDOW_MS = 300_000;

describe("the metrics of rollouts", () => {
  it("should all be told in a rollout with a wrong share that is held and taken back, each with what it counts or measures", () => {
    const entries = logged(SERVING, REACHED, wrongShares(), REACHED, ordered("hold"), ordered("rollback"), REACHED);

    const told: Record<string, number> = {};
    for (const { name, value, dimensions, unit } of entries.flatMap(metricsOf)) {
      const series = [name, ...Object.values(dimensions)].join(" ");
      told[series] = unit === "Count" ? (told[series] ?? 0) + value : value;
    }
    expect(told).toEqual({
      "RolloutAge flight-delay": 390,
      "RolloutBusyFor flight-delay": 30,
      "RolloutHeldFor flight-delay": 30,
      "RolloutPercent flight-delay": 5,
      "RolloutSteps flight-delay back": 1,
      "RolloutSteps flight-delay ended": 1,
      "RolloutSteps flight-delay held": 1,
      "RolloutSteps flight-delay reached": 2,
      "RolloutSteps flight-delay repeated": 1,
      "RolloutSteps flight-delay started": 1,
      "RolloutsEnded flight-delay rolled-back": 1,
      "RolloutsHeld flight-delay person": 1,
      "SharesWrong flight-delay": 1,
    });
    expect(new Set(Object.keys(told).map((series) => series.split(" ")[0]))).toEqual(
      new Set(ROLLOUT_METRICS.map(({ name }) => name)),
    );
  });
});

// Helpers

/** What is told of the observations, a minute apart, from the candidate's acceptance on. */
function logged(...observations: readonly Observation[]): readonly LogEvent[] {
  const entries: LogEvent[] = [];
  const log = (entry: LogEvent) => void entries.push(entry);
  const model = promotedOf({ rollout: rolloutSettings() });
  let state = judgeCandidate(observeVersion(freshState(), model, versionOf(1), NOON), model, judgementOf(1), NOON);
  for (const [index, observation] of observations.entries()) {
    const now = NOON + (index + 1) * MINUTE_MS;
    const before = state.outbox.length;
    state = advanceRollout(state, model, observation, now);
    for (const effect of state.outbox.slice(before)) {
      if (effect.type !== "record" || effect.record.rollout === undefined) continue;
      const { candidate, rollout, why, outcome } = effect.record;
      tellRolloutStep(log, { model: candidate.model, requestId: candidate.id }, rollout, { why, outcome });
    }
    tellRollout({ log, now: () => now + MINUTE_MS / 2 }, state);
  }
  return entries;
}

/** Two in five requests at the candidate, where one in twenty was ordered. */
function wrongShares(): Observation {
  const from = NOON + WINDOW_MS;
  const windows = Array.from({ length: 4 }, (_, index) => ({
    at: from + index * WINDOW_MS,
    champion: { requests: 1200, errors: 12 },
    candidate: { requests: 800, errors: 8 },
  }));
  return { is: "counted", windows, until: from + 4 * WINDOW_MS };
}
