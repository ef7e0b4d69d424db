import fc from "fast-check";
import { chainWithoutGain } from "../../../../functions/core/promotion/guardrails/chain";
import { checkGuardrails } from "../../../../functions/core/promotion/guardrails/check-guardrails";
import type { MetricPolicy } from "../../../../functions/core/promotion/promotion-settings";
import { evaluationOf, evidenceOf, guardrailPolicyOf } from "../../../simulation/golden-set";

const MAIN: MetricPolicy = { name: "score", direction: "higher", margin: 0.01 };
const RUNS = { numRuns: 100, seed: jest.getSeed() };

describe("a chain of promotions", () => {
  it.each<[string, number[], boolean]>([
    ["none", [], false],
    ["a first one", [0.9], false],
    ["two without a gain", [0.9, 0.9, 0.9], false],
    ["three without a gain", [0.9, 0.9, 0.9, 0.9], true],
    ["three without a gain over the best, though each over the one before", [0.9, 0.892, 0.894, 0.896], true],
    ["a gain in between", [0.9, 0.9, 0.901, 0.9, 0.9], false],
    ["a gain at last", [0.9, 0.9, 0.9, 0.91], false],
    ["a loss that the margin allows to the last digit", [0.95, 0.94], false],
    ["losses within their margins that the sum of exceeds", [0.9, 0.894, 0.888], true],
  ])("should be frozen after three without a gain or a loss beyond the margin: %s", (_, values, isFrozen) => {
    const up = chainWithoutGain(guardrailPolicyOf({ metrics: [MAIN] }), promotionsOf(values));
    const down = chainWithoutGain(
      guardrailPolicyOf({ metrics: [{ ...MAIN, direction: "lower" }] }),
      promotionsOf(values.map((value) => 2 - value)),
    );

    expect(up.isFrozen).toBe(isFrozen);
    expect(down.isFrozen).toBe(isFrozen);
  });

  it("should never be frozen by a new best", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 10 }), (values) => {
        const { isFrozen, numbers } = chainWithoutGain(guardrailPolicyOf({ metrics: [MAIN] }), promotionsOf([...values, 1.1]));

        expect(isFrozen).toBe(false);
        expect(numbers).toMatchObject({ withoutGain: 0, loss: 0 });
      }),
      RUNS,
    );
  });

  it("should be told before the promotion that ends it", () => {
    const [before, third] = [2, 3].map((made) => {
      const candidate = { name: "churn/9", evaluation: evaluationOf({ metrics: { score: 0.9 } }) };
      const promotions = Array.from({ length: made }, (_, at) => ({
        candidateId: `churn/${at}`,
        at,
        metric: MAIN.name,
        value: 0.9,
      }));
      return checkGuardrails(guardrailPolicyOf({ metrics: [MAIN] }), evidenceOf(candidate, { promotions })).at(-1);
    });

    expect(before).toMatchObject({ name: "chain", verdict: "passed", threshold: 3 });
    expect(third).toMatchObject({ name: "chain", verdict: "failed", numbers: { withoutGain: 3 } });
    expect(before?.sentence).toMatch(/^With this candidate 2 promotions in a row would bring no gain of score; 3 would freeze/);
    expect(third?.sentence).toMatch(/^With this candidate 3 promotions in a row would bring .*: promoting it would freeze/);
  });

  it.each([
    ["no gain", [0.9, 0.9, 0.9, 0.9]],
    ["a loss", [0.9, 0.894, 0.888]],
    ["a gain", [0.9, 0.91]],
  ])("should tell of %s that may yet come as nothing that happened, and of one that came as it is", (_, values) => {
    const { sentence, forecast, isFrozen } = chainWithoutGain(guardrailPolicyOf({ metrics: [MAIN] }), promotionsOf(values));

    expect(forecast).toMatch(/^With this candidate .*would/);
    expect(forecast).not.toContain("is frozen");
    expect(sentence.includes("automatic training is frozen")).toBe(isFrozen);
    expect(forecast.includes("promoting it would freeze automatic training")).toBe(isFrozen);
  });

  it("should not be known where the main metric is missing", () => {
    const checks = checkGuardrails(
      guardrailPolicyOf({ metrics: [MAIN] }),
      evidenceOf({ name: "churn/9", evaluation: evaluationOf() }),
    );

    expect(checks.at(-1)).toMatchObject({ name: "chain", verdict: "not-known" });
  });
});

// Helpers

function promotionsOf(values: readonly number[]) {
  return values.map((value) => ({ value }));
}
