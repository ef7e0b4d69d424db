import { Cron } from "croner";
import fc from "fast-check";
import { cloudSchedulerCron, eventBridgeCron } from "../../../functions/core/schedules/cron-dialects";
import { type CronExpression, cronExpression, readCron } from "../../../functions/core/schedules/timing";
import { cloudSchedulerFires, eventBridgeFires, type Fires, referenceFires } from "./cron-dialects";

const YEAR = fc.integer({ min: 2026, max: 2033 });

// Every clock is the wall's: in a zone with summer time the days and times are the same fields of the local date. What becomes of a
// time that a spring leaves out or an autumn repeats is each cloud's own: EventBridge Scheduler skips the one and fires once at the
// other, https://repost.aws/knowledge-center/eventbridge-scheduler-adjust-dst; Cloud Scheduler promises neither,
// https://cloud.google.com/scheduler/docs/configuring/cron-job-schedules. No translation could change that, so none is compared.
describe("the translations of a cron expression", () => {
  it("should fire at the same minutes of a year as the expression, on EventBridge Scheduler in two schedules where one cannot say it", () => {
    fc.assert(
      fc.property(expression(), YEAR, ({ ours, plain }, year) => {
        const expected = referenceFires(reference(plain), year);
        const read = readCron(ours);

        expect(read.isValid).toBe(expected !== undefined);
        if (!read.isValid || expected === undefined) return;
        expectFires(cloudSchedulerFires(textOf(cloudSchedulerCron(read.cron)), year), expected);
        expectFires(onEventBridge(read.cron, year), expected);
      }),
      { numRuns: 300 },
    );
  });

  it("should fire at the local times of a zone with summer time, but for those that it leaves out or repeats", () => {
    const berlin = new Cron("30 */6 * * MON", { timezone: "Europe/Berlin" });
    const local = berlin
      .nextRuns(500, "2027-01-01T00:00:00")
      .map((run) => run.toLocaleString("sv", { timeZone: "Europe/Berlin" }))
      .filter((run) => run.startsWith("2027"));

    const { days, times } = eventBridgeFires(textOf(eventBridgeCron(cronExpression("30 */6 * * MON"))), 2027);

    expect(days.flatMap((day) => times.map((time) => `${day} ${time}:00`))).toEqual(local);
  });
});

describe("eventBridgeCron", () => {
  it.each([
    ["30 2 * * MON-FRI", "cron(30 2 ? * MON-FRI *)"],
    ["*/15 8-18 * * *", "cron(0,15,30,45 8-18 * * ? *)"],
    ["*/7 * * * *", "cron(0,7,14,21,28,35,42,49,56 * * * ? *)"],
    ["0 22-2 1,15 * *", "cron(0 0-2,22,23 1,15 * ? *)"],
    ["0 0 * nov-feb fri-mon", "cron(0 0 ? 1,2,11,12 SUN,MON,FRI,SAT *)"],
    ["0 0 * * 0", "cron(0 0 ? * SUN *)"],
    ["0 0 * * 7", "cron(0 0 ? * SUN *)"],
    ["0 0 1-31 * 1", "cron(0 0 * * ? *)"],
  ])("should write %s as %s", (text, expected) => {
    expect(textOf(eventBridgeCron(cronExpression(text)))).toBe(expected);
  });

  it("should refuse days of the month or of the week, and say what to write instead", () => {
    expect(eventBridgeCron(cronExpression("0 0 13 * FRI"))).toEqual({
      isPossible: false,
      refusal: expect.stringMatching(/EventBridge Scheduler .* not both in one expression; write two schedules with a name each/),
    });
  });

  it("should stay within the 256 characters of a schedule expression, however uneven the values are", () => {
    const uneven = (least: number, most: number) =>
      Array.from({ length: most - least + 1 }, (_, index) => least + index).filter((value) => value % 3 !== 0);
    const text = `${uneven(0, 59)} ${uneven(0, 23)} ${uneven(1, 31)} ${uneven(1, 12)} *`;

    expect(textOf(eventBridgeCron(cronExpression(text))).length).toBeLessThanOrEqual(256);
  });
});

describe("cloudSchedulerCron", () => {
  it.each([
    ["30 2 * * MON-FRI", "30 2 * * 1-5"],
    ["0 0 13 * FRI", "0 0 13 * 5"],
    ["0 0 * * 7", "0 0 * * 0"],
    ["0 0 * * 5-7", "0 0 * * 0,5,6"],
    ["*/7 22-2 * * *", "0,7,14,21,28,35,42,49,56 0-2,22,23 * * *"],
  ])("should write %s as %s", (text, expected) => {
    expect(textOf(cloudSchedulerCron(cronExpression(text)))).toBe(expected);
  });
});

// Helpers

function textOf(translation: ReturnType<typeof eventBridgeCron>): string {
  if (!translation.isPossible) throw new Error(translation.refusal);
  return translation.expression;
}

/** On which days in one or two schedules, as a refusal tells its reader to write. */
function onEventBridge(cron: CronExpression, year: number): Fires {
  const whole = eventBridgeCron(cron);
  if (whole.isPossible) return eventBridgeFires(whole.expression, year);
  const halves = [
    { ...cron, daysOfMonth: undefined },
    { ...cron, daysOfWeek: undefined },
  ].map((half) => eventBridgeFires(textOf(eventBridgeCron(half)), year));
  return { days: [...new Set(halves.flatMap(({ days }) => days))].sort(), times: halves[0]?.times ?? [] };
}

function expectFires(actual: Fires, expected: Fires): void {
  expect(actual.days).toEqual(expected.days);
  if (expected.days.length > 0) expect(actual.times).toEqual(expected.times);
}

/** By its default, croner counts a day of either field of days. An offset takes it a tenth of the time that a zone does. */
function reference(text: string): Cron {
  return new Cron(text, { utcOffset: 0, mode: "5-part" });
}

interface Field {
  readonly ours: string;
  /** The same without ranges that go round, which croner does not know. */
  readonly plain: string;
}

/** Both texts of an expression; beside a star with a step, one field of days is open, as crons differ on that. */
function expression(): fc.Arbitrary<Field> {
  const dayOfMonth = (hasStars: boolean) => field(1, 31, hasStars);
  const dayOfWeek = (hasStars: boolean) => field(0, 7, hasStars, ["sun", "Mon", "TUE", "wed", "THU", "FRI", "Sat"]);
  const open = fc.constant({ ours: "*", plain: "*" });
  const months = ["jan", "FEB", "Mar", "apr", "MAY", "JUN", "jul", "AUG", "SEP", "oct", "NOV", "DEC"];
  const days = fc.oneof(
    fc.tuple(dayOfMonth(true), open),
    fc.tuple(open, dayOfWeek(true)),
    fc.tuple(dayOfMonth(false), dayOfWeek(false)),
  );
  return fc.tuple(field(0, 59, true), field(0, 23, true), days, field(1, 12, true, months)).map(([m, h, [dom, dow], month]) => {
    const parts = [m, h, dom, month, dow];
    return { ours: parts.map(({ ours }) => ours).join(" "), plain: parts.map(({ plain }) => plain).join(" ") };
  });
}

function field(least: number, most: number, hasStars: boolean, names: readonly string[] = []): fc.Arbitrary<Field> {
  const same = (text: string): Field => ({ ours: text, plain: text });
  const value = fc.integer({ min: least, max: most });
  const named = (number: number) => names[number - least] ?? String(number);
  const step = fc.integer({ min: 1, max: Math.min(most - least, 59) - 1 });
  const range = fc.tuple(value, value, fc.boolean()).map(([a, b, isNamed]): Field => {
    const write = isNamed ? named : String;
    // Sunday is both ends of the week.
    const last = most === 7 ? 6 : most;
    const around = a === 7 && most === 7 ? `0-${b}` : `${a}-${last},${least}-${b}`;
    return { ours: `${write(a)}-${write(b)}`, plain: a <= b ? `${a}-${b}` : around };
  });
  const stepped = fc.tuple(value, value, step).map(([a, b, by]) => same(`${Math.min(a, b)}-${Math.max(a, b)}/${by}`));
  const term = fc.oneof(
    value.map((number) => ({ ours: named(number), plain: String(number) })),
    range,
    stepped,
  );
  const list = fc.array(term, { minLength: 1, maxLength: 3 }).map((terms) => ({
    ours: terms.map(({ ours }) => ours).join(","),
    plain: terms.map(({ plain }) => plain).join(","),
  }));
  return hasStars
    ? fc.oneof(
        fc.constant(same("*")),
        step.map((by) => same(`*/${by}`)),
        list,
      )
    : list;
}
