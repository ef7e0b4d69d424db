import { analyseSlices, matchedChiSquare, type SliceBasis } from "../../../../functions/core/capture/baseline/calm-slices";
import { varianceOf } from "../../../../functions/core/capture/baseline/series";
import { type FeatureSlices, homogeneityOf } from "../../../../functions/core/capture/baseline/slice-bins";
import { calmFloor, meanChance } from "../../../../functions/core/drift/distributions/calm-floor";
import { xorshift } from "../../drift/streams";
import { isOfScores, isOfSlices, vectors } from "../../drift/vectors";

const HOUR_MS = 3_600_000;
const BINS = 20;

describe("homogeneityOf", () => {
  it("should be Pearson's statistic over all slices", () => {
    for (const { input, expected } of vectors("dispersion").filter(isOfSlices)) {
      const { statistic, degrees } = homogeneityOf(input.slices);

      expect(statistic / expected.x2).toBeCloseTo(1, 9);
      expect(statistic / degrees / expected.phi).toBeCloseTo(1, 9);
    }
  });

  it("should tell nothing of one slice, or one bin", () => {
    expect(homogeneityOf([[3, 4]])).toEqual({ statistic: 0, degrees: 0 });
    expect(homogeneityOf([[3], [4]])).toEqual({ statistic: 0, degrees: 0 });
    expect(homogeneityOf([])).toEqual({ statistic: 0, degrees: 0 });
  });
});

describe("matchedChiSquare", () => {
  const OF_SCORES = vectors("dispersion").filter(isOfScores);

  it.each(OF_SCORES)("should have the mean and the degrees of calm scores: $name", ({ input, expected }) => {
    const bins = input.degrees + 1;
    const chance = meanChance({ bins, referenceSize: input.reference, currentSize: input.current }, 1);
    const { mean, degrees } = matchedChiSquare(input.scores, { bins, chance });

    expect(mean / expected.mean).toBeCloseTo(1, 9);
    expect(varianceOf(input.scores) / expected.variance).toBeCloseTo(1, 9);
    expect(degrees / expected.nu).toBeCloseTo(1, 9);
    expect(calmFloor({ mean, degrees, slices: input.scores.length }, input.alpha) / expected.floor).toBeCloseTo(1, 9);
  });

  it("should score no less than chance, and have a degree at least and those of its bins at most", () => {
    expect(matchedChiSquare([], { bins: 4, chance: 0.1 })).toEqual({ mean: 0.1, degrees: 3 });
    expect(matchedChiSquare([0.01, 0.01], { bins: 4, chance: 0.1 })).toEqual({ mean: 0.1, degrees: 3 });
    expect(matchedChiSquare([0, 0, 0, 9], { bins: 4, chance: 0.1 })).toEqual({ mean: 2.25, degrees: 1 });
    expect(matchedChiSquare([0, 1], { bins: 1, chance: 0.1 })).toEqual({ mean: 0.5, degrees: 1 });
  });
});

describe("analyseSlices", () => {
  it("should see no design effect, season or wander in independent rows", () => {
    const found = analyseSlices(featuresOf(10, 24, { rows: 1_000 }), basisOf(24));

    expect(found.designEffect).toBe(1);
    for (const { groups, calm, season } of found.features) {
      expect(groups).toHaveLength(BINS);
      expect(season).toBeUndefined();
      expect(calm?.windows).not.toBe("wandering");
      expect(calm?.excess).toBeLessThan(1.3);
    }
  });

  it.each([3, 10])("should see that %d rows of a user say the same, and put more of them into a bin", (rowsOfUser) => {
    const { designEffect, features } = analyseSlices(featuresOf(10, 24, { rows: 1_000, rowsOfUser }), basisOf(24));

    expect(Math.abs(designEffect / rowsOfUser - 1)).toBeLessThan(0.2);
    expect(features[0]?.groups.length).toBe(rowsOfUser === 3 ? BINS : BINS / 2);
  });

  it("should believe that rows are independent where there is one of each unit", () => {
    const basis = { ...basisOf(24), hasUnits: true };

    expect(analyseSlices(featuresOf(10, 24, { rows: 1_000, rowsOfUser: 3 }), basis).designEffect).toBe(1);
  });

  it("should compare with the same hour where a feature follows the day, and leave the others", () => {
    const daily = { rows: 1_000, shift: (slice: number) => 0.3 * Math.sin((2 * Math.PI * slice) / 24) };
    const features = [...featuresOf(3, 168, daily), ...featuresOf(7, 168, { rows: 1_000 }, 50)];

    const seasons = (season: SliceBasis["season"]) =>
      analyseSlices(features, { ...basisOf(168), season }).features.map((feature) => feature.season);
    expect(seasons("auto")).toEqual([...Array(3).fill("hour-of-day"), ...Array(7).fill(undefined)]);
    expect(seasons("none")).toEqual(Array(10).fill(undefined));
    expect(seasons("week")).toEqual(Array(10).fill(undefined));
  });

  it("should compare with the same day where a feature follows the week", () => {
    const weekly = { rows: 1_000, shift: (slice: number) => (Math.floor(slice / 24) % 7 < 2 ? 0.3 : 0) };

    const { features } = analyseSlices(featuresOf(3, 672, weekly), basisOf(672));

    expect(features.map(({ season }) => season)).toEqual(Array(3).fill("day-of-week"));
  });

  it("should tell a feature that moves slowly by itself", () => {
    let at = 0;
    const noise = normalOf(3);
    const path = Array.from({ length: 168 }, () => (at = 0.9 * at + 0.15 * Math.sqrt(1 - 0.81) * noise()));
    const wandering = featuresOf(1, 168, { rows: 1_000, shift: (slice) => path[slice] ?? 0 });

    const { features } = analyseSlices([...wandering, ...featuresOf(8, 168, { rows: 1_000 }, 50)], basisOf(168));

    expect(features.map(({ calm }) => calm?.windows === "wandering")).toEqual([true, ...Array(8).fill(false)]);
  });

  it("should tell nothing of fewer slices than four", () => {
    const found = analyseSlices(featuresOf(2, 3, { rows: 1_000, rowsOfUser: 5 }), basisOf(3));

    expect(found.designEffect).toBe(1);
    expect(found.features.map(({ calm }) => calm)).toEqual([undefined, undefined]);
  });

  it("should bear slices without any value", () => {
    const empty: FeatureSlices = { bins: "numbers", counts: Array.from({ length: 8 }, () => [0, 0, 0, 0]) };
    const names: FeatureSlices = { bins: "names", counts: Array.from({ length: 8 }, () => [0, 0]) };

    const { designEffect, features } = analyseSlices([empty, names], basisOf(8));

    expect(designEffect).toBe(1);
    expect(features.every(({ calm }) => calm === undefined)).toBe(true);
  });
});

// Helpers

function basisOf(slices: number): SliceBasis {
  const starts = Array.from({ length: slices }, (_, slice) => slice * HOUR_MS);
  return { starts, periodMs: HOUR_MS, season: "auto", hasUnits: false, alpha: 2e-5, band: 0.1 };
}

interface Stream {
  readonly rows: number;
  readonly rowsOfUser?: number;
  /** Of the mean, in standard deviations, by slice. */
  readonly shift?: (slice: number) => number;
}

/** Normal numbers, counted over 20 bins of equal shares. */
function featuresOf(count: number, slices: number, { rows, rowsOfUser = 1, shift = () => 0 }: Stream, seed = 1): FeatureSlices[] {
  return Array.from({ length: count }, (_, feature) => {
    const draw = normalOf(seed + feature);
    const counts = Array.from({ length: slices }, (_, slice) => {
      const bins = new Array<number>(BINS + 2).fill(0);
      for (let row = 0; row < rows; row += rowsOfUser) {
        const value = draw() + shift(slice);
        const bin = 1 + EDGES.filter((edge) => edge < value).length;
        bins[bin] = (bins[bin] ?? 0) + Math.min(rowsOfUser, rows - row);
      }
      return bins;
    });
    return { bins: "numbers", counts };
  });
}

/** The quantiles of a standard normal number that cut it into 20 equal shares. */
const EDGES = [0.0627, 0.1257, 0.1891, 0.2533, 0.3186, 0.3853, 0.4538, 0.5244, 0.5978, 0.6745, 0.7554, 0.8416, 0.9346, 1.0364]
  .concat([1.1503, 1.2816, 1.4395, 1.6449, 1.96])
  .filter((_, at) => at % 2 === 1)
  .flatMap((edge) => [-edge, edge])
  .concat([0])
  .sort((a, b) => a - b);

function normalOf(seed: number): () => number {
  const random = xorshift(seed * 7_919 + 13);
  const uniform = () => (random() + 0.5) / 2 ** 32;
  for (let warm = 0; warm < 20; warm++) random();
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}
