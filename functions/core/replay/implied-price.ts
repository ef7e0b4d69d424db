import { beginBreakEven, judgeBreakEven, modelDeployed, stepObserved, trainingStarted } from "../quality/break-even";

/** A step of the model in service. */
export interface ServedStep {
  /** 0 to 1. */
  readonly error: number;
  /** Labelled rows behind it. @default - nobody knows */
  readonly rows?: number;
  /** A training was started at its end. */
  readonly isStart?: boolean;
  /** Another model serves from this step on. */
  readonly isDeployed?: boolean;
}

/** What a team has been paying. */
export interface ImpliedPrice {
  /** Mean debt at the starts, in steps of full error. */
  readonly price: number;
  /** Of which a debt is known. */
  readonly starts: number;
  /** The debt at each of them, in their order. */
  readonly debts: readonly number[];
}

/**
 * The price at which break-even would have started as a team did: the mean of what its trainings were worth when they were started.
 * Undefined where no start has a known debt.
 */
export function impliedPrice(steps: readonly ServedStep[]): ImpliedPrice | undefined {
  let state = beginBreakEven({});
  let age = 0;
  const debts: number[] = [];
  for (const { error, rows, isStart, isDeployed } of steps) {
    if (isDeployed === true) {
      state = modelDeployed(state, {});
      age = 0;
    }
    age++;
    state = stepObserved(state, error);
    if (isStart !== true) continue;
    const question = { age, price: Number.POSITIVE_INFINITY, period: Number.POSITIVE_INFINITY };
    const judgement = judgeBreakEven(state, rows === undefined ? question : { ...question, rows });
    if (judgement.attainable !== undefined) debts.push(Math.max(0, judgement.yield * judgement.debt));
    state = trainingStarted(state, judgement);
  }
  if (debts.length === 0) return undefined;
  return { price: debts.reduce((sum, debt) => sum + debt, 0) / debts.length, starts: debts.length, debts };
}
