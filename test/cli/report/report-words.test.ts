import {
  amountText,
  costText,
  costUnit,
  errorText,
  momentText,
  moneyText,
  shortDuration,
  spokenDuration,
} from "../../../cli/report/report-words";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

describe("words of the report", () => {
  it.each([
    [90_000, "1 minute 30 seconds"],
    [HOUR_MS, "1 hour"],
    [51 * HOUR_MS, "2 days 3 hours"],
    [DAY_MS * 365 + 5, "365 days"],
    [0, "0 seconds"],
  ])("should say %d ms as %s", (ms, text) => expect(spokenDuration(ms)).toBe(text));

  it.each([
    [51 * HOUR_MS, "2 d 3 h"],
    [20.6 * DAY_MS, "21 d"],
  ])("should write %d ms into a cell as %s", (ms, text) => expect(shortDuration(ms)).toBe(text));

  it.each([
    [DAY_MS, "error-days"],
    [HOUR_MS, "error-hours"],
    [7 * DAY_MS, "error-weeks"],
    [6 * HOUR_MS, "error-steps of 6 hours"],
  ])("should name the unit of costs in steps of %d ms %s", (ms, text) => expect(costUnit(ms)).toBe(text));

  it("should write money, costs, errors and counts with the digits that are read", () => {
    const plain = (text: string) => text.replaceAll("\u00a0", " ");

    expect([moneyText(1240.4), moneyText(12.5), moneyText(-3), moneyText(-0.001)].map(plain)).toEqual([
      "1,240 USD",
      "12.50 USD",
      "−3 USD",
      "0.00 USD",
    ]);
    expect([costText(0.0512), costText(0.512), costText(45.42), costText(128.6), costText(12_345), costText(0)]).toEqual([
      "0.051",
      "0.51",
      "45.4",
      "129",
      "12,345",
      "0",
    ]);
    expect([errorText(0.0512), errorText(0.2)].map(plain)).toEqual(["5.12 %", "20.0 %"]);
    expect([amountText(1, "training"), amountText(2000, "training")]).toEqual(["1 training", "2,000 trainings"]);
    expect([momentText(0), momentText(HOUR_MS)]).toEqual(["1 Jan 1970", "1 Jan 1970 01:00"]);
  });
});
