import type { Alarm, Statistic } from "../../operations/alarm";

/** A value of a metric at a second of the test's time. */
export interface Sample {
  readonly atSec: number;
  readonly value: number;
}

/** Whether an alarm is raised at the end of each period, from the first one that has all its periods behind it. */
export function evaluate(alarm: Alarm, threshold: number, samples: readonly Sample[], untilSec: number): boolean[] {
  const within = new Map<number, number[]>();
  for (const { atSec, value } of samples) {
    const period = Math.floor(atSec / alarm.periodSec);
    const known = within.get(period);
    if (known === undefined) within.set(period, [value]);
    else known.push(value);
  }
  const values = Array.from({ length: Math.floor(untilSec / alarm.periodSec) }, (_, period) => {
    const told = within.get(period);
    return told && reduce(told, alarm.statistic);
  });
  return values.slice(alarm.periods - 1).map((_, index) => {
    const looked = values.slice(index, index + alarm.periods);
    const beyond = looked.filter((value) =>
      value === undefined ? alarm.missing === "breaching" : isBeyond(value, alarm, threshold),
    );
    return beyond.length >= alarm.datapoints;
  });
}

function reduce(values: readonly number[], statistic: Statistic): number {
  switch (statistic) {
    case "sum":
      return values.reduce((sum, value) => sum + value, 0);
    case "average":
      return reduce(values, "sum") / values.length;
    case "minimum":
      return Math.min(...values);
    case "maximum":
      return Math.max(...values);
  }
}

function isBeyond(value: number, { comparison }: Alarm, threshold: number): boolean {
  switch (comparison) {
    case "above":
      return value > threshold;
    case "at-least":
      return value >= threshold;
    case "below":
      return value < threshold;
  }
}
