import type { DriftReport } from "../../../functions/core/drift/drift-report";
import type { DriftEvaluation } from "../../../functions/core/drift/evaluate-drift";
import { evaluateAll, featureOf, policyOf, reportOf } from "./reports";
import { categoriesOf, histogramOf, SHAPES, type Shape, samplerOf, xorshift } from "./streams";

/** Drawn when the suite is collected, so that the measured rates stand in the tests' names. */
const random = xorshift(20_261_121);
const POLICY = policyOf();
const SHAPE_NAMES = Object.keys(SHAPES) as Shape[];
/** The usual rule, PSI of 0.1 or more, asks nothing of the sample: what an alarm without any noise model does. */
const NAIVE = 0.1;

/** A shift of a normal feature by so many standard deviations has a PSI of about 0.2: medium, as the documents say. */
const MEDIUM_SHIFT = 0.45;

const percent = (share: number) => `${(100 * share).toFixed(2)} %`;

/** What may be said of a pair of windows; the last two beside which any rule must show itself. */
const RULES = {
  retrigger: (sides: Sides) => isSuspected(evaluateAll(POLICY, [windowOf(0, [sides])]).evaluations[0]),
  naive: (sides: Sides) => naivePsi(sides) >= NAIVE,
  always: () => true,
  never: () => false,
} as const;

describe("pairs of windows of one distribution", () => {
  const BINS = [10, 20, 30, 50];
  const rows = [
    { size: 100, pairs: 200 },
    { size: 200, pairs: 200 },
    { size: 1_000, pairs: 200 },
    { size: 5_000, pairs: 200 },
    { size: 20_000, pairs: 200 },
    { size: 100_000, pairs: 200 },
    { size: 1_000_000, pairs: 120 },
  ].map(({ size, pairs }) => {
    const calm = Array.from({ length: pairs }, (_, index) => {
      const sample = samplerOf(random, pick(SHAPE_NAMES, index), pick(BINS, index >> 1));
      return { reference: sample(size), current: sample(size) };
    });
    const { retrigger, naive, always, never } = firedOn(calm);
    return { size, pairs, retrigger, naive, shown: percent(retrigger), beside: [naive, always, never].map(percent).join(", ") };
  });

  it.each(rows)(
    "should suspect below 1 % of $pairs at $size values: $shown; PSI of 0.1, always and never fire on $beside",
    ({ retrigger }) => {
      expect(retrigger).toBeLessThan(0.01);
    },
  );

  it("should be windows that a rule without noise fires on, or nothing is shown here", () => {
    expect(rows.find(({ size }) => size === 200)?.naive).toBeGreaterThan(0.3);
  });
});

describe("pairs of windows of which the second is shifted by a medium drift", () => {
  const rows = [5_000, 100_000].map((size) => {
    const shifted = Array.from({ length: 100 }, (_, index) => {
      const bins = pick([10, 20, 50], index);
      return {
        reference: samplerOf(random, "normal", bins)(size),
        current: samplerOf(random, "normal", bins, MEDIUM_SHIFT)(size),
      };
    });
    const { retrigger, naive, always, never } = firedOn(shifted);
    return { size, retrigger, shown: percent(retrigger), beside: [naive, always, never].map(percent).join(", ") };
  });

  it.each(rows)(
    "should all be suspected at $size values: $shown; PSI of 0.1, always and never fire on $beside",
    ({ retrigger }) => {
      expect(retrigger).toBe(1);
    },
  );
});

describe("histograms whose bins are not the reference's", () => {
  const rows = [
    { reference: 10, current: 16 },
    { reference: 20, current: 30 },
    { reference: 50, current: 20 },
  ].map((bins) => {
    const share = (shift: number) =>
      shareOf(
        Array.from({ length: 400 }, () => otherBins(bins, 5_000, shift)),
        (report) => isSuspected(evaluateAll(POLICY, [report]).evaluations[0]),
      );
    const [calm, shifted] = [share(0), share(MEDIUM_SHIFT)];
    return { ...bins, calm, shifted, shownCalm: percent(calm), shownShifted: percent(shifted) };
  });

  it.each(rows)(
    "should tell a medium shift from none, $reference bins against $current: suspects $shownShifted and $shownCalm",
    ({ calm, shifted }) => {
      expect(calm).toBeLessThan(0.01);
      expect(shifted).toBeGreaterThan(0.95);
    },
  );
});

describe("streams without drift, against a baseline drawn once", () => {
  const rows = [
    { size: 100, bins: 10, streams: 40 },
    { size: 200, bins: 50, streams: 40 },
    { size: 1_000, bins: 20, streams: 40 },
    { size: 10_000, bins: 50, streams: 20 },
  ].map(({ size, bins, streams }) => {
    const windows = Array.from({ length: streams }, (_, index) => streamOf(pick(SHAPE_NAMES, index), bins, size, 0, 25)).flat();
    const detected = shareOf(windows, ({ severity }) => severity !== "none");
    return { size, bins, windows: windows.length, detected, shown: percent(detected) };
  });

  it.each(rows)(
    "should raise an alarm on fewer than 1 % of $windows windows of $size values in $bins bins: $shown",
    ({ detected }) => {
      expect(detected).toBeLessThan(0.01);
    },
  );
});

describe("reports of many features", () => {
  const FEATURES = 100;
  const reports = Array.from({ length: 100 }, (_, index) => {
    const sample = samplerOf(random, pick(SHAPE_NAMES, index), 10);
    const features = Array.from({ length: FEATURES }, () => ({ reference: sample(1_000), current: sample(300) }));
    return { sides: features, evaluation: evaluateAll(POLICY, [windowOf(0, features)]).evaluations[0] };
  });
  const suspected = shareOf(reports, ({ evaluation }) => isSuspected(evaluation));
  const naive = shareOf(reports, ({ sides }) => sides.some((side) => naivePsi(side) >= NAIVE));

  it(`should suspect anything in few of 100 reports of ${FEATURES} calm features: ${percent(suspected)}, where PSI of 0.1 alone fires on ${percent(naive)}`, () => {
    expect(suspected).toBeLessThanOrEqual(0.01);
  });
});

describe("a shift that the documents call medium, at 5,000 values", () => {
  const { n } = POLICY.persistence;
  const streams = Array.from({ length: 100 }, (_, index) => streamOf("normal", pick([10, 20, 50], index), 5_000, MEDIUM_SHIFT, n));
  const inTime = shareOf(streams, (windows) => windows.some(({ severity }) => severity === "medium"));
  const atOnce = shareOf(streams, (windows) => windows[1]?.severity === "medium");

  it(`should be detected as medium within ${n} windows: ${percent(inTime)} of 100 streams, ${percent(atOnce)} with the second window`, () => {
    expect(inTime).toBe(1);
  });

  it("should not be detected with its first window, which may be an accident", () => {
    expect(streams.every(([first]) => first?.features[0]?.state === "suspected")).toBe(true);
  });
});

describe("a large shift at 200 values", () => {
  const streams = Array.from({ length: 100 }, () => streamOf("normal", 10, 200, 1, POLICY.persistence.n));
  const share = shareOf(streams, (windows) => windows.some(({ severity }) => severity !== "none"));

  it(`should still be detected, by one standard deviation: ${percent(share)} of 100 streams`, () => {
    expect(share).toBeGreaterThan(0.95);
  });
});

// Helpers

interface Sides {
  readonly reference: readonly number[];
  readonly current: readonly number[];
}

/** Half of the features are numbers and data, half are categories and predictions: the default policy scores these differently. */
function windowOf(day: number, sides: readonly Sides[]): DriftReport {
  const features = sides.map(({ reference, current }, index) => {
    const [of, kind] = index % 2 === 0 ? ([histogramOf, "data"] as const) : ([categoriesOf, "prediction"] as const);
    const evidence = { type: "distributions", reference: of(reference), current: of(current) } as const;
    const { sampleSize: _sampleSize, ...feature } = featureOf(`f${index}`, evidence, { kind });
    return feature;
  });
  return reportOf(day, features);
}

/** What a monitor's daily windows of one feature are evaluated to. */
function streamOf(shape: Shape, bins: number, size: number, shift: number, windows: number): DriftEvaluation[] {
  const reference = samplerOf(random, shape, bins)(size);
  const sample = samplerOf(random, shape, bins, shift);
  return evaluateAll(
    POLICY,
    Array.from({ length: windows }, (_, day) => windowOf(day, [{ reference, current: sample(size) }])),
  ).evaluations;
}

/** A window of a normal feature, counted in other bins than its reference was. */
function otherBins(bins: { readonly reference: number; readonly current: number }, size: number, shift: number): DriftReport {
  const reference = histogramOf(samplerOf(random, "normal", bins.reference)(size));
  const current = histogramOf(samplerOf(random, "normal", bins.current, shift)(size));
  const { sampleSize: _sampleSize, ...feature } = featureOf("f", { type: "distributions", reference, current });
  return reportOf(0, [feature]);
}

/** Of the pairs, the share that each rule fires on. */
function firedOn(pairs: readonly Sides[]): Record<keyof typeof RULES, number> {
  const share = (fires: (sides: Sides) => boolean) => shareOf(pairs, fires);
  const { retrigger, naive, always, never } = RULES;
  return { retrigger: share(retrigger), naive: share(naive), always: share(always), never: share(never) };
}

function isSuspected(evaluation: DriftEvaluation | undefined): boolean {
  return evaluation?.features.some(({ state }) => state !== "none") ?? false;
}

/** PSI as it is usually programmed: an empty bin holds a ten-thousandth. */
function naivePsi({ reference, current }: Sides): number {
  const [p, q] = [reference, current].map((counts) => {
    const total = counts.reduce((sum, count) => sum + count, 0);
    return counts.map((count) => Math.max(count / total, 1e-4));
  });
  return (p ?? []).reduce((sum, share, bin) => sum + ((q?.[bin] ?? 0) - share) * Math.log((q?.[bin] ?? 0) / share), 0);
}

function shareOf<T>(items: readonly T[], isCounted: (item: T) => boolean): number {
  return items.filter(isCounted).length / items.length;
}

function pick<T>(items: readonly T[], index: number): T {
  const item = items[index % items.length];
  if (item === undefined) throw new Error("nothing to pick from");
  return item;
}
