import type { ObjectFates } from "../../../local/summary/balance";
import { formatFates } from "../../../local/summary/format-summary";

const FATES: ObjectFates = {
  ...{ model: "west-coast", landed: 1_511, inRuns: 1_500, waiting: 10, inDeadLetters: 0 },
  ...{ refused: 1, inTwoRuns: 0, nowhere: 0 },
};

describe("formatFates", () => {
  it("should say that a file counts for each model that watches it", () => {
    const fates = [FATES, { ...FATES, model: "flight-delay" }];

    expect(formatFates({ fates })).toBe(
      "Every file that landed, counted for each model that watches it, has its place: 3,022 = 3,000 in a run, 20 wait, 2 were refused by a person",
    );
  });

  it("should tell how many of those that wait are in dead letters", () => {
    expect(formatFates({ fates: [{ ...FATES, inDeadLetters: 7 }] })).toContain("10 wait (7 of them in dead letters), 1 were");
  });

  it("should tell what has no place", () => {
    expect(formatFates({ fates: [{ ...FATES, nowhere: 2 }] })).toMatch(
      /^NOT every file that landed, counted for each model that watches it, has its place: of 1,511, .*; 2 are in two runs or nowhere$/,
    );
  });
});
