import { bandOf, resampledSums } from "./block-bootstrap";

/** What a policy of the grid would have done with a history, step by step. */
export interface TriedPolicy {
  readonly name: string;
  /** `current`: what the team does now, as its recorded trainings tell. */
  readonly family: "never" | "period" | "adaptive" | "current";
  /** Of each step: the error that was served, and the price of each training that was started in it; in steps of full error. */
  readonly costs: readonly number[];
  readonly trainings: number;
}

/** What a history says about the policy that its team should have. */
export interface Recommendation {
  /**
   * `change`: another policy would have cost less, beyond chance. `keep`: nothing is known to be better than what is done now.
   * `train-rarely`: trainings are not worth their price. `cannot-tell`: the history does not hold what the answer needs.
   */
  readonly verdict: "change" | "keep" | "train-rarely" | "cannot-tell";
  /** The policy to have; absent where nothing can be told. */
  readonly choice?: TriedPolicy;
  /** What walking forward would have saved beside `against`, in steps of full error over `steps`; negative where it cost more. */
  readonly saving?: Saving;
  /** What the trainings that there were saved beside never to train, over the same steps; absent where there were none. */
  readonly trainingsSaved?: Saving;
  /** In each part of the walk, the policy that the steps before it spoke for. */
  readonly walked: readonly string[];
  /** In one sentence. */
  readonly why: string;
}

/** What choosing by the past, and living with it in the future, would have saved. */
export interface Saving {
  readonly against: string;
  /** The last ones; the steps before them only choose. */
  readonly steps: number;
  /** All steps of the history. */
  readonly ofSteps: number;
  readonly mean: number;
  /** 95 % of a block bootstrap. */
  readonly low: number;
  readonly high: number;
  /** Part of the resamples in which it saves anything, 0 to 1. */
  readonly sureness: number;
}

/** A file that holds what a recommendation needs. */
export const EXAMPLE_FILE = "for example a CSV at,error,rows,run: see docs/history.md";

/** Fewest steps with an error from which a policy is chosen: two thirds of them choose, or are walked over. */
export const LEAST_HISTORY = 60;
/** The part of the steps by which the first policy is chosen; nothing is counted in it. */
const WARM_UP_SHARE = 0.3;
const FOLDS = 4;
/** How sure a change must be. */
const SURE = 0.9;
/** A policy that trains is worth its trouble if it costs less than never by this part. */
const WORTH_IT = 0.01;

/**
 * Which policy of a grid a team should have. Each part of the history is lived through with the policy that the steps before it
 * spoke for, so that the saving is one that could have been had, and not one that only hindsight finds.
 * @param policies over the same steps; one of the family `never` among them, and the one of the family `current` if there is one
 * @param seed of the resamples
 */
export function recommend(policies: readonly TriedPolicy[], seed: string): Recommendation {
  const never = policies.find(({ family }) => family === "never");
  const current = policies.find(({ family }) => family === "current");
  const grid = policies.filter(({ family }) => family !== "current");
  const steps = never?.costs.length ?? 0;
  if (never === undefined || steps < LEAST_HISTORY) {
    const why = `errors are known of ${steps} steps; from ${LEAST_HISTORY} on a policy can be chosen: collect the error of the model in service, a row for each step, ${EXAMPLE_FILE}`;
    return { verdict: "cannot-tell", walked: [], why };
  }
  const from = Math.round(steps * WARM_UP_SHARE);
  const folds = foldsOf(from, steps);
  const walked = folds.map((fold) => ({ fold, choice: cheapest(grid, 0, fold.from, never) }));
  const against = current ?? never;
  const saved = walked.flatMap(({ fold, choice }) => differences(against, choice, fold.from, fold.until));
  const saving = savingOf(against.name, saved, steps, seed);
  const trainingsSaved = current && savingOf(never.name, differences(never, current, from, steps), steps, seed);
  const choice = cheapest(grid, 0, steps, never);
  return {
    ...verdictOf(choice, current, saving, trainingsSaved),
    choice,
    saving,
    ...(trainingsSaved !== undefined && { trainingsSaved }),
    walked: walked.map((one) => one.choice.name),
  };
}

interface Fold {
  readonly from: number;
  readonly until: number;
}

function foldsOf(from: number, steps: number): Fold[] {
  const bound = (fold: number) => from + Math.round(((steps - from) * fold) / FOLDS);
  return Array.from({ length: FOLDS }, (_, fold) => ({ from: bound(fold), until: bound(fold + 1) }));
}

/** The policy that cost least over some steps, or never, where none that trains is worth it. */
function cheapest(grid: readonly TriedPolicy[], from: number, until: number, never: TriedPolicy): TriedPolicy {
  const costOf = ({ costs }: TriedPolicy) => sumOf(costs.slice(from, until));
  const least = grid.reduce((best, policy) => (costOf(policy) < costOf(best) ? policy : best), never);
  return costOf(least) < costOf(never) * (1 - WORTH_IT) ? least : never;
}

function differences(against: TriedPolicy, choice: TriedPolicy, from: number, until: number): number[] {
  return choice.costs.slice(from, until).map((cost, index) => (against.costs[from + index] ?? cost) - cost);
}

function savingOf(against: string, saved: readonly number[], ofSteps: number, seed: string): Saving {
  const sums = resampledSums(saved, seed);
  const sureness = sums.filter((sum) => sum > 0).length / sums.length;
  return { against, steps: saved.length, ofSteps, mean: sumOf(saved), ...bandOf(sums), sureness };
}

/** The walk says whether choosing by the past pays; which policy to have, all steps together. */
function verdictOf(choice: TriedPolicy, current: TriedPolicy | undefined, saving: Saving, trainingsSaved: Saving | undefined) {
  const sure = `${Math.round(saving.sureness * 100)} %`;
  const now = current === undefined ? "never to train" : "what you do now";
  if (choice.family === "never") {
    if (trainingsSaved !== undefined && trainingsSaved.low > 0) return { verdict: "keep", why: NONE_BETTER } as const;
    const isUnpaid = trainingsSaved !== undefined && trainingsSaved.high < 0 && (current?.trainings ?? 0) > 0;
    const paid = isUnpaid ? `; the ${current?.trainings} trainings that there were did not earn their price` : "";
    return { verdict: "train-rarely", why: `no policy that trains would have cost less than never to train${paid}` } as const;
  }
  if (saving.sureness >= SURE) {
    const why = `choosing by the past, as below, would have cost less than ${now}, in ${sure} of resamples; all steps together speak for ${choice.name}`;
    return { verdict: "change", why } as const;
  }
  const unsure = `choosing by the past, as below, is not known to be better than ${now}: it costs less in ${sure} of resamples`;
  if (current === undefined) return { verdict: "train-rarely", why: unsure } as const;
  return { verdict: "keep", why: saving.mean > 0 ? unsure : NONE_BETTER } as const;
}

const NONE_BETTER = "of the policies that were tried, none is known to be better than what you do now";

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}
