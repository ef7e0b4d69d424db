import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { seededRandom } from "../../../../functions/core/capture/seeded-random";
import type { PredictionTable } from "../../../../functions/core/promotion/evaluation/prediction-table";
import { checkGuardrails } from "../../../../functions/core/promotion/guardrails/check-guardrails";
import type { GuardrailCheck } from "../../../../functions/core/promotion/guardrails/guardrail";
import type { GuardrailPolicy } from "../../../../functions/core/promotion/promotion-settings";
import {
  CLASSES,
  type DrawnPair,
  drawClassifiers,
  drawRegressions,
  drawScored,
  evidenceOf,
  guardrailPolicyOf,
  modelOf,
  type Random,
  sliceColumn,
  tableOf,
} from "../../../simulation/golden-set";

const RUNS = { numRuns: 25, seed: jest.getSeed() };

describe("slices", () => {
  const policy = guardrailPolicyOf({
    metrics: [{ name: "accuracy", direction: "higher", margin: 0 }],
    slices: { columns: ["country"], minRows: 200 },
  });

  it("should fail a candidate that is as good as the champion, but not in one slice", () => {
    const random = seededRandom("slice");
    const good = drawClassifiers(random, { rows: 1_600, differing: 0.06, loss: -0.03 });
    const bad = drawClassifiers(random, { rows: 400, differing: 0.12, loss: 0.12 });
    const [summary, slice, ...others] = behaviourOf(
      "slices",
      policy,
      sliced(joined(good, bad), (row) => (row < 1_600 ? "at" : "nz")),
    );

    expect(summary).toMatchObject({ verdict: "failed", numbers: { tested: 2, worse: 1, thin: 0 } });
    expect(slice).toMatchObject({ verdict: "failed", subject: "accuracy where country is nz", numbers: { rows: 400 } });
    expect(others).toEqual([]);
  });

  it("should not hold what is too thin against it, and say how many are", () => {
    const random = seededRandom("thin");
    const good = drawClassifiers(random, { rows: 900, differing: 0.06 });
    const bad = drawClassifiers(random, { rows: 100, differing: 0.5, loss: 0.5 });
    const pair = sliced(joined(good, bad), (row) => (row < 900 ? "at" : "nz"));

    expect(behaviourOf("slices", policy, pair)).toMatchObject([{ verdict: "passed", numbers: { tested: 1, thin: 1 } }]);
    const wide = guardrailPolicyOf({ ...policy, slices: { columns: ["country"], minRows: 2_000 } });
    expect(behaviourOf("slices", wide, pair)).toMatchObject([{ verdict: "not-known", numbers: { tested: 0, thin: 2 } }]);
  });

  it("should not be known where a declared column is missing", () => {
    const [check] = behaviourOf("slices", policy, drawClassifiers(seededRandom("none"), { rows: 500, differing: 0.1 }));

    expect(check).toMatchObject({ verdict: "not-known" });
    expect(check?.sentence).toContain("country");
  });

  it("should tell a slice by a name that no terminal obeys", () => {
    const bad = drawClassifiers(seededRandom("hostile"), { rows: 400, differing: 0.12, loss: 0.12 });
    const checks = behaviourOf(
      "slices",
      policy,
      sliced(bad, () => "\u001b[2J\u202e"),
    );

    expect(checks[1]?.subject).toBe("accuracy where country is \\u001b[2J\\u202e");
    expect(checks[1]?.sentence).toContain("\\u001b[2J");
  });

  describe("that the two models tell apart", () => {
    const random = seededRandom("told apart");
    const good = drawClassifiers(random, { rows: 1_600, differing: 0.06, loss: -0.03 });
    const bad = drawClassifiers(random, { rows: 400, differing: 0.12, loss: 0.12 });
    const pair = joined(good, bad);
    const isTrue = (row: number) => (row < 1_600 ? "at" : "nz");
    const withNames = (table: PredictionTable, nameOf: (row: number) => string): PredictionTable => ({
      ...table,
      slices: { country: sliceColumn(Array.from({ length: 2_000 }, (_, row) => nameOf(row))) },
    });
    const champion = withNames(pair.champion, isTrue);

    it.each<[string, (row: number) => string, number]>([
      ["shuffled", (row) => isTrue((row * 7) % 2_000), 572],
      ["named in one row alone", (row) => (row === 0 ? isTrue(row) : ""), 1_999],
      ["of another name in one row", (row) => (row === 7 ? "nz" : isTrue(row)), 1],
    ])("should not be known, whatever the candidate hides by it: %s", (_, nameOf, differing) => {
      const candidate = withNames(pair.candidate, nameOf);
      const errors = guardrailPolicyOf({ ...policy, systematicErrors: { minErrors: 1, maxExcess: 1 } });

      expect(behaviourOf("slices", policy, { candidate, champion })).toMatchObject([
        { verdict: "not-known", numbers: { differing } },
      ]);
      expect(behaviourOf("systematic-errors", errors, { candidate, champion })).toMatchObject([
        { verdict: "passed" },
        { verdict: "not-known", subject: "slices", numbers: { differing } },
      ]);
    });

    it("should be the champion's where the candidate has none, and equal whatever else a column names", () => {
      const named = withNames(pair.candidate, isTrue);
      const codes = Uint32Array.from({ length: 2_000 }, (_, row) => (isTrue(row) === "nz" ? 0 : 2));
      const reordered = { country: { names: ["nz", "nowhere", "at"], codes } };

      for (const slices of [{}, named.slices, reordered]) {
        expect(behaviourOf("slices", policy, { candidate: { ...pair.candidate, slices }, champion })).toMatchObject([
          { verdict: "failed", numbers: { worse: 1 } },
          { verdict: "failed", subject: "accuracy where country is nz" },
        ]);
      }
    });
  });

  it("should refuse at most 5 % of equal candidates over twenty slices", () => {
    const random = seededRandom("twenty");
    const draw = () => sliced(drawClassifiers(random, { rows: 4_000, differing: 0.1 }), (row) => `country ${row % 20}`);

    const failed = Array.from({ length: 40 }, () => behaviourOf("slices", policy, draw())[0]).filter(
      (check) => check?.verdict === "failed",
    );

    // Each for itself, 64 % would be refused.
    expect(failed.length).toBeLessThanOrEqual(4);
  });
});

describe("the shift of predictions", () => {
  const { shifts }: { shifts: { champion: number[]; candidate: number[]; divergence: number }[] } = JSON.parse(
    readFileSync(join(__dirname, "../fixtures/reference-statistics.json"), "utf8"),
  );

  it.each(shifts)("should be scipy's divergence in bits of $champion and $candidate", ({ champion, candidate, divergence }) => {
    const classes = champion.map((_, place) => `class ${place}`);
    const table = (counts: readonly number[]) => {
      const predictions = counts.flatMap((count, place) => Array.from({ length: count }, () => place));
      return tableOf({ labels: predictions.map(() => 0), predictions, classes });
    };

    const [check] = behaviourOf("prediction-shift", guardrailPolicyOf(), {
      candidate: table(candidate),
      champion: table(champion),
    });

    expect(check?.numbers.shift).toBeCloseTo(divergence, 12);
    expect(check?.verdict).toBe(divergence > 0.1 ? "failed" : "passed");
  });

  it("should lie in [0, 1], and be 0 of a model beside itself", () => {
    fc.assert(
      fc.property(
        fc.integer(),
        fc.integer({ min: 1, max: 300 }),
        fc.double({ min: -3, max: 3, noNaN: true }),
        (seed, rows, loss) => {
          const pair = drawScored(seededRandom(`shift ${seed}`), { rows, loss });
          const checks = behaviourOf("prediction-shift", guardrailPolicyOf(), pair);
          const itself = behaviourOf("prediction-shift", guardrailPolicyOf(), {
            candidate: pair.champion,
            champion: pair.champion,
          });

          for (const { numbers } of checks.filter(({ verdict }) => verdict !== "not-known")) {
            expect(numbers.shift).toBeGreaterThanOrEqual(0);
            expect(numbers.shift).toBeLessThanOrEqual(1);
          }
          expect(itself.map(({ numbers }) => numbers.shift ?? 0).filter((shift) => shift > 1e-12)).toEqual([]);
          expect(itself.filter(({ verdict }) => verdict === "failed")).toEqual([]);
        },
      ),
      RUNS,
    );
  });

  it.each([60, 200, 500])("should not take chance for a shift, even of independent models: %p rows", (rows) => {
    const random = seededRandom(`independent ${rows}`);
    const policy = guardrailPolicyOf({ predictionShift: 0.005 });
    const draw = () => drawScored(random, { rows, correlation: 0 });

    const failed = Array.from({ length: 100 }, () => behaviourOf("prediction-shift", policy, draw())).filter((checks) =>
      checks.some(({ verdict }) => verdict === "failed"),
    );

    // Classes and scores, 5 % each.
    expect(failed.length).toBeLessThanOrEqual(16);
  });

  it("should fail numbers that are moved, and not know too few of them", () => {
    const { champion } = drawRegressions(seededRandom("moved"), { rows: 1_000 });
    const moved = { ...champion, predictions: champion.predictions.map((value) => value + 15) };
    const few = tableOf({ labels: [1, 2, 3], predictions: [1, 2, 3] });

    expect(behaviourOf("prediction-shift", guardrailPolicyOf(), { candidate: moved, champion })).toMatchObject([
      { verdict: "failed" },
    ]);
    expect(behaviourOf("prediction-shift", guardrailPolicyOf(), { candidate: few, champion: few })).toMatchObject([
      { verdict: "not-known" },
    ]);
  });
});

describe("systematic errors", () => {
  const NAMES = ["a", "b", "c"];

  it("should fail errors of one kind where the champion's are of all kinds", () => {
    const pair = erring({
      candidate: [
        [0, 1, 90],
        [1, 2, 10],
        [2, 0, 10],
      ],
      champion: [
        [0, 1, 35],
        [1, 2, 35],
        [2, 0, 35],
      ],
    });

    expect(behaviourOf("systematic-errors", guardrailPolicyOf(), pair)).toMatchObject([
      {
        verdict: "failed",
        subject: "a predicted as b",
        numbers: { errors: 110, championErrors: 105, count: 90, championCount: 35 },
      },
    ]);
  });

  it.each<[string, Errors]>([
    ["both have one kind only", { candidate: [[0, 1, 80]], champion: [[0, 1, 70]] }],
    [
      "the candidate has cured all the others",
      {
        candidate: [[0, 1, 60]],
        champion: [
          [0, 1, 60],
          [1, 2, 60],
          [2, 0, 60],
        ],
      },
    ],
    [
      "they are fewer than count",
      {
        candidate: [[0, 1, 40]],
        champion: [
          [0, 1, 10],
          [1, 2, 10],
          [2, 0, 10],
        ],
      },
    ],
    [
      "the champion's few errors prove nothing",
      {
        candidate: [[0, 1, 60]],
        champion: [
          [0, 1, 1],
          [1, 2, 1],
        ],
      },
    ],
  ])("should pass where %s", (_, errors) => {
    expect(behaviourOf("systematic-errors", guardrailPolicyOf(), erring(errors))).toMatchObject([{ verdict: "passed" }]);
  });

  it("should fail errors that gather in one slice", () => {
    const labels = new Float64Array(1_000);
    const erringAt = (isWrong: (row: number) => boolean) =>
      tableOf({ labels, predictions: labels.map((_, row) => Number(isWrong(row))), classes: CLASSES });
    const pair = { candidate: erringAt((row) => row < 100), champion: erringAt((row) => row % 10 === 0) };
    const policy = guardrailPolicyOf({ slices: { columns: ["country"], minRows: 200 } });

    const checks = behaviourOf(
      "systematic-errors",
      policy,
      sliced(pair, (row) => (row < 250 ? "nz" : "at")),
    );

    expect(checks).toMatchObject([{ verdict: "failed", subject: "where country is nz" }]);
  });

  it("should fail a regression whose large errors are all too high", () => {
    const { champion } = drawRegressions(seededRandom("high"), { rows: 1_000 });
    const high = champion.predictions.map((value, row) => value + (row % 5 === 0 ? 6 : 0));

    const [check] = behaviourOf("systematic-errors", guardrailPolicyOf(), {
      candidate: { ...champion, predictions: high },
      champion,
    });

    expect(check).toMatchObject({ verdict: "failed" });
    expect(check?.subject).toMatch(/too high$/);
  });

  it("should rarely fail an equal candidate", () => {
    const random: Random = seededRandom("equal errors");
    const policy = guardrailPolicyOf({ systematicErrors: { minErrors: 20, maxExcess: 0 } });

    const failed = Array.from({ length: 200 }, () =>
      behaviourOf("systematic-errors", policy, drawScored(random, { rows: 500, correlation: 0.5 })),
    ).filter(([check]) => check?.verdict === "failed");

    expect(failed.length).toBeLessThanOrEqual(16);
  });

  type Errors = Readonly<Record<"candidate" | "champion", readonly (readonly [label: number, prediction: number, rows: number])[]>>;

  /** A thousand rows of three classes, right but for so many of each kind. */
  function erring({ candidate, champion }: Errors): DrawnPair {
    const labels = Float64Array.from({ length: 1_000 }, (_, row) => Math.floor((row * 3) / 1_000));
    const table = (errors: Errors["candidate"]) => {
      const predictions = labels.slice();
      for (const [label, prediction, rows] of errors) {
        const first = labels.indexOf(label);
        predictions.fill(prediction, first, first + rows);
      }
      return tableOf({ labels, predictions, classes: NAMES });
    };
    return { candidate: table(candidate), champion: table(champion) };
  }
});

// Helpers

function behaviourOf(name: GuardrailCheck["name"], policy: GuardrailPolicy, { candidate, champion }: DrawnPair): GuardrailCheck[] {
  const evidence = evidenceOf(modelOf(candidate), { champion: modelOf(champion, { name: "churn/1" }) });
  return checkGuardrails(policy, evidence).filter((check) => check.name === name);
}

function joined(one: DrawnPair, other: DrawnPair): DrawnPair {
  const both = (a: PredictionTable, b: PredictionTable) =>
    tableOf({ labels: [...a.labels, ...b.labels], predictions: [...a.predictions, ...b.predictions], classes: CLASSES });
  return { candidate: both(one.candidate, other.candidate), champion: both(one.champion, other.champion) };
}

function sliced({ candidate, champion }: DrawnPair, nameOf: (row: number) => string): DrawnPair {
  const country = sliceColumn(Array.from({ length: candidate.rows }, (_, row) => nameOf(row)));
  return { candidate: { ...candidate, slices: { country } }, champion };
}
