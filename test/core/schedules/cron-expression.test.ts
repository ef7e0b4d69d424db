import { cronExpression, readCron } from "../../../functions/core/schedules/timing";

describe("readCron", () => {
  it("should read lists, ranges, steps and names in any case", () => {
    expect(cronExpression("  */20 8-10,22  1-31/10 jan,Mar-APR * ")).toEqual({
      minutes: [0, 20, 40],
      hours: [8, 9, 10, 22],
      daysOfMonth: [1, 11, 21, 31],
      months: [1, 3, 4],
      daysOfWeek: undefined,
    });
  });

  it.each([
    ["0", [0]],
    ["7", [0]],
    ["SUN", [0]],
    ["sun-tue", [0, 1, 2]],
    ["7-2", [0, 1, 2]],
    ["5-7", [0, 5, 6]],
    ["fri-sun", [0, 5, 6]],
    ["6-0", [0, 6]],
    ["5-1/2", [0, 5]],
    ["7,0,MON", [0, 1]],
  ])("should read the days of the week %s, Sunday first", (text, days) => {
    expect(cronExpression(`0 0 * * ${text}`).daysOfWeek).toEqual(days);
  });

  it.each([
    ["22-4/2", [0, 2, 4, 22]],
    ["23-0", [0, 23]],
    ["5-5", [5]],
    ["1,1,0-1", [0, 1]],
  ])("should read the hours %s, ranges that go round too", (text, hours) => {
    expect(cronExpression(`0 ${text} * * *`).hours).toEqual(hours);
  });

  it.each([
    ["@hourly", "0 * * * *"],
    ["@Daily", "0 0 * * *"],
    ["@midnight", "0 0 * * *"],
    ["@weekly", "0 0 * * SUN"],
    ["@monthly", "0 0 1 * *"],
    ["@yearly", "0 0 1 1 *"],
    [" @annually", "0 0 1 1 *"],
  ])("should know %s as %s", (nickname, text) => {
    expect(cronExpression(nickname)).toEqual(cronExpression(text));
  });

  it.each(["0 0 * * *", "0 0 */1 * 0-6", "0 0 1-31 * *", "0 0 1-31 * 5", "0 0 13 * 0-7", "0 0 */1 * *"])(
    "should count every day for %s",
    (text) => {
      expect(cronExpression(text)).toMatchObject({ daysOfMonth: undefined, daysOfWeek: undefined });
    },
  );

  it("should count a day of either field when both are restricted", () => {
    expect(cronExpression("0 0 13 * FRI")).toMatchObject({ daysOfMonth: [13], daysOfWeek: [5] });
  });

  it.each(["0 0 29 2 *", "0 0 31 1,2 *", "0 0 30 2 MON", "0 0 28-31 feb *"])("should accept %s, which fires some day", (text) => {
    expect(readCron(text).isValid).toBe(true);
  });

  it.each([
    ["", "expected five fields, minute hour day-of-month month day-of-week, as in 30 2 * * MON-FRI, or one of @hourly,"],
    ["0 2 * *", "expected five fields"],
    ["0 0 2 * * *", "expected five fields"],
    ["cron(0 2 * * ? *)", "expected five fields"],
    ["@reboot", "expected five fields"],
    ["constructor", "expected five fields"],
    ["60 * * * *", 'its minute has "60"; expected *, or 0 to 59, as values, ranges (a-b), lists (a,b) and steps (*/n, a-b/n)'],
    ["0 24 * * *", 'its hour has "24"; expected *, or 0 to 23'],
    ["0 0 0 * *", 'its day-of-month has "0"; expected *, or 1 to 31'],
    ["0 0 * jam *", 'its month has "jam"; expected *, or 1 to 12 or JAN to DEC'],
    ["0 0 * * 8", 'its day-of-week has "8"; expected *, or 0 to 7 or SUN to SAT'],
    ["0 0 * * monday", 'its day-of-week has "monday"'],
    ["0 0 L * *", 'its day-of-month has "L"'],
    [
      "0 0 * * 5#2",
      'its day-of-week has "5#2"; expected *, or 0 to 7 or SUN to SAT, as values, ranges (a-b), lists (a,b) and steps (*/n, a-b/n); use no L, W, # or ?',
    ],
    ["1,,2 * * * *", 'its minute has ""'],
    ["-5 * * * *", 'its minute has "-5"'],
    ["1.5 * * * *", 'its minute has "1.5"'],
    ["5/10 * * * *", 'its minute has "5/10"; expected a step after * or a range; write 5-59/10 for every 10 from 5 on'],
    ["*/0 * * * *", 'its minute has "*/0"; expected a step from 1 to 59'],
    ["*/90 * * * *", 'its minute has "*/90"; expected a step from 1 to 59; each turn of the field starts the step again'],
    ["0 0 */2 * MON", 'its day-of-month has "*/2" beside another choice of days, which crons understand differently; write 1-31/2'],
    ["0 0 1 * */2", 'its day-of-week has "*/2" beside another choice of days, which crons understand differently; write 0-6/2'],
    ["0 0 30 2 *", "February has no day 30, so it would never fire; expected a day that exists"],
    ["0 0 30,31 2 *", "February has no day 30 or 31, so"],
    ["0 0 31 feb,apr,jun *", "February, April and June have no day 31, so"],
  ])("should explain what is wrong with %j", (text, expected) => {
    const read = readCron(text);

    expect(read).toEqual({ isValid: false, mistakes: [expect.stringContaining(expected)] });
  });

  it("should tell all mistakes of an expression at once", () => {
    const read = readCron("99 5/2 0,32 jam 9");

    expect(read.isValid ? [] : read.mistakes.map((mistake) => /^its (\S+) has ("[^"]*")/.exec(mistake)?.slice(1))).toEqual([
      ["minute", '"99"'],
      ["hour", '"5/2"'],
      ["day-of-month", '"0"'],
      ["day-of-month", '"32"'],
      ["month", '"jam"'],
      ["day-of-week", '"9"'],
    ]);
  });
});

describe("cronExpression", () => {
  it("should throw all that is wrong", () => {
    expect(() => cronExpression("60 24 * * *")).toThrow(
      /"60 24 \* \* \*" is not a cron expression: its minute .*; its hour has "24"/,
    );
  });
});
