import fc from "fast-check";
import { seededRandom } from "../../../../functions/core/capture/seeded-random";
import { checkGuardrails } from "../../../../functions/core/promotion/guardrails/check-guardrails";
import { GUARDRAILS, type GuardrailCheck, type GuardrailEvidence } from "../../../../functions/core/promotion/guardrails/guardrail";
import { isRoundingOf } from "../../../../functions/core/promotion/guardrails/metric-reader";
import { verdictOf } from "../../../../functions/core/promotion/guardrails/verdict";
import type { GuardrailPolicy } from "../../../../functions/core/promotion/promotion-settings";
import {
  drawRegressions,
  drawScored,
  evaluationOf,
  evidenceOf,
  GOLDEN,
  guardrailPolicyOf,
  identityOf,
  modelOf,
  ROWS,
  sliceColumn,
} from "../../../simulation/golden-set";

const RUNS = { numRuns: 25, seed: jest.getSeed() };

describe("the identity", () => {
  const verdictsOf = (
    overrides: Parameters<typeof identityOf>[0],
    policy: Partial<GuardrailPolicy> = {},
    evidence: Partial<GuardrailEvidence> = {},
  ) => {
    const candidate = { name: "churn/2", evaluation: evaluationOf({ identity: identityOf(overrides) }) };
    const checks = checkGuardrails(guardrailPolicyOf(policy), evidenceOf(candidate, evidence));
    return Object.fromEntries(checksOf("identity", checks).map(({ subject, verdict }) => [subject, verdict]));
  };

  it("should pass this model, trained on its data set", () => {
    expect(verdictsOf({})).toEqual({ model: "passed", "training rows": "passed" });
  });

  it("should fail an evaluation of another model", () => {
    expect(verdictsOf({ model: "fraud" })).toMatchObject({ model: "failed" });
  });

  it.each([
    ["2", "passed"],
    ["1", "failed"],
    [undefined, "not-known"],
  ])("should hold schema version %p against the served one: %s", (schemaVersion, verdict) => {
    expect(verdictsOf(schemaVersion === undefined ? {} : { schemaVersion }, { schemaVersion: "2" })).toMatchObject({
      "schema version": verdict,
    });
  });

  it.each([
    ["a smoke test of 50 rows of 40,000", { rows: 50, dataSetRows: 40_000 }, "failed"],
    ["enough rows, but a small part of its data set", { rows: 10_000, dataSetRows: 40_000 }, "failed"],
    ["half of its data set", { rows: 20_000, dataSetRows: 40_000 }, "passed"],
    ["rows of which nobody counted the whole", { rows: 20_000 }, "not-known"],
  ])("should look at what it was trained on: %s", (_, training, verdict) => {
    expect(verdictsOf({ training })).toMatchObject({ "training rows": verdict });
  });

  it.each([
    [10_000, "failed"],
    [30_000, "passed"],
  ])("should hold %p rows against the champion's 40,000 where nobody counted the whole: %s", (rows, verdict) => {
    const champion = { name: "churn/1", evaluation: evaluationOf() };

    expect(verdictsOf({ training: { rows } }, {}, { champion })).toMatchObject({ "training rows": verdict });
  });

  it.each(["champion", "baseline"] as const)("should not be known of a model with the %s's own evaluation", (role) => {
    const evaluation = evaluationOf({ sha256: "d".repeat(64) });
    const evidence = evidenceOf({ name: "churn/2", evaluation }, { [role]: { name: "churn/1", evaluation } });

    const checks = checksOf("identity", checkGuardrails(guardrailPolicyOf(), evidence));

    expect(checks[1]).toMatchObject({ subject: "evaluation", verdict: "not-known" });
    expect(checks[1]?.sentence).toContain(`its evaluation is the ${role}'s own, byte by byte: `);
    expect(verdictsOf({}, {}, { [role]: { name: "churn/1", evaluation } })).not.toHaveProperty("evaluation");
  });

  it("should not be known without the key that tells it", () => {
    const { identity: _, ...evaluation } = evaluationOf();

    const checks = checkGuardrails(guardrailPolicyOf(), evidenceOf({ name: "churn/2", evaluation }));

    expect(checksOf("identity", checks)).toMatchObject([{ verdict: "not-known" }]);
    expect(checksOf("golden-set", checks)[0]).toMatchObject({ verdict: "not-known" });
  });
});

describe("the golden set", () => {
  it("should pass the declared one, and tell how often it was used", () => {
    const [set] = goldenSetOf({}, {}, { goldenSetUses: 7 });

    expect(set).toMatchObject({ verdict: "passed", numbers: { uses: 7, rows: ROWS } });
    expect(set?.sentence).toContain("7 candidates");
  });

  it.each([
    ["another digest", { sha256: "c".repeat(64), rows: ROWS }],
    ["fewer rows", { sha256: GOLDEN, rows: ROWS - 1 }],
  ])("should refuse %s", (_, goldenSet) => {
    expect(goldenSetOf({ identity: identityOf({ goldenSet }) })[0]).toMatchObject({ verdict: "failed" });
  });

  it("should refuse predictions of fewer rows than it has", () => {
    const { candidate } = drawScored(seededRandom("few"), { rows: 900 });
    const evidence = evidenceOf({ name: "churn/2", evaluation: evaluationOf(), predictions: candidate });

    expect(checksOf("golden-set", checkGuardrails(guardrailPolicyOf(), evidence))[0]).toMatchObject({
      verdict: "failed",
      numbers: { predictions: 900, expectedRows: ROWS },
    });
  });

  it.each([
    ["higher", 0.9, 0.9, "passed"],
    ["higher", 0.9, 0.8999, "failed"],
    ["lower", 2, 2, "passed"],
    ["lower", 2, 2.01, "failed"],
  ] as const)("should hold a floor: %s is better, %p asked for, %p got: %s", (direction, floor, value, verdict) => {
    const metrics: GuardrailPolicy["metrics"] = [{ name: "score", direction, margin: 0, floor }];

    expect(goldenSetOf({ metrics: { score: value } }, { metrics })[1]).toMatchObject({ verdict, threshold: floor });
  });

  it("should fail a metric that is missing or no number, and quote what was got", () => {
    expect(goldenSetOf({})[1]).toMatchObject({ verdict: "failed", subject: "accuracy" });
    expect(goldenSetOf({ unusable: { accuracy: "NaN" } })[1]?.sentence).toContain("the evaluation has NaN");
    expect(goldenSetOf({ metrics: { accuracy: Number.NaN } })[1]).toMatchObject({ verdict: "failed", numbers: {} });
  });

  it.each([1e200, -1e300, Number.NaN])(
    "should miss an RMSE of rows with a prediction of %p, whatever the evaluation says",
    (value) => {
      const { candidate, champion } = drawRegressions(seededRandom("overflow"), { rows: ROWS });
      const predictions = candidate.predictions.map((prediction, row) => (row === 3 ? value : prediction));
      const metrics: GuardrailPolicy["metrics"] = [{ name: "rmse", direction: "lower", margin: 0.1, floor: 100 }];
      const model = modelOf({ ...candidate, predictions }, { evaluation: evaluationOf({ metrics: { rmse: 0.5 } }) });
      const policy = guardrailPolicyOf({ metrics, notKnown: "pass" });

      const checks = checkGuardrails(policy, evidenceOf(model, { champion: modelOf(champion, { name: "churn/1" }) }));

      expect(checksOf("golden-set", checks)[1]).toMatchObject({ verdict: "failed", numbers: {} });
      expect(checksOf("golden-set", checks)[1]?.sentence).toContain("its rows give no finite value of it");
      expect(checksOf("champion", checks)).toMatchObject([{ verdict: "failed" }]);
      expect(checksOf("chain", checks)).toMatchObject([{ verdict: "not-known" }]);
      expect(verdictOf(policy, checks)).toBe("failed");
    },
  );

  it.each([
    ["as the rows give it", (value: number) => value, "passed"],
    ["rounded to three digits", (value: number) => Number(value.toFixed(3)), "passed"],
    ["in single precision", Math.fround, "passed"],
    ["better than the rows give it", (value: number) => value + 0.01, "failed"],
  ])("should believe an accuracy %s", (_, written, verdict) => {
    const { candidate } = drawScored(seededRandom("contradiction"), { rows: ROWS });
    const right = candidate.labels.filter((label, row) => label === candidate.predictions[row]).length / ROWS;
    const model = modelOf(candidate, { evaluation: evaluationOf({ metrics: { accuracy: written(right) } }) });

    expect(checksOf("golden-set", checkGuardrails(guardrailPolicyOf(), evidenceOf(model)))[1]).toMatchObject({ verdict });
  });

  it.each([
    [0.93, 0.9300004, true],
    [0.931, 0.93141, true],
    [0.93, 0.9261, false],
    [1, 0.6, false],
    [0, 0, true],
    [12, 12.4, false],
    [1.5e-7, 1.54e-7, false],
    [-2.25, 2.25, false],
  ])("should take %p for a rounded %p: %p", (written, value, expected) => {
    expect(isRoundingOf(written, value)).toBe(expected);
  });
});

describe("all guardrails", () => {
  const random = seededRandom("all");
  const { candidate, champion } = drawScored(random, { rows: ROWS });
  const slices = { country: sliceColumn(Array.from({ length: ROWS }, (_, row) => (row % 2 === 0 ? "at" : "nz"))) };
  const policy = guardrailPolicyOf({
    slices: { columns: ["country"], minRows: 200 },
    metrics: [{ name: "accuracy", direction: "higher", margin: 0.05 }],
  });
  const evidence = evidenceOf(modelOf({ ...candidate, slices }), {
    champion: modelOf(champion, { name: "churn/1" }),
    baseline: modelOf(champion, { name: "base" }),
  });

  it("should each tell something, in their order, and pass an equal candidate", () => {
    const checks = checkGuardrails(policy, evidence);

    expect([...new Set(checks.map(({ name }) => name))]).toEqual([...GUARDRAILS]);
    expect(checks.filter(({ verdict }) => verdict !== "passed")).toEqual([]);
    expect(verdictOf(policy, checks)).toBe("passed");
  });

  it("should ask a person about the first candidate", () => {
    const { champion: _, ...first } = evidence;
    const checks = checkGuardrails(policy, first);

    expect(checksOf("champion", checks)).toMatchObject([{ verdict: "not-known" }]);
    for (const notKnown of ["ask", "pass"] as const) expect(verdictOf({ notKnown }, checks)).toBe("not-known");
  });

  it("should not know a baseline that the policy names and nobody read", () => {
    const { baseline: _, ...without } = evidence;
    const checks = checkGuardrails({ ...policy, baseline: { uri: "s3://b/k", sha256: GOLDEN } }, without);

    expect(checksOf("baseline", checks)).toMatchObject([{ verdict: "not-known" }]);
    expect(checksOf("baseline", checkGuardrails(policy, without))).toEqual([]);
  });

  it("should know nothing of a candidate whose evaluation could not be read, and say why", () => {
    const checks = checkGuardrails(policy, { ...evidence, candidate: { name: "churn/2", problem: "evaluation.json is cut off" } });

    expect(checks.filter(({ verdict }) => verdict === "passed")).toEqual([]);
    expect(checks[0]?.sentence).toContain("evaluation.json is cut off");
  });

  it("should tell finite numbers only, whatever is missing or odd", () => {
    const odd = fc.constantFrom(0, 1, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e300, 0.5);
    const columns = fc.tuple(fc.array(odd, { minLength: 0, maxLength: 60 }), fc.array(odd, { minLength: 60, maxLength: 60 }));
    fc.assert(
      fc.property(columns, columns, fc.boolean(), ([labels, predictions], [, others], hasChampion) => {
        const table = (values: readonly number[]) => ({
          rows: labels.length,
          ids: Float64Array.from(labels, (_, row) => row),
          labels: Float64Array.from(labels),
          predictions: Float64Array.from(labels, (_, row) => values[row] ?? 0),
          slices: {},
        });
        const metrics: GuardrailPolicy["metrics"] = [
          { name: "rmse", direction: "lower", margin: 0 },
          { name: "auc", direction: "higher", margin: 0, floor: 0.5 },
        ];

        const checks = checkGuardrails(
          guardrailPolicyOf({ metrics }),
          evidenceOf(modelOf(table(predictions)), hasChampion ? { champion: modelOf(table(others)) } : {}),
        );

        const numbers = checks.flatMap((check) => [...Object.values(check.numbers), check.threshold ?? 0, check.neededRows ?? 0]);
        expect(numbers.filter((number) => !Number.isFinite(number))).toEqual([]);
        expect(checks.map(({ sentence }) => sentence).filter((sentence) => /NaN|Infinity|undefined/.test(sentence))).toEqual([]);
      }),
      RUNS,
    );
  });
});

describe("the verdict", () => {
  const check = (verdict: GuardrailCheck["verdict"], more: Partial<GuardrailCheck> = {}): GuardrailCheck => ({
    name: "champion",
    verdict,
    numbers: {},
    sentence: "",
    ...more,
  });
  const unsure = check("not-known", { isPointNotWorse: true });

  it.each<[string, GuardrailCheck[], string, string]>([
    ["passed", [check("passed")], "passed", "passed"],
    ["a failed one among others", [check("passed"), unsure, check("failed")], "failed", "failed"],
    ["an estimate that is not worse", [check("passed"), unsure], "not-known", "passed"],
    ["an estimate that is worse", [unsure, check("not-known", { isPointNotWorse: false })], "not-known", "not-known"],
    ["no estimate", [check("not-known")], "not-known", "not-known"],
    ["a chain without gain", [check("passed"), check("failed", { name: "chain" })], "passed", "passed"],
    ["nothing", [], "not-known", "not-known"],
  ])("should be by policy `ask` and `pass`: %s", (_, checks, ask, pass) => {
    expect(verdictOf({ notKnown: "ask" }, checks)).toBe(ask);
    expect(verdictOf({ notKnown: "pass" }, checks)).toBe(pass);
  });
});

// Helpers

function checksOf(name: GuardrailCheck["name"], checks: readonly GuardrailCheck[]): GuardrailCheck[] {
  return checks.filter((check) => check.name === name);
}

function goldenSetOf(
  evaluation: Parameters<typeof evaluationOf>[0],
  policy: Partial<GuardrailPolicy> = {},
  evidence: Partial<GuardrailEvidence> = {},
): GuardrailCheck[] {
  const candidate = { name: "churn/2", evaluation: evaluationOf(evaluation) };
  return checksOf("golden-set", checkGuardrails(guardrailPolicyOf(policy), evidenceOf(candidate, evidence)));
}
