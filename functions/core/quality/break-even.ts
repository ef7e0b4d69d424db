import * as z from "zod/mini";
import { amountSchema } from "../numbers";
import type { Stored } from "../state-layout";

/**
 * The break-even policy: train when the excess error that the served model has accumulated over what a training can reach, less the
 * noise, times how much trainings cured lately, equals the price of a training. Everything is counted in steps, the periods over
 * which an error is aggregated; an error is from 0 to 1, lower is better; a price is in steps of full error. How the formula and
 * its constants were found, and where it fails: docs/adaptive.md.
 */
const errorSchema = z.number().check(z.minimum(0), z.maximum(1));

/** What the policy knows of a model between two judgements. */
export const breakEvenStateSchema = z.strictObject({
  /** The error that a training reaches, learned across trainings; absent until the first one is known. */
  attainable: z.exactOptional(z.number()),
  /** Variance of a step's error, and how many differences of steps it was learned from, at most `MEMORY`. */
  variance: z.number().check(z.nonnegative()),
  weight: z.number().check(z.nonnegative()),
  /** The part of the excess that trainings cured lately, 0 to 1. */
  yield: z.number().check(z.minimum(0), z.maximum(1)),
  /** The excess at the last start, which its training is graded by. */
  excessAtStart: z.number().check(z.nonnegative()),
  /** All debt of the served model at the last start, and at the last one whose training came to nothing, which is paid for. */
  debtAtStart: z.exactOptional(z.number().check(z.nonnegative())),
  spent: z.exactOptional(z.number().check(z.nonnegative())),
  /** Error of the served model on the hold-out of its own training; absent where nobody measured it. */
  holdOut: z.exactOptional(errorSchema),
  /** The served model is the first, of which nothing was trained by this policy. */
  isFirst: z.exactOptional(z.literal(true)),
  /** Labelled steps of the served model, the sum of their errors, and of the first `FIRST_STEPS` of them. */
  steps: amountSchema,
  sum: z.number().check(z.nonnegative()),
  head: z.number().check(z.nonnegative()),
  /** Errors of its newest labelled steps, oldest first, at most `LEVEL_STEPS`. */
  last: z.array(errorSchema).check(z.maxLength(4)),
});

export type BreakEvenState = Stored<typeof breakEvenStateSchema>;

/** Steps over which the present level of the error is taken. */
const LEVEL_STEPS = 4;
/** Steps that show what a training reached. */
const FIRST_STEPS = 3;
/** How far a training that reached another error than expected moves what is attainable. */
const ATTAINABLE_RATE = 0.3;
/** How far one training moves the yield. */
const YIELD_RATE = 0.5;
const LEAST_YIELD = 0.1;
/** Of a smaller excess no share can be told. */
const LEAST_EXCESS = 0.001;
/** A training must pay within so many steps. */
const HORIZON_STEPS = 40;
/** Fewest steps between trainings. */
export const LEAST_STEPS = 3;
/** Differences of steps that the variance remembers. */
const MEMORY = 30;
/** Fewest differences that tell a variance. */
const LEAST_WEIGHT = 4;
/** When the history's period is over, this part of the price is evidence enough. */
const SOFT_SHARE = 0.5;
/** Standard deviations of noise that a debt must exceed. */
const DOUBTS = 1;

/** What is known before the first judgement. */
export interface BreakEvenStart {
  /** The error that a training reaches, from a backtest of the history or of the first training's hold-out. @default - learned */
  readonly attainable?: number;
  /** Of a step's error, from the history. @default 0 */
  readonly variance?: number;
  /** How many differences of steps `variance` is worth; 0 for none. @default 0 */
  readonly weight?: number;
}

/** A model of which nothing was observed yet. */
export function beginBreakEven({ attainable, variance = 0, weight = 0 }: BreakEvenStart): BreakEvenState {
  const known = attainable !== undefined && { attainable };
  return { ...known, variance, weight, yield: 1, excessAtStart: 0, isFirst: true, steps: 0, sum: 0, head: 0, last: [] };
}

/** Errors on the hold-out of a training, that is on labels that it was not trained on. */
export interface HoldOutErrors {
  /** Of the model that was trained; absent where nobody measured it. */
  readonly challenger?: number;
  /** Of the model that it replaces, on the same rows. */
  readonly champion?: number;
  /** The model is the first, so nothing was replaced. */
  readonly isFirst?: boolean;
}

/** The state after a model took over: nothing of it was observed, and the training that made it is graded. */
export function modelDeployed(before: BreakEvenState, { challenger, champion, isFirst }: HoldOutErrors): BreakEvenState {
  const { isFirst: _before, holdOut: _previous, debtAtStart: _debt, spent: _spent, ...kept } = before;
  const graded =
    challenger === undefined || champion === undefined ? kept : { ...kept, yield: gradedYield(kept, champion - challenger) };
  return {
    ...graded,
    ...(challenger !== undefined && { holdOut: challenger, attainable: kept.attainable ?? challenger }),
    ...(isFirst === true && { isFirst }),
    steps: 0,
    sum: 0,
    head: 0,
    last: [],
  };
}

/** The yield after a training that cured so much of the excess at its start. */
function gradedYield({ yield: before, excessAtStart }: Pick<BreakEvenState, "yield" | "excessAtStart">, cured: number): number {
  const share = clamp(cured / Math.max(excessAtStart, LEAST_EXCESS), 0, 1);
  return before + YIELD_RATE * (share - before);
}

/** The state after one more labelled step of the served model; steps come in order, and may be late. */
export function stepObserved(before: BreakEvenState, error: number): BreakEvenState {
  const steps = before.steps + 1;
  const head = steps <= FIRST_STEPS ? before.head + error : before.head;
  const previous = before.last.at(-1);
  return {
    ...before,
    ...(previous !== undefined && variedBy(before, error - previous)),
    ...(steps === FIRST_STEPS && { attainable: reached(before.attainable, head / FIRST_STEPS) }),
    steps,
    sum: before.sum + error,
    head,
    last: [...before.last, error].slice(-LEVEL_STEPS),
  };
}

function variedBy({ variance, weight }: Pick<BreakEvenState, "variance" | "weight">, difference: number) {
  const total = weight + 1;
  return { variance: (variance * weight + difference ** 2 / 2) / total, weight: Math.min(total, MEMORY) };
}

/** What is attainable after a training that reached `error`. */
function reached(before: number | undefined, error: number): number {
  return before === undefined ? error : before + ATTAINABLE_RATE * (error - before);
}

/** What a model is judged by beside its state. */
export interface BreakEvenQuestion {
  /** Steps that the model has served, this one included; 1 or more. */
  readonly age: number;
  /** Of a training, in steps of full error; 0 or more. */
  readonly price: number;
  /** Steps between trainings that suited the history best; Infinity for none. */
  readonly period: number;
  /** Labelled rows of a step, which tell its noise. @default - noise is told by the differences of steps alone */
  readonly rows?: number;
}

/** A judgement, and the numbers that it was made from. */
export interface BreakEvenJudgement {
  /** What starts a training: the debt has reached its price, or the period is over and the evidence does not object. */
  readonly start?: "price" | "period";
  /**
   * Excess error since the model serves, or since the last start that came to nothing: measured, and taken at its present level for
   * steps without labels yet; error-steps.
   */
  readonly debt: number;
  /** What of the debt may be noise, error-steps. */
  readonly doubt: number;
  /** Present error over the attainable one; negative for a model that is better. */
  readonly excess: number;
  /** The error that a training reaches; absent while nothing is known. */
  readonly attainable?: number;
  readonly yield: number;
  /** The highest price at which it would have started by its debt now; 0 where none would do. */
  readonly startsAtPrice: number;
}

/** Whether the model in service is worth a training now. */
export function judgeBreakEven(state: BreakEvenState, { age, price, period, rows }: BreakEvenQuestion): BreakEvenJudgement {
  const { attainable, steps, sum, last, holdOut, variance, weight, spent = 0 } = state;
  const yielded = Math.max(LEAST_YIELD, state.yield);
  const level = levelOf(last, holdOut);
  if (attainable === undefined || level === undefined || (state.isFirst === true && steps === 0)) {
    return { debt: 0, doubt: 0, excess: 0, ...(attainable !== undefined && { attainable }), yield: yielded, startsAtPrice: 0 };
  }
  const excess = level - attainable;
  const debt = sum - steps * attainable + (age - steps) * Math.max(0, excess) - spent;
  const noise = stepVariance(attainable, variance, weight, rows);
  const doubt = DOUBTS * Math.sqrt(age * noise + (age * age * noise) / 12);
  const worth = yielded * Math.min(debt - doubt, excess * HORIZON_STEPS);
  const judgement = { debt, doubt, excess, attainable, yield: yielded, startsAtPrice: age >= LEAST_STEPS ? Math.max(0, worth) : 0 };
  if (age < LEAST_STEPS) return judgement;
  if (worth >= price) return { ...judgement, start: "price" };
  const isDue = age >= period && steps >= 2 && excess > 0 && yielded * debt >= SOFT_SHARE * price;
  return isDue ? { ...judgement, start: "period" } : judgement;
}

/** The state after a training was started: it is graded by how much of the present excess it cures. */
export function trainingStarted(
  state: BreakEvenState,
  { excess, debt }: Pick<BreakEvenJudgement, "excess" | "debt">,
): BreakEvenState {
  const { debtAtStart: _before, ...kept } = state;
  const all = Math.max(0, debt + (state.spent ?? 0));
  return { ...kept, excessAtStart: Math.max(0, excess), ...(all > 0 && { debtAtStart: all }) };
}

/**
 * The state after a training that cured nothing, as nobody came to use what it made; the model in service serves on. The debt that
 * bought it buys no other: else the same debt, which only a new model ends, would start one after the other.
 */
export function trainingWasted(state: BreakEvenState): BreakEvenState {
  const { debtAtStart, ...kept } = state;
  return { ...kept, yield: gradedYield(state, 0), ...(debtAtStart !== undefined && { spent: debtAtStart }) };
}

/** The present level of the error; the hold-out stands in for labels that are not there yet. Undefined where nothing is known. */
function levelOf(last: readonly number[], holdOut: number | undefined): number | undefined {
  const sum = last.reduce((total, error) => total + error, 0);
  if (holdOut !== undefined) return (sum + holdOut * (LEVEL_STEPS - last.length)) / LEVEL_STEPS;
  return last.length === 0 ? undefined : sum / last.length;
}

/** Variance of a step's error: what its rows explain, or what was seen, if that is more. */
function stepVariance(attainable: number, variance: number, weight: number, rows: number | undefined): number {
  const share = clamp(attainable, 0.02, 0.98);
  const binomial = rows === undefined || rows === 0 ? 0 : (share * (1 - share)) / rows;
  return weight >= LEAST_WEIGHT ? Math.max(binomial, variance) : binomial;
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
