import { sumUsd } from "../../numbers";
import { type BacktestStart, backtestStart } from "../backtest-start";
import type { ErrorMatrix } from "../error-matrix";
import { latestStart, type ServedErrors } from "../errors/served-errors";
import { bestPeriod, oracleTrainings, periodic, type ScheduledTrainings } from "../oracle";
import type { SurveyedHistory } from "../simulation/history-survey";
import type { PolicyResult } from "../simulation-result";

/** Trainings that no coordinator decides about, beside which policies are read. Times are epoch milliseconds. */
export interface ReferenceSchedule extends Pick<PolicyResult, "sentence" | "isHindsight"> {
  readonly policy: (typeof REFERENCE_NAMES)[number];
  /** By their start. */
  readonly trainings: readonly ReferenceTraining[];
  /** Its trainings at each price, where it has others at each. @default - the same at all */
  readonly atPrices?: readonly { readonly price: number; readonly trainings: readonly ReferenceTraining[] }[];
}

/** A training of a reference. Times are epoch milliseconds. */
interface ReferenceTraining {
  readonly at: number;
  readonly endedAt: number;
  /** @default - what every run costs */
  readonly costUsd?: number;
}

/** The name of the trainings that the history holds. */
export const RECORDED = "recorded" as const;

/** Names of references, which no policy has: results and costs are told apart by name. */
export const REFERENCE_NAMES = ["never", "always", RECORDED, "best period", "tuned period", "oracle"] as const;

/** Of so many steps every schedule can be tried. */
export const MAX_PLANNED_STEPS = 1_500;

/** Part of the history that a period is tuned on. */
const TUNED_SHARE = 0.3;

/** What is given of the world that the schedules are in. */
export type ReferenceWorld = Pick<SurveyedHistory, "history" | "originMs" | "stepMs" | "steps" | "runs"> & {
  readonly runMs: number;
};

/** Never, at each step, and as recorded where runs are. */
export function plainReferences(world: ReferenceWorld): ReferenceSchedule[] {
  const { steps, runs, runMs } = world;
  const each = Array.from({ length: Math.max(0, steps - 1) }, (_, step) => step);
  const recorded = runs.filter(({ status }) => status === "succeeded" || status === "failed");
  return [
    {
      policy: "never",
      sentence: "No training: the model that serves at the beginning serves to the end.",
      isHindsight: false,
      trainings: [],
    },
    {
      policy: "always",
      sentence: "A training at each step, whatever it costs; no limit holds it.",
      isHindsight: false,
      trainings: each.map((step) => trainingAfter(world, step)),
    },
    ...(recorded.length === 0
      ? []
      : [
          {
            policy: RECORDED,
            sentence: "The trainings that the history holds, as they were.",
            isHindsight: false,
            trainings: recorded.map(({ at, endedAt = at + runMs, costUsd }) => ({
              at,
              endedAt,
              ...(costUsd !== undefined && { costUsd }),
            })),
          },
        ]),
  ];
}

/**
 * Schedules that are planned by the errors of every model: the best period in hindsight, the one that the first 30 % would have
 * chosen, and the oracle. None where an error is missing that a plan needs, or there are more steps than can be tried.
 * @param price at which the trainings that are shown were planned; the costs are of plans at each price
 */
export function plannedReferences(
  world: ReferenceWorld,
  errors: ServedErrors,
  prices: readonly number[],
  price: number,
): ReferenceSchedule[] {
  if (world.steps > MAX_PLANNED_STEPS || errors.source === "recorded") return [];
  const matrix = dense(errors.matrix);
  const at = (one: number) => ({ price: one, from: 0, first: -1, labelDelay: 0 });
  const plans: (Omit<ReferenceSchedule, "trainings"> & { plan(one: number): ScheduledTrainings })[] = [
    {
      policy: "best period",
      sentence: "The period that would have cost least, which is known in hindsight alone.",
      isHindsight: true,
      plan: (one: number) => bestPeriod(matrix, at(one)),
    },
    {
      policy: "tuned period",
      sentence: "The period that the errors of the first 30 % of the history, by age of the model, speak for.",
      isHindsight: false,
      plan: (one: number) => periodic(matrix, at(one), firstPart(errors, one).periodSteps),
    },
    {
      policy: "oracle",
      sentence: "The trainings that would have cost least, chosen with all errors known beforehand: nothing can do better.",
      isHindsight: true,
      plan: (one: number) => oracleTrainings(matrix, at(one)),
    },
  ];
  return plans.flatMap(({ plan, ...reference }) => {
    const shown = plan(price);
    if (Number.isNaN(shown.cost)) return [];
    const trainingsOf = (planned: { readonly trainings: readonly number[] }) =>
      planned.trainings.map((step) => trainingAfter(world, step));
    const atPrices = prices.map((one) => ({ price: one, trainings: trainingsOf(plan(one)) }));
    return [{ ...reference, trainings: trainingsOf(shown), atPrices }];
  });
}

/**
 * What the first 30 % of the history tell: the error that a training reaches, its variance, and the period that suits it.
 * @param price of a training, in steps of full error
 */
export function firstPart({ matrix, isLabelled }: ServedErrors, price: number): BacktestStart {
  // Where there are no labels the matrix has 0 for every model, which is no error that was seen.
  const errorOf = (model: number, step: number) => (isLabelled(step) ? matrix.errorOf(model, step) : Number.NaN);
  const until = Math.max(2, Math.floor(matrix.steps * TUNED_SHARE));
  return backtestStart({ steps: matrix.steps, errorOf }, { price, labelDelay: 0, until, first: -1 });
}

/** The training that is decided at the end of a step, and serves from the next. */
function trainingAfter(world: ReferenceWorld, step: number): ReferenceTraining {
  const at = latestStart(world, step + 1);
  return { at, endedAt: at + world.runMs };
}

/** A matrix that computes each row once. */
function dense({ steps, errorOf }: ErrorMatrix): ErrorMatrix {
  const rows = new Map<number, Float64Array>();
  const rowOf = (model: number) => {
    const known = rows.get(model) ?? Float64Array.from({ length: steps }, (_, step) => errorOf(model, step));
    rows.set(model, known);
    return known;
  };
  return { steps, errorOf: (model, step) => rowOf(model)[step] ?? Number.NaN };
}

/** The result of a reference, as far as it does not depend on the lines of the history. */
export function referenceResult(
  { policy, sentence, isHindsight, trainings }: ReferenceSchedule,
  { costUsd, moneyUsd }: { readonly costUsd: number; readonly moneyUsd: number },
): Omit<PolicyResult, "untrainedObjects"> {
  const priced = trainings.map(({ at, endedAt, ...own }, index) => ({
    requestId: `${policy.replaceAll(" ", "-")}/${index + 1}`,
    at,
    endedAt,
    costUsd: own.costUsd ?? costUsd,
    causes: [policy],
  }));
  const spendUsd = sumUsd(priced.map((training) => training.costUsd));
  return {
    policy,
    sentence,
    isReference: true,
    isHindsight,
    trainings: priced,
    decisions: 0,
    outcomes: {},
    refusals: {},
    spendUsd,
    moneyLeftUsd: sumUsd([moneyUsd, -spendUsd]),
    peakRuns: peakOf(priced),
    expiredRequests: 0,
  };
}

/** Most runs at the same time. */
function peakOf(trainings: readonly { readonly at: number; readonly endedAt: number }[]): number {
  const ends: number[] = [];
  let peak = 0;
  for (const { at, endedAt } of trainings) {
    const running = ends.filter((end) => end > at);
    ends.splice(0, ends.length, ...running, endedAt);
    peak = Math.max(peak, ends.length);
  }
  return peak;
}
