import { analyseSlices, type SliceBasis } from "../../../../functions/core/capture/baseline/calm-slices";
import type { FeatureSlices } from "../../../../functions/core/capture/baseline/slice-bins";
import { randomOf } from "../../../simulation/drift-streams";
import { HOUR_MS, MIDNIGHT } from "../captures";

describe("what the slices of a span tell of a feature", () => {
  const slices = 24;
  const clustered = Array.from({ length: 9 }, (_, seed) => clusteredFeature(seed + 1, { slices, rows: 1_000, ofUser: 10 }));
  const alone = analyse(clustered, slices);

  it("should be how many times more its windows vary than those of independent rows", () => {
    expect(alone.designEffect).toBeGreaterThan(8);
    expect(alone.designEffect).toBeLessThan(12);
    for (const { calm } of alone.features) expect(calm?.excess).toBeGreaterThan(alone.designEffect * 0.7);
  });

  it.each([
    { what: "that no row lacks", counts: [1_000, 0] },
    { what: "that every row lacks", counts: [0, 1_000] },
    { what: "of one row a window, which has it", counts: [1, 0] },
  ])("should not depend on columns $what beside it", ({ counts }) => {
    const constant: FeatureSlices = { bins: "kinds", counts: Array.from({ length: slices }, () => counts) };

    const beside = analyse([...clustered, ...clustered.map(() => constant)], slices);

    expect(beside.features.slice(0, clustered.length)).toEqual(alone.features);
  });

  it("should be no more than chance where every feature is constant", () => {
    const constant: FeatureSlices = { bins: "kinds", counts: Array.from({ length: slices }, () => [1_000, 0]) };

    expect(analyse([constant], slices).features[0]?.calm).toMatchObject({ excess: 1, degrees: 1, windows: "independent" });
  });
});

function analyse(features: readonly FeatureSlices[], slices: number) {
  const basis: SliceBasis = {
    starts: Array.from({ length: slices }, (_, at) => MIDNIGHT + at * HOUR_MS),
    periodMs: HOUR_MS,
    season: "none",
    hasUnits: false,
    alpha: 1e-5,
    band: 0.1,
  };
  return analyseSlices(features, basis);
}

/** A feature of eight equal bins, and the open ones, of which each user's rows say the same. */
function clusteredFeature(
  seed: number,
  of: { readonly slices: number; readonly rows: number; readonly ofUser: number },
): FeatureSlices {
  const random = randomOf(seed);
  const counts = Array.from({ length: of.slices }, () => {
    const slice = new Array<number>(10).fill(0);
    for (let row = 0; row < of.rows; row += of.ofUser) {
      const bin = 1 + Math.floor(random() * 8);
      slice[bin] = (slice[bin] ?? 0) + of.ofUser;
    }
    return slice;
  });
  return { bins: "numbers", counts };
}
