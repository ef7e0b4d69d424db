import { type ErrorMatrix, matrixUntil } from "../../../functions/core/replay/error-matrix";
import type { ScheduleOptions } from "../../../functions/core/replay/oracle";
import { ROWS, WINDOW } from "./stream-laws";

/** What a policy is played on: errors, and how its schedule is scored. */
export interface Scene extends ScheduleOptions {
  readonly errors: ErrorMatrix;
  /** Labelled rows of a step. */
  readonly rows: number;
}

/** The first scored step: what is before it, a policy may be tuned on. */
const WARM_UP_STEPS = 60;

/** Prices of a training that every policy is played at, steps of full error. */
export const PRICES = [0.1, 0.2, 0.5, 1, 2, 5] as const;

export interface SceneOptions {
  readonly price: number;
  /** @default 2 */
  readonly labelDelay?: number;
}

/** The scored part of a stream; the first model was trained on the newest labels of its beginning. */
export function sceneOf(errors: ErrorMatrix, { price, labelDelay = 2 }: SceneOptions): Scene {
  return { errors, rows: ROWS, price, labelDelay, from: WARM_UP_STEPS, first: WARM_UP_STEPS - 1 - labelDelay };
}

/** The warm-up alone, from so many steps after the first model with a full window on. */
export function warmUpOf(scene: Scene, later: number): Scene {
  const first = WINDOW + later;
  return { ...scene, errors: matrixUntil(scene.errors, scene.from), from: first + scene.labelDelay + 1, first };
}

/** The model that serves at a step, and since when. */
export interface Served {
  readonly step: number;
  readonly model: number;
  readonly since: number;
}

/** Plays a policy: the steps at whose end it trains. `deployed` is told of each model before its first step. */
export function play(
  { errors, from, first, labelDelay }: Scene,
  starts: (served: Served) => boolean,
  deployed: (model: number, champion?: number) => void = () => undefined,
): number[] {
  const trainings: number[] = [];
  let [model, since] = [first, from];
  deployed(model);
  for (let step = from; step < errors.steps; step++) {
    if (!starts({ step, model, since }) || step === errors.steps - 1) continue;
    trainings.push(step);
    const champion = model;
    [model, since] = [step - labelDelay, step + 1];
    deployed(model, champion);
  }
  return trainings;
}

/** The error of the served model whose label came at this step; undefined while there is none. */
export function labelledError({ errors, labelDelay }: Scene, { step, model, since }: Served): number | undefined {
  const labelled = step - labelDelay;
  return labelled >= since ? errors.errorOf(model, labelled) : undefined;
}

/** The error of a new model on labels that it was not trained on: of its window's two last steps, one step ahead. */
export function holdOutOf({ errors }: Scene, model: number): number {
  return (errors.errorOf(model - 1, model) + errors.errorOf(model - 2, model - 1)) / 2;
}

/** The error of the model that it replaces, on the same steps. */
export function championOn({ errors }: Scene, champion: number, model: number): number {
  return (errors.errorOf(champion, model - 1) + errors.errorOf(champion, model)) / 2;
}
