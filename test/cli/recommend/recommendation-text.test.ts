import { painter } from "../../../cli/printout";
import { recommendationText } from "../../../cli/recommend/recommendation-text";
import type { Saving } from "../../../functions/core/replay/recommend";
import type { ModelRecommendation } from "../../../functions/core/replay/recommend-policy";

const SAVING: Saving = { against: "recorded", steps: 127, ofSteps: 182, mean: 3, low: 1, high: 5, sureness: 0.99 };

describe("recommendationText", () => {
  it.each([
    [{ mean: 3, low: 1, high: 5 }, "saves 3.00 error-days beside what you do now (95 %: 1.00 to 5.00;"],
    [{ mean: -3, low: -5, high: 1 }, "costs 3.00 error-days more than what you do now (95 %: -1.00 to 5.00;"],
  ])("should give the band of %j the sign of its sentence", (saving, expected) => {
    expect(textOf({ saving: { ...SAVING, ...saving } })).toContain(expected);
  });

  it.each([
    [
      { mean: 2, low: 0.5, high: 4 },
      "Your trainings pay:",
      "they saved 2.00 error-days beside never to train (95 %: 0.50 to 4.00).",
    ],
    [{ mean: 2, low: -0.5, high: 4 }, "Whether your trainings pay is not known:", "they saved 2.00 error-days"],
    [
      { mean: -2, low: -4, high: 0.5 },
      "Whether your trainings pay is not known:",
      "they cost 2.00 error-days more than never to train (95 %: -0.50 to 4.00).",
    ],
    [
      { mean: -2, low: -4, high: -0.5 },
      "Your trainings do not pay:",
      "they cost 2.00 error-days more than never to train (95 %: 0.50 to 4.00).",
    ],
  ])("should say of %j by the whole band whether trainings pay", (saved, verdict, what) => {
    const text = textOf({ saving: SAVING, trainingsSaved: { ...SAVING, against: "never", ...saved } });

    expect(text).toContain(`${verdict} over the last 127 of 182 steps (the first 30 % only choose) ${what}`);
  });

  it("should say what was lived through, in plain words", () => {
    const text = textOf({ saving: SAVING, implied: { price: 1, starts: 8, debts: [], ofStarts: 9 } });

    expect(text).toContain("Choosing by the past over the last 127 of 182 steps (the first 30 % only choose) saves");
    expect(text).toContain("was worth 1 error-day on average, as far as it is known (of 8 of 9 starts): that is the price");
    expect(textOf({ saving: SAVING, trainingsSaved: SAVING })).toContain("Choosing by the past over the same steps saves");
    expect(text).not.toMatch(/[Ww]alked|debt|1 error-days/);
  });

  it("should name one error-day in the singular", () => {
    expect(textOf({ price: 1 })).toContain("At a price of 1 error-day a training.");
    expect(textOf({ price: 0.5 })).toContain("At a price of 0.5 error-days a training.");
  });
});

// Helpers

/** Without line breaks. */
function textOf(parts: Partial<ModelRecommendation>): string {
  const recommendation: ModelRecommendation = {
    model: "flight-delay",
    price: 0.5,
    stepMs: 86_400_000,
    isAdaptive: false,
    verdict: "keep",
    walked: ["never", "adaptive"],
    why: "none is known to be better",
    ...parts,
  };
  return recommendationText(recommendation, true, painter(false)).replaceAll(/\s+/g, " ");
}
