import fc from "fast-check";
import { cloudSchedulerTiming, cronText, eventBridgeTiming } from "../../../functions/core/schedules/cron-dialects";
import { readSpokenSchedule } from "../../../functions/core/schedules/spoken-schedule";
import { evenCron } from "../../../functions/core/schedules/timing";

describe("readSpokenSchedule", () => {
  it.each([
    ["Sunday at 02:00", "0 2 * * 0"],
    ["SATURDAY AT 23:59", "59 23 * * 6"],
    ["weekday at 06:30", "30 6 * * 1-5"],
    ["day at 2:00", "0 2 * * *"],
    ["month on the 1st at 03:00", "0 3 1 * *"],
    ["month on the 22nd at 3:05", "5 3 22 * *"],
    ["month on the 11th at 0:00", "0 0 11 * *"],
    ["  6   hours ", "0 0,6,12,18 * * *"],
    ["24 hours", "0 0 * * *"],
    ["hour", "0 * * * *"],
    ["1 hour", "0 * * * *"],
    ["15 minutes", "0,15,30,45 * * * *"],
    ["minute", "* * * * *"],
  ])("should read %s as %s", (words, expected) => {
    const read = readSpokenSchedule(words);

    expect(read.isValid && cronText(read.cron)).toBe(expected);
  });

  it.each([
    ["often", "expected day at 2:00, weekday at 06:30, Sunday at 02:00, month on the 1st at 03:00, hour, 6 hours or 15 minutes"],
    ["", "expected day at 2:00"],
    ["every day at 2:00", '"every day" is not a day; did you mean day? expected day at 2:00'],
    ["Sun at 2:00", '"sun" is not a day'],
    ["day at 24:00", "24:00 is not a time; expected 0:00 to 23:59"],
    ["day at 2:60", "2:60 is not a time"],
    ["day at 2", "expected day at 2:00"],
    ["month on the 31st at 3:00", "31st is not in every month; expected 1st to 28th, or cron for the months that have the day"],
    ["month on the 0th at 3:00", "0th is not in every month"],
    ["month on the 2st at 3:00", "got 2st; expected 2nd"],
    ["7 hours", "that divides neither an hour nor a day evenly; expected 1, 2, 3"],
    ["61 minutes", "that divides neither an hour nor a day evenly"],
    ["0 hours", "that divides neither"],
    ["48 hours", "that divides neither"],
    ["constructor at 2:00", '"constructor" is not a day'],
  ])("should explain %j", (words, expected) => {
    const read = readSpokenSchedule(words);

    expect(read.isValid ? "" : read.mistake).toContain(expected);
  });

  it("should answer any text, and never at the cost of its length", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ maxLength: 200 }), fc.constant(`${" at".repeat(5_000)} 2:0`)), (words) => {
        expect(typeof readSpokenSchedule(words).isValid).toBe("boolean");
      }),
    );
  });
});

describe("evenCron", () => {
  it("should fire exactly so often a day, and be refused where it cannot", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3_000 }), (everyMinutes) => {
        const cron = evenCron(everyMinutes);

        const isEven = 60 % everyMinutes === 0 || (1_440 % everyMinutes === 0 && everyMinutes % 60 === 0);
        expect(cron !== undefined).toBe(isEven);
        if (cron === undefined) return;
        const fires = cron.hours.flatMap((hour) => cron.minutes.map((minute) => hour * 60 + minute));
        expect(fires).toEqual(Array.from({ length: 1_440 / everyMinutes }, (_, index) => index * everyMinutes));
      }),
    );
  });

  it.each([0, -0, -5, 1.5, Number.NaN, Number.POSITIVE_INFINITY])("should refuse %p", (everyMinutes) => {
    expect(evenCron(everyMinutes)).toBeUndefined();
  });
});

describe("the rates of the schedulers", () => {
  it.each([
    [1, "rate(1 minute)"],
    [61, "rate(61 minutes)"],
    [60, "rate(1 hour)"],
    [360, "rate(6 hours)"],
    [1_440, "rate(1 day)"],
    [10_080, "rate(7 days)"],
  ])("should write %d minutes for EventBridge as %s", (everyMinutes, expression) => {
    expect(eventBridgeTiming({ everyMinutes })).toEqual({ isPossible: true, expression });
  });

  it("should go by the clock on Cloud Scheduler where they can, and say the way out where not", () => {
    expect(cloudSchedulerTiming({ everyMinutes: 360 })).toEqual({ isPossible: true, expression: "0 0,6,12,18 * * *" });
    expect(cloudSchedulerTiming({ everyMinutes: 61 })).toEqual({
      isPossible: false,
      refusal: expect.stringMatching(/^divides neither an hour nor a day evenly.* write a rate that does, such as 30m, 6h or 1d/),
    });
  });
});
