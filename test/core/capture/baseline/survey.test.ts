import { createSurvey } from "../../../../functions/core/capture/baseline/survey";
import { randomOf } from "../../../simulation/drift-streams";
import { captureOf } from "../captures";

const SLICES = 12;
const ROWS = 1_000;

/** Most names that are tracked of a feature. */
const MOST = 2_000;

describe("a survey of a feature", () => {
  it.each([
    { names: 1_500, tracked: 1_500 },
    { names: 3_000, tracked: MOST },
    { names: 5_000, tracked: MOST },
    { names: 50_000, tracked: MOST },
  ])("should track names of $names that are as many values of each slice", ({ names, tracked }) => {
    const random = randomOf(20_261_130, names);
    const slices = Array.from({ length: SLICES }, () => Array.from({ length: ROWS }, () => `n${Math.floor(names * random())}`));

    const seen = surveyed(slices);

    expect(seen.size).toBeLessThanOrEqual(tracked);
    expect(seen.size).toBeGreaterThan(tracked / 3);
    const [first = 0, ...others] = slices.map((slice) => slice.filter((name) => seen.has(name)).length / ROWS);
    expect(Math.abs(first - others.reduce((sum, share) => sum + share, 0) / others.length)).toBeLessThan(0.1);
  });

  it("should track frequent names, however many others there are", () => {
    const frequent = Array.from({ length: 20 }, (_, name) => `often ${name}`);
    const slices = Array.from({ length: SLICES }, (_, slice) =>
      Array.from({ length: ROWS }, (_, row) => (row % 2 === 0 ? `once ${slice} ${row}` : (frequent[(row >> 1) % 20] ?? ""))),
    );

    const seen = surveyed(slices);

    expect(frequent.map((name) => seen.get(name)?.count)).toEqual(frequent.map(() => (SLICES * ROWS) / 2 / 20));
    expect(seen.get("often 0")).toMatchObject({ first: 0, last: SLICES - 1 });
  });
});

/** The names that are tracked of a feature which held these in the slices of a span. */
function surveyed(slices: readonly (readonly string[])[]) {
  const survey = createSurvey("flights", { capture: captureOf(), columns: { labels: [], predictions: [] } });
  slices.forEach((names, slice) => {
    survey.turnTo(slice);
    for (const name of names) survey.summary.add({ inputs: { names: ["origin"], values: [name], isTyped: true } });
  });
  return survey.summary.features[0]?.names ?? new Map();
}
