import { scheduleCost } from "../../../functions/core/replay/oracle";
import { holdOutOf, labelledError, play, type Scene, warmUpOf } from "./scene";

/** Steps of a new model whose errors are its own level. */
const FIRST_STEPS = 3;

/**
 * Ski rental: trains when the error over the model's own level has summed up to the price of a training. That level is the mean of
 * its hold-out and of its first three labelled steps.
 */
export function skiRental(scene: Scene): number[] {
  let level: number[] = [];
  let observed: number[] = [];
  return play(
    scene,
    (served) => {
      const error = labelledError(scene, served);
      if (error === undefined) return false;
      observed.push(error);
      if (observed.length <= FIRST_STEPS) level.push(error);
      const own = level.reduce((sum, value) => sum + value, 0) / level.length;
      return observed.reduce((sum, value) => sum + value - own, 0) >= scene.price;
    },
    (model) => {
      level = [holdOutOf(scene, model)];
      observed = [];
    },
  );
}

/** An error above a threshold, which is tuned on the warm-up: a look-alike of CARA's threshold policy. */
export function errorThreshold(scene: Scene): number[] {
  const above = (on: Scene, threshold: number) => play(on, (served) => (labelledError(on, served) ?? 0) > threshold);
  return above(scene, tuned(scene, ERROR_THRESHOLDS, above));
}

/** A sum of errors above a threshold, which is tuned on the warm-up: a look-alike of CARA's cumulative threshold policy. */
export function cumulativeThreshold(scene: Scene): number[] {
  const above = (on: Scene, threshold: number) => {
    let sum = 0;
    return play(
      on,
      (served) => {
        sum += labelledError(on, served) ?? 0;
        return sum > threshold;
      },
      () => {
        sum = 0;
      },
    );
  };
  return above(scene, tuned(scene, CUMULATIVE_THRESHOLDS, above));
}

const ERROR_THRESHOLDS = Array.from({ length: 76 }, (_, place) => (5 + place) / 100);
const CUMULATIVE_THRESHOLDS = Array.from({ length: 60 }, (_, place) => 0.2 * 1.09 ** place);

/** Steps after the first model with a full window at which a run over the warm-up begins. */
const TUNED_FROM = [0, 10, 20, 30] as const;

/** The threshold that would have cost least on the warm-up, from several begins of it on; of equal ones the lowest. */
function tuned(scene: Scene, thresholds: readonly number[], policy: (on: Scene, threshold: number) => number[]): number {
  const warmUps = TUNED_FROM.map((later) => warmUpOf(scene, later));
  let [best, least] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (const threshold of [...thresholds, Number.POSITIVE_INFINITY]) {
    const cost = warmUps.reduce((sum, on) => sum + scheduleCost(on.errors, policy(on, threshold), on), 0);
    if (cost < least) [best, least] = [threshold, cost];
  }
  return best;
}
