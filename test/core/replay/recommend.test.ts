import fc from "fast-check";
import { LEAST_HISTORY, recommend, type TriedPolicy } from "../../../functions/core/replay/recommend";

const STEPS = 200;

describe("recommend", () => {
  it("should change to the policy that is cheaper at all times, and tell what that saves", () => {
    const policies = [policy("never", 0.3), policy("current", 0.25, { trainings: 20 }), policy("adaptive", 0.2, { trainings: 5 })];
    const { verdict, choice, saving, walked } = recommend(policies, "seed");
    expect({ verdict, choice: choice?.name, walked }).toEqual({
      verdict: "change",
      choice: "adaptive",
      walked: ["adaptive", "adaptive", "adaptive", "adaptive"],
    });
    expect(saving).toMatchObject({ against: "current", steps: 140, ofSteps: 200, sureness: 1 });
    expect(saving?.mean).toBeCloseTo(7, 9);
  });

  it("should say to train rarely where no policy that trains is cheaper than never", () => {
    const policies = [
      policy("never", 0.2),
      policy("current", 0.25, { trainings: 26 }),
      policy("period", 0.22),
      policy("adaptive", 0.2),
    ];
    const { verdict, choice, why } = recommend(policies, "seed");
    expect({ verdict, choice: choice?.family }).toEqual({ verdict: "train-rarely", choice: "never" });
    expect(why).toContain("the 26 trainings that there were did not earn their price");
  });

  it("should not credit the choice of all steps with what choosing by the past saved", () => {
    const policies = [policy("never", 0.3), policy("current", 0.25), policy("adaptive", 0.2)];

    expect(recommend(policies, "seed").why).toBe(
      "choosing by the past, as below, would have cost less than what you do now, in 100 % of resamples; all steps together speak for adaptive",
    );
  });

  it("should keep trainings that pay where no policy of the grid does", () => {
    const policies = [policy("never", 0.3), policy("current", 0.2, { trainings: 5 }), policy("period", 0.4)];

    expect(recommend(policies, "seed")).toMatchObject({ verdict: "keep", choice: { family: "never" } });
  });

  it("should not say that trainings did not earn their price where it is not known", () => {
    const even = seriesOf((step) => 0.3 + (step % 20 < 10 ? 0.1 : -0.1));
    const policies = [policy("never", 0.3), { ...policy("current", 0, { trainings: 5 }), costs: even }, policy("period", 0.4)];

    expect(recommend(policies, "seed")).toMatchObject({
      verdict: "train-rarely",
      why: "no policy that trains would have cost less than never to train",
    });
  });

  it("should keep what is done now where a difference may be chance", () => {
    const noisy = (step: number) => 0.25 + (step % 20 < 10 ? 0.1 : -0.1005);
    const policies = [policy("never", 0.4), policy("current", 0.25), { ...policy("period", 0), costs: seriesOf(noisy) }];
    expect(recommend(policies, "seed").verdict).toBe("keep");
  });

  it("should not claim a saving that only hindsight finds", () => {
    const lucky = seriesOf((step) => (step > 180 ? 0 : 0.3));
    const policies = [policy("never", 0.3), policy("current", 0.25), { ...policy("adaptive", 0), costs: lucky }];
    const { saving } = recommend(policies, "seed");
    expect(saving?.mean).toBeLessThan(0);
  });

  it("should compare with never where nothing was trained yet", () => {
    const { verdict, saving } = recommend([policy("never", 0.3), policy("adaptive", 0.2)], "seed");
    expect({ verdict, against: saving?.against }).toEqual({ verdict: "change", against: "never" });
  });

  it("should tell nothing from too short a history, and say what to collect", () => {
    const short = { ...policy("never", 0.3), costs: Array(LEAST_HISTORY - 1).fill(0.3) };
    const { verdict, choice, why } = recommend([short], "seed");
    expect({ verdict, choice }).toEqual({ verdict: "cannot-tell", choice: undefined });
    expect(why).toContain("errors are known of 59 steps");
    expect(recommend([], "seed").verdict).toBe("cannot-tell");
  });

  it("should never choose by what comes later", () => {
    const error = fc.double({ min: 0, max: 1, noNaN: true });
    const series = fc.array(error, { minLength: STEPS, maxLength: STEPS });
    fc.assert(
      fc.property(series, series, fc.integer({ min: 60, max: STEPS - 1 }), (one, other, from) => {
        const before = recommend([costing("never", one), costing("period", other)], "seed").walked;
        const changed = recommend(
          [costing("never", one), costing("period", other.with(from, 1 - (other[from] ?? 0)))],
          "seed",
        ).walked;
        const decided = [60, 95, 130, 165].filter((start) => start <= from).length;
        expect(changed.slice(0, decided)).toEqual(before.slice(0, decided));
      }),
      { numRuns: 100, endOnFailure: true },
    );
  });
});

// Helpers

function policy(family: TriedPolicy["family"], cost: number, { trainings = 0 } = {}): TriedPolicy {
  return { name: family, family, costs: seriesOf(() => cost), trainings };
}

function costing(family: TriedPolicy["family"], costs: readonly number[]): TriedPolicy {
  return { name: family, family, costs, trainings: 0 };
}

function seriesOf(costAt: (step: number) => number): number[] {
  return Array.from({ length: STEPS }, (_, step) => costAt(step));
}
