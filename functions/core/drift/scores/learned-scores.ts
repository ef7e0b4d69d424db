import * as z from "zod/mini";
import { amountSchema, ordinalSchema, timeSchema } from "../../numbers";
import type { Stored } from "../../state-layout";
import { DRIFT_KINDS } from "../drift-report";
import { studentTQuantile } from "../measures/special-functions";

/*
 * Of a score without the sizes and bins behind it, nobody can compute what chance makes of it: the distance of two samples of a
 * column with a thousand categories is large although nothing drifts. So a monitor's first windows say what is usual.
 */

/** Windows that teach; later ones do not, or a slow drift would be learned while it grows. Nor does one that is far off. */
export const LEARNED_WINDOWS = 12;

/** Windows before the first that is judged. */
export const FEWEST_LEARNED = 6;

/** Probability of a calm score above its floor: of 50 features, 2 of 3 windows then pass together once in 1,000 reports. */
const ALPHA = 0.0026;

/** Learned scores of very equal windows are taken to vary by this share of their mean. */
const LEAST_DEVIATION = 0.05;

/** Scores that are learned of one monitor: as many as a report has features. */
export const MAX_LEARNED = 2_000;

/** A larger score would overflow when squared; it is learned as this. */
const LARGEST = 1e150;

/** What the first windows of a monitor said of one feature by one metric: Welford's count, mean and sum of squared differences. */
export const learnedScoreSchema = z.strictObject({
  kind: z.enum(DRIFT_KINDS),
  name: z.string(),
  metric: z.string(),
  count: ordinalSchema,
  mean: z.number(),
  m2: z.number().check(z.nonnegative()),
  /** Of a p-value: how many of those windows it alarmed in. */
  alarms: z.exactOptional(amountSchema),
  /** Of the newest window that had such a score, epoch milliseconds. */
  end: timeSchema,
});

export type LearnedScore = Stored<typeof learnedScoreSchema>;

/** One window's score, for the monitor's later windows to be compared with. */
export interface Lesson {
  readonly metric: string;
  readonly score: number;
  /** Of a p-value: whether it is below its limit. */
  readonly isAlarm?: boolean;
  /** It is a drift that calm windows already tell from chance: were it learned, it would hide itself in the next window. */
  readonly isFar?: boolean;
}

/** A lesson, and the feature that it is of. */
export type FeatureLesson = Lesson & Pick<LearnedScore, "kind" | "name">;

/** Equal for one metric of one feature in all reports of a monitor. */
export function learnedKey({ kind, name, metric }: Pick<LearnedScore, "kind" | "name" | "metric">): string {
  return JSON.stringify([kind, name, metric]);
}

/** What a calm window scores, in the metric's units. */
export interface CalmLevel {
  readonly mean: number;
  /** At least a twentieth of the mean. */
  readonly deviation: number;
  /** What a calm score exceeds with a probability of 0.0026: the upper limit of a prediction interval for one more window. */
  readonly floor: number;
}

/** The level of calm windows; undefined before there are enough to judge by. */
export function calmLevel({ count, mean, m2 }: Pick<LearnedScore, "count" | "mean" | "m2">): CalmLevel | undefined {
  if (count < FEWEST_LEARNED) return undefined;
  const deviation = Math.max(Math.sqrt(m2 / (count - 1)), LEAST_DEVIATION * Math.abs(mean));
  return { mean, deviation, floor: mean + studentTQuantile(ALPHA, count - 1) * deviation * Math.sqrt(1 + 1 / count) };
}

/**
 * True for a score that is twice as far above the mean of calm windows as their floor is, which a calm one is in fewer than one of
 * 5,000 windows. Nearer ones are learned: without the highest of the calm ones the floor would be too low.
 */
export function isFarAbove(score: number, { mean, floor }: CalmLevel): boolean {
  return score - mean > 2 * (floor - mean);
}

/**
 * What is learned after a window that ended at `end`. Of several reports of one window the first teaches, and of several equal
 * measurements in it the worst, so that a repetition teaches nothing twice. A window that comes after a later one teaches nothing.
 * What was not measured since `horizon` is forgotten. Of too many, those are kept that were measured last, then those that know
 * most. Times are epoch milliseconds.
 */
export function withLessons(
  learned: readonly LearnedScore[],
  lessons: readonly FeatureLesson[],
  { end, horizon }: { readonly end: number; readonly horizon: number },
): LearnedScore[] {
  const worst = new Map<string, FeatureLesson>();
  for (const lesson of lessons) {
    const key = learnedKey(lesson);
    const other = worst.get(key);
    if (other === undefined || isWorse(lesson, other)) worst.set(key, lesson);
  }
  const all = new Map(learned.map((one) => [learnedKey(one), one]));
  for (const [key, lesson] of worst) {
    const known = all.get(key);
    if (known === undefined || end > known.end) all.set(key, learn(known, lesson, end));
  }
  const kept = [...all].filter(([, one]) => one.end >= horizon);
  const ranked = kept.sort(([a, one], [b, other]) => other.end - one.end || other.count - one.count || (a < b ? -1 : 1));
  return ranked
    .slice(0, MAX_LEARNED)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, one]) => one);
}

function isWorse({ score, isAlarm }: Lesson, other: Lesson): boolean {
  return isAlarm === undefined ? score > other.score : score < other.score;
}

/** B. P. Welford (1962), Technometrics 4(3), https://doi.org/10.1080/00401706.1962.10490022 */
function learn(known: LearnedScore | undefined, lesson: FeatureLesson, end: number): LearnedScore {
  const { kind, name, metric, score, isAlarm, isFar = false } = lesson;
  const { count = 0, mean = 0, m2 = 0, alarms = 0 } = known ?? {};
  if (known !== undefined && (count >= LEARNED_WINDOWS || isFar)) return { ...known, end };
  const value = Math.max(-LARGEST, Math.min(LARGEST, score));
  const difference = value - mean;
  const next = mean + difference / (count + 1);
  return {
    ...{ kind, name, metric, count: count + 1, mean: next, m2: m2 + difference * (value - next) },
    ...(isAlarm !== undefined && { alarms: alarms + Number(isAlarm) }),
    end,
  };
}
