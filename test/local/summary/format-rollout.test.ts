import { compareRollouts, formatRollouts } from "../../../local/summary/format-rollout";
import type { RolloutSummary } from "../../../local/summary/rollout-summary";

const ID = "candidate/flight-delay/flight-delay-2";

describe("compareRollouts", () => {
  it("should name the ends in which two clouds differ", () => {
    const { isSame, text } = compareRollouts([summary({})], [summary({ end: { outcome: "given-up", at: "25%" } })]);

    expect(isSame).toBe(false);
    expect(text).toContain(`AWS           [{"candidateId":"${ID}","end":{"outcome":"accepted","at":"100%"}}]`);
    expect(text).toContain('"end":{"outcome":"given-up","at":"25%"}');
  });
});

describe("formatRollouts", () => {
  it("should say of a candidate that it did not end as it was made to", () => {
    const text = formatRollouts([summary({ isExpected: false })], { invocations: { promoter: 1_000, rollout: 999 }, killed: 3 });

    expect(text).toContain(`NOT AS EXPECTED: ${ID}, identical`);
    expect(text).toContain("The functions were invoked 1,999 times, and killed in 3 of them");
  });

  it("should tell of a stage in which nothing was counted, and of a candidate without an end", () => {
    const at = "2001-01-08T00:10:00.000Z";
    const nothing = { requests: 0, errors: 0 };
    const stage = { at, is: "stage", stage: "5%", windows: 0, champion: nothing, candidate: nothing } as const;
    const { end: _end, ...waiting } = summary({ events: [stage] });

    const text = formatRollouts([waiting], { invocations: {}, killed: 0 });

    expect(text).toContain("2001-01-08 00:10  5%  0 windows");
    expect(text).toMatch(/flight-delay-2 .* none +none +0\.0 h +not at all/);
  });
});

// Helpers

function summary(more: Partial<RolloutSummary>): RolloutSummary {
  return { candidateId: ID, what: "identical", events: [], end: { outcome: "accepted", at: "100%" }, isExpected: true, ...more };
}
