import { pacedPrice } from "../../../functions/core/quality/paced-price";
import { oracleTrainings, periodic, scheduleCost } from "../../../functions/core/replay/oracle";
import { playBreakEven, warmStart } from "./break-even-policy";
import type { Scene } from "./scene";

/** Policies that may train so often, by the names that tables have; prices are not theirs to pay. */
export const BUDGETED = {
  never: () => [],
  "even period": evenPeriod,
  "break-even, paced price": pacedBreakEven,
  "best schedule": (scene: Scene, most: number) => oracleTrainings(scene.errors, { ...scene, price: 0, most }).trainings,
} as const satisfies Readonly<Record<string, (scene: Scene, most: number) => readonly number[]>>;

export type BudgetedName = keyof typeof BUDGETED;

/** The errors that a policy served, summed, and how often it trained. */
export function playBudgeted(
  name: BudgetedName,
  scene: Scene,
  most: number,
): { readonly error: number; readonly trainings: number } {
  const trainings = BUDGETED[name](scene, most);
  return { error: scheduleCost(scene.errors, trainings, { ...scene, price: 0 }), trainings: trainings.length };
}

/** As many trainings, evenly apart. */
function evenPeriod(scene: Scene, most: number): readonly number[] {
  const period = Math.floor((scene.errors.steps - scene.from) / (most + 1));
  return periodic(scene.errors, scene, period).trainings.slice(0, most);
}

function pacedBreakEven(scene: Scene, most: number): readonly number[] {
  const span = scene.errors.steps - scene.from;
  const priceAt = (step: number, used: number) => pacedPrice({ most, used, elapsed: (step + 1 - scene.from) / span });
  return playBreakEven(scene, { ...warmStart(scene), priceAt, most });
}
