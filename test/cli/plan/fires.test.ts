import { firesAMonth } from "../../../cli/plan/fires";

describe("firesAMonth", () => {
  it.each([
    ["rate(1 minute)", 43_800],
    ["rate(2 hours)", 365],
    ["rate(1 day)", 730 / 24],
    ["* * * * *", 43_800],
    ["cron(5 * * * ? *)", 730],
    ["cron(0 4 ? * MON *)", 730 / 24 / 7],
    ["0 4 * * 1-5", ((730 / 24) * 5) / 7],
    ["cron(0,30 6 1,15 * ? *)", 4],
    ["0 0 1 1,7 *", 2 / 12],
    // the last Friday of the month
    ["cron(0 4 ? * 6L *)", 730 / 24 / 7],
    // a day of either counts
    ["0 0 1 * MON", 1 + 730 / 24 / 7],
  ])("should count %s", (expression, fires) => {
    expect(firesAMonth(expression)).toBeCloseTo(fires, 9);
  });
});
