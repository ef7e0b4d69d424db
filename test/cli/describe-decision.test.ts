import { causesText, describeDecision } from "../../cli/describe-decision";
import { decisionSchema } from "../../functions/core/coordination/decision";
import { decisionOf, NOW, requestOf } from "../contracts/coordination-samples";

const paint = (_colour: string, text: string) => text;

describe("describeDecision", () => {
  it("should print what the check adaptive compared, and what would change it", () => {
    const numbers = { debt: 0.3812, doubt: 0.0214, excess: 0.0432, yield: 0.75, price: 0.5, age: 9, labelledUntil: NOW };
    const cure = { at: NOW + 86_400_000, change: "0.12 more error-days, about 3 days at the present excess" };
    const text = describeDecision(decisionOf({ checks: [{ check: "adaptive", verdict: "refused", numbers, cure }] }), paint);

    expect(text).toContain(
      "adaptive  refused     debt 0.38, doubt 0.021, excess 0.043, yield 0.75, price 0.5, age 9, labelledUntil 2026-11-21 12:00:00",
    );
    expect(text).toContain("→ 0.12 more error-days, about 3 days at the present excess, from 2026-11-22 12:00:00 on");
  });

  it("should still print a decision of before 2026-12, when adaptive was what is called volume now", () => {
    const written = decisionOf({
      reason: "adaptive",
      checks: [{ check: "adaptive", verdict: "refused", numbers: { worth: 0.55, needed: 1.25, spentShare: 0.25 } }],
    });

    const text = describeDecision(decisionSchema.parse(JSON.parse(JSON.stringify(written))), paint);

    expect(text).toContain("adaptive  refused     worth 0.55, needed 1.25, spentShare 0.25");
  });
});

describe("causesText", () => {
  it("should count the signals of a monitor, and tell those by which the clock asked", () => {
    const measured = { type: "quality", monitor: "labels", metric: "accuracy", error: 0.2, until: NOW } as const;
    const request = requestOf({ causes: [measured, { ...measured, error: 0.3 }, { type: "quality" }] });

    expect(causesText(request)).toBe("2 × quality, as labels measured it, quality, as the clock asked");
  });
});
