import fc from "fast-check";
import { nearestWord } from "../../functions/core/nearest-word";

const STATUSES = ["CREATING", "UPDATING", "IN_SERVICE", "OUT_OF_SERVICE", "FAILED"];

describe("nearestWord", () => {
  it.each([
    ["InService", "IN_SERVICE"],
    ["failed", "FAILED"],
    ["FAIL", "FAILED"],
    ["Updated", "UPDATING"],
    ["out-of-service", "OUT_OF_SERVICE"],
    ["zzzz", undefined],
    ["", undefined],
  ])("should say of %j that the nearest is %s", (got, expected) => {
    expect(nearestWord(got, STATUSES)).toBe(expected);
  });

  it("should find nothing among nothing", () => {
    expect(nearestWord("FAILED", [])).toBeUndefined();
  });

  it("should find a word that is allowed, whatever its case", () => {
    fc.assert(
      fc.property(fc.constantFrom(...STATUSES), (word) => {
        expect(nearestWord(word.toLowerCase(), STATUSES)).toBe(word);
      }),
    );
  });
});
