import {
  type BreakEvenStart,
  beginBreakEven,
  judgeBreakEven,
  modelDeployed,
  stepObserved,
  trainingStarted,
} from "../../../functions/core/quality/break-even";
import { backtestStart } from "../../../functions/core/replay/backtest-start";
import { championOn, holdOutOf, labelledError, play, type Scene } from "./scene";
import { WINDOW } from "./stream-laws";

/** How the break-even policy is played. */
export interface BreakEvenPlay extends BreakEvenStart {
  /** @default - never */
  readonly periodSteps?: number;
  /** The price at a step, where it moves. @default - the scene's */
  readonly priceAt?: (step: number, used: number) => number;
  /** Trainings at most. @default - as many as it likes */
  readonly most?: number;
}

/** The trainings of the break-even policy, begun from the warm-up. */
export function breakEven(scene: Scene): number[] {
  return playBreakEven(scene, warmStart(scene));
}

/** The same, of which nothing was known before its first model. */
export function coldBreakEven(scene: Scene): number[] {
  return playBreakEven(scene, {});
}

/** What the warm-up of a scene tells. */
export function warmStart({ errors, from, labelDelay, price }: Scene) {
  return backtestStart(errors, { until: from, labelDelay, price, first: WINDOW });
}

export function playBreakEven(scene: Scene, options: BreakEvenPlay): number[] {
  const { priceAt = () => scene.price, periodSteps = Number.POSITIVE_INFINITY, most = Number.POSITIVE_INFINITY } = options;
  let state = beginBreakEven(options);
  let used = 0;
  return play(
    scene,
    (served) => {
      const error = labelledError(scene, served);
      if (error !== undefined) state = stepObserved(state, error);
      if (served.step === scene.errors.steps - 1 || used >= most) return false;
      const age = served.step - served.since + 1;
      const question = { age, price: priceAt(served.step, used), period: periodSteps, rows: scene.rows };
      const judgement = judgeBreakEven(state, question);
      if (judgement.start === undefined) return false;
      used++;
      state = trainingStarted(state, judgement);
      return true;
    },
    (model, champion) => {
      const challenger = holdOutOf(scene, model);
      const replaced = champion === undefined ? { isFirst: true } : { champion: championOn(scene, champion, model) };
      state = modelDeployed(state, { challenger, ...replaced });
    },
  );
}
