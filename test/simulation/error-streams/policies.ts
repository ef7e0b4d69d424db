import { bestPeriod, oracleTrainings, periodic, scheduleCost } from "../../../functions/core/replay/oracle";
import { cumulativeThreshold, errorThreshold, skiRental } from "./baselines";
import { breakEven, coldBreakEven, warmStart } from "./break-even-policy";
import type { Scene } from "./scene";

/** Policies by the names that tables have: of each the steps at whose end it trains. */
const POLICIES = {
  never: () => [],
  always: (scene) => periodic(scene.errors, scene, 1).trainings,
  "period 20": (scene) => periodic(scene.errors, scene, 20).trainings,
  "warm-up period": (scene) => periodic(scene.errors, scene, warmStart(scene).periodSteps).trainings,
  "hindsight period": (scene) => bestPeriod(scene.errors, scene).trainings,
  "CARA-T": errorThreshold,
  "CARA-CT": cumulativeThreshold,
  "ski rental": skiRental,
  "break-even, cold": coldBreakEven,
  "break-even": breakEven,
  oracle: (scene) => oracleTrainings(scene.errors, scene).trainings,
} as const satisfies Readonly<Record<string, (scene: Scene) => readonly number[]>>;

export type PolicyName = keyof typeof POLICIES;

export const POLICY_NAMES = Object.keys(POLICIES) as readonly PolicyName[];

/** What a policy costs on a scene, steps of full error, and how often it trains. */
export interface PlayedPolicy {
  readonly cost: number;
  readonly trainings: number;
}

export function playPolicy(name: PolicyName, scene: Scene): PlayedPolicy {
  const trainings = POLICIES[name](scene);
  return { cost: scheduleCost(scene.errors, trainings, scene), trainings: trainings.length };
}
