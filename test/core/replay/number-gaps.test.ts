import type { Decision } from "../../../functions/core/coordination/decision";
import { impliedOutcome, NumberGaps } from "../../../functions/core/replay/number-gaps";
import { decisionOf } from "../../contracts/coordination-samples";
import { randomOf } from "../../simulation/random";
import { PROMOTED_POLICY, recordedLife } from "../../simulation/recorded-model";

const { into: _into, reservedUsd: _reserved, ...SAMPLE } = decisionOf();
const deferral = (number: number): Decision => ({ ...SAMPLE, outcome: "defer", reason: "cooldown", number });
const start = (number: number): Decision => ({
  ...SAMPLE,
  outcome: "start",
  reason: "all-checks-passed",
  reservedUsd: 150,
  number,
});

describe("NumberGaps", () => {
  it("should know what each outcome takes: a start one number before it, word to people one after it", () => {
    const asked: Decision = { ...SAMPLE, outcome: "ask", reason: "approval-needed", number: 4 };
    const refused: Decision = { ...SAMPLE, outcome: "reject", reason: "not-approved", number: 6 };
    const record = [deferral(1), start(3), asked, refused, deferral(7), deferral(9), start(12)];
    const gaps = new NumberGaps(record);

    expect(record.map((one) => gaps.isGapBefore(one))).toEqual([false, false, false, false, false, true, true]);
  });

  it("should see no gap at an outcome that was changed", () => {
    const forged: Decision = { ...start(3), outcome: "defer" };
    const record = [deferral(1), forged, deferral(4)];

    expect(record.some((one) => new NumberGaps(record).isGapBefore(one))).toBe(false);
  });

  it("should know the gap that another outcome would close, unless there was one before", () => {
    const [first, second, third] = [deferral(1), deferral(3), deferral(5)];
    const gaps = new NumberGaps([first, second, third]);

    expect(gaps.isOnlyGap(second, "start")).toBe(true);
    expect(gaps.isOnlyGap(second, "merge")).toBe(false);
    expect(gaps.isOnlyGap(third, "start")).toBe(false);
    expect(gaps.isOnlyGap(first, "start")).toBe(false);
  });
});

describe("impliedOutcome", () => {
  it("should be the outcome of everything that is recorded", async () => {
    for (let seed = 0; seed < 20; seed++) {
      const { decisions } = await recordedLife(randomOf(seed), 40, seed % 2 === 0 ? {} : { policy: PROMOTED_POLICY });

      expect(decisions.map(impliedOutcome)).toEqual(decisions.map(({ outcome }) => outcome));
    }
  });
});
