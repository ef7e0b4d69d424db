import { nextMonth, startOfMonth, utcMonth } from "../coordination/utc-calendar";
import type { AdaptivePolicy } from "./adaptive-policy";
import { type BreakEvenJudgement, type BreakEvenQuestion, judgeBreakEven, LEAST_STEPS } from "./break-even";
import { pacedPrice } from "./paced-price";
import type { QualityState } from "./quality-state";

/** What the check `adaptive` says of a model, with the numbers that it compared. */
export interface QualityJudgement {
  /** A training may start. */
  readonly isPassed: boolean;
  /** A training is worth its price, so that the clock asks for one where nobody does. */
  readonly isDue: boolean;
  /** Those of break-even, as far as they are known, and what else decided. */
  readonly numbers: Readonly<Record<string, number | string>>;
  /** Of a refusal: what would change it, and when that is without new labels, epoch milliseconds. */
  readonly cure?: { readonly at?: number; readonly change: string };
}

/** What of the coordinator's state is judged. */
export interface JudgedState {
  readonly quality?: QualityState;
  readonly lastStartAt?: number;
}

/** A training that neither serves nor failed for so many steps is not awaited any more. */
const AWAITED_STEPS = 14;
/** Without labels for so many steps, where there is no period, nothing is known of a model. */
const BLIND_STEPS = 14;
/** As many usual delays without a label say that labels have stopped. */
const BLIND_DELAYS = 2;
/** So far ahead it is told when a training would start without new labels. */
const LOOK_AHEAD_STEPS = 100;

/**
 * Whether a training is worth its price now: by break-even while labels come, and by the period where they do not. A model of which
 * no label came, and that was never started, may start: nothing can be compared with it.
 */
export function judgeQuality(policy: AdaptivePolicy, { quality, lastStartAt }: JudgedState, now: number): QualityJudgement {
  const { stepMs } = policy;
  const awaited = quality?.awaited;
  if (awaited !== undefined && now < awaited.startedAt + AWAITED_STEPS * stepMs) {
    const numbers = { awaited: awaited.requestId, awaitedSinceMs: Math.max(0, now - awaited.startedAt) };
    const cure = {
      at: awaited.startedAt + AWAITED_STEPS * stepMs,
      change: "a training is under way: its model serving, or its end",
    };
    return { isPassed: false, isDue: false, numbers, cure };
  }
  const judged = quality && judgedModel(policy, quality, now);
  const latest = Math.max(quality?.servingSince ?? 0, lastStartAt ?? 0);
  if (quality === undefined || judged === undefined) return judgedByPeriod(policy, latest, { blind: "no label ever came" }, now);
  const { labelledUntil = 0, servingSince = 0, labelDelayMs = 0 } = quality;
  const blindAfterMs = Math.max(BLIND_DELAYS * labelDelayMs, policy.periodMs ?? BLIND_STEPS * stepMs);
  const blindAt = Math.ceil(Math.max(labelledUntil, servingSince) + blindAfterMs);
  const numbers = numbersOf(judged, labelledUntil);
  if (now > blindAt) return judgedByPeriod(policy, latest, { ...numbers, blind: "labels stopped", blindAfterMs }, now);
  if (judged.start !== undefined) return { isPassed: true, isDue: true, numbers };
  const worthAt = ageOfStart(quality, judged.question);
  const byDebt = worthAt === undefined ? Number.POSITIVE_INFINITY : servingSince + (worthAt - 1) * stepMs + 1;
  const times = [
    ...(byDebt <= blindAt ? [byDebt] : []),
    ...(policy.periodMs === undefined ? [] : [Math.max(blindAt + 1, latest + policy.periodMs)]),
    // Such a price falls while nothing starts, and with the month.
    ...("trainingsPerMonth" in policy.price ? [now + stepMs] : []),
  ];
  const cure = { ...(times.length > 0 && { at: Math.min(...times) }), change: changeText(judged, worthAt, stepMs) };
  return { isPassed: false, isDue: false, numbers, cure };
}

/** What break-even says of a model, and what it was asked. */
export type JudgedModel = BreakEvenJudgement & { readonly question: BreakEvenQuestion };

/** Break-even's judgement of a model; undefined for one of which no label came. */
export function judgedModel(policy: AdaptivePolicy, quality: QualityState, now: number): JudgedModel | undefined {
  const { servingSince, labelledUntil, rows, breakEven, stepMs } = quality;
  if (stepMs !== policy.stepMs || servingSince === undefined || labelledUntil === undefined) return undefined;
  const question = {
    // At the very end of a step it is that step that counts, not the next.
    age: Math.max(1, Math.ceil((now - servingSince) / stepMs)),
    price: priceOf(policy, quality, now),
    period: policy.periodMs === undefined ? Number.POSITIVE_INFINITY : policy.periodMs / stepMs,
    ...(rows !== undefined && { rows }),
  };
  return { ...judgeBreakEven(breakEven, question), question };
}

/**
 * What the excess error of a model, less the noise and times the yield, is of the price of a training: 1 and more start one.
 * Undefined while no label came, and for a price of 0.
 */
export function shareOfPrice(policy: AdaptivePolicy, { quality }: JudgedState, now: number): number | undefined {
  const judged = quality && judgedModel(policy, quality, now);
  if (judged === undefined || judged.question.price === 0) return undefined;
  return (judged.yield * (judged.debt - judged.doubt)) / judged.question.price;
}

/** Of a training, in steps of full error. */
export function priceOf({ price }: AdaptivePolicy, { month }: Pick<QualityState, "month">, now: number): number {
  if ("steps" in price) return price.steps;
  const used = month.date === utcMonth(now) ? month.starts : 0;
  const begin = startOfMonth(now);
  return pacedPrice({ most: price.trainingsPerMonth, used, elapsed: (now - begin) / (nextMonth(now) - begin) });
}

function numbersOf({ debt, doubt, excess, attainable, yield: cured, start, startsAtPrice, question }: JudgedModel, until: number) {
  return {
    debt,
    doubt,
    excess,
    ...(attainable !== undefined && { attainable }),
    yield: cured,
    price: question.price,
    age: question.age,
    labelledUntil: until,
    startsAtPrice,
    ...(start !== undefined && { startsBy: start }),
  };
}

/** @param latest when the model came to serve, or the last training started; 0 for neither */
function judgedByPeriod(
  { periodMs }: AdaptivePolicy,
  latest: number,
  known: QualityJudgement["numbers"],
  now: number,
): QualityJudgement {
  if (latest === 0) return { isPassed: true, isDue: false, numbers: { ...known, first: "nothing was started yet" } };
  const numbers = { ...known, sinceStartMs: Math.max(0, now - latest), ...(periodMs !== undefined && { periodMs }) };
  if (periodMs === undefined) {
    const change = "labels of the model that serves; without policy.adaptive.period nothing starts while there are none";
    return { isPassed: false, isDue: false, numbers, cure: { change } };
  }
  const at = latest + periodMs;
  if (now >= at) return { isPassed: true, isDue: true, numbers };
  return {
    isPassed: false,
    isDue: false,
    numbers,
    cure: { at, change: "labels of the model that serves, or the end of the period" },
  };
}

/** The age, in steps, at which it would start without new labels; undefined where that is far, or never comes. */
function ageOfStart({ breakEven }: QualityState, question: BreakEvenQuestion): number | undefined {
  const startsAt = (age: number) => judgeBreakEven(breakEven, { ...question, age }).start !== undefined;
  let waits = question.age;
  let starts = question.age + LOOK_AHEAD_STEPS;
  if (!startsAt(starts)) return undefined;
  // Debt grows evenly and doubt ever less, so that what starts at one age starts at every later one.
  while (starts - waits > 1) {
    const middle = Math.floor((waits + starts) / 2);
    if (startsAt(middle)) starts = middle;
    else waits = middle;
  }
  return starts;
}

/** An excess that is smaller is none for people. */
const LEAST_EXCESS = 0.001;

/** What would let it start, in words for people. */
function changeText(judged: JudgedModel, worthAt: number | undefined, stepMs: number): string {
  const { debt, doubt, excess, yield: cured, question } = judged;
  const { age, price } = question;
  const missing = price / cured - debt + doubt;
  if (excess < LEAST_EXCESS) return "labels that show a larger error: a training would not make it smaller now";
  if (missing <= 0) return `labels that show a larger error, or ${stepsText(LEAST_STEPS, stepMs)} in service`;
  const more = `${twoDigits(missing)} more ${errorUnit(stepMs)}`;
  if (worthAt === undefined) return `${more}; the present excess of ${twoDigits(excess)} is too small to reach them`;
  return `${more}, about ${stepsText(worthAt - age, stepMs)} at the present excess`;
}

function twoDigits(value: number): string {
  return String(Number(value.toPrecision(2)));
}

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** What a debt is counted in: an error-day is a day of nothing but wrong answers. */
export function errorUnit(stepMs: number): string {
  return stepMs === DAY_MS ? "error-days" : stepMs === HOUR_MS ? "error-hours" : "error-steps";
}

/** A number of steps as people say it. */
function stepsText(steps: number, stepMs: number): string {
  const unit = stepMs === DAY_MS ? "day" : stepMs === HOUR_MS ? "hour" : "step";
  return steps === 1 ? `1 ${unit}` : `${steps} ${unit}s`;
}
