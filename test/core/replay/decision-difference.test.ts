import { differenceOf, firstDifference } from "../../../functions/core/replay/decision-difference";
import { decisionOf } from "../../contracts/coordination-samples";

const RECORDED = decisionOf();

describe("differenceOf", () => {
  it("should be none where every field is equal, in whatever order fields stand", () => {
    const turned = Object.fromEntries(Object.entries(RECORDED).reverse());

    expect(differenceOf(RECORDED, { ...RECORDED, ...turned })).toBeUndefined();
    expect(differenceOf({ ...RECORDED, number: 7, inputs: [{ type: "sweep" }] }, RECORDED)).toBeUndefined();
  });

  it("should tell both outcomes, and the check that differs first", () => {
    const check = { check: "cooldown", verdict: "refused", numbers: { cooldownMs: 5 } } as const;
    const recorded = { ...RECORDED, checks: [{ ...check, verdict: "passed", numbers: { cooldownMs: 4 } } as const] };

    const difference = differenceOf(recorded, { ...RECORDED, outcome: "reject", reason: "expired", checks: [check] });

    const { requestId, decidedAt, outcome, reason } = RECORDED;
    const why = `recorded is ${outcome} (${reason}), replayed reject (expired); check cooldown.verdict: recorded "passed", replayed "refused"`;
    expect(difference).toEqual({ requestId, decidedAt, why });
  });

  it("should tell another model", () => {
    expect(differenceOf({ ...RECORDED, model: "other" }, RECORDED)?.why).toMatch(/^model: recorded "other", replayed/);
  });

  it("should tell a decision that the replay does not come to", () => {
    expect(differenceOf(RECORDED, undefined)?.why).toContain("which the replay does not decide");
  });

  it("should tell the place in the request where the checks are the same", () => {
    const request = { ...RECORDED.request, priority: RECORDED.request.priority + 1 };

    expect(differenceOf(RECORDED, { ...RECORDED, request })?.why).toMatch(/^request\.priority: recorded \d, replayed \d$/);
  });
});

describe("firstDifference", () => {
  it.each([
    [{ a: 1 }, { a: 1, b: undefined }, undefined],
    [{ a: [1, { b: 2 }] }, { a: [1, { b: 3 }] }, "a.1.b: recorded 2, replayed 3"],
    [{ a: 1 }, {}, "a: recorded 1, replayed nothing"],
    [[], {}, ": recorded [], replayed {}"],
  ])("should tell of %j and %j: %s", (recorded, replayed, difference) => {
    expect(firstDifference(recorded, replayed)).toBe(difference);
  });

  it("should cut long values", () => {
    expect(firstDifference({ a: "x".repeat(1_000) }, { a: 1 })?.length).toBeLessThan(130);
  });
});
