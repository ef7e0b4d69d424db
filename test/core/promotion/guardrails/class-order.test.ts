import fc from "fast-check";
import { seededRandom } from "../../../../functions/core/capture/seeded-random";
import { inClassOrder } from "../../../../functions/core/promotion/evaluation/class-order";
import type { PredictionTable } from "../../../../functions/core/promotion/evaluation/prediction-table";
import { readPredictionTable } from "../../../../functions/core/promotion/evaluation/read-prediction-table";
import { checkGuardrails } from "../../../../functions/core/promotion/guardrails/check-guardrails";
import type { GuardrailPolicy } from "../../../../functions/core/promotion/promotion-settings";
import { type DrawnPair, drawScored, evidenceOf, guardrailPolicyOf, modelOf } from "../../../simulation/golden-set";

const RUNS = { numRuns: 60, seed: jest.getSeed() };

const METRICS: GuardrailPolicy["metrics"] = (["auc", "f1", "accuracy"] as const).map((name) => ({
  name,
  direction: "higher",
  margin: 0.005,
}));

type Name = string | number;

describe("inClassOrder", () => {
  it.each([
    [
      ["10", "9"],
      ["9", "10"],
    ],
    [
      ["2", "-1", "0.5", "1e+21"],
      ["-1", "0.5", "2", "1e+21"],
    ],
    [
      ["9", "10", "other"],
      ["10", "9", "other"],
    ],
    [
      ["9", "01"],
      ["01", "9"],
    ],
    [
      ["yes", "no"],
      ["no", "yes"],
    ],
  ])("should order %j as %j", (names, ordered) => {
    expect(inClassOrder(names)).toEqual(ordered);
  });
});

describe("the names of two classes", () => {
  it("should decide nothing: the second one is the same to every guardrail", async () => {
    await fc.assert(
      fc.asyncProperty(namesOfTwo(), fc.integer(), fc.double({ min: -1.5, max: 1.5, noNaN: true }), async (names, seed, loss) => {
        const pair = drawScored(seededRandom(`names ${seed}`), { rows: 200, positives: 0.3, loss });

        const checks = checksOf(await renamed(pair, names));

        expect(checks).toEqual(checksOf(await renamed(pair, ["no", "yes"])));
      }),
      RUNS,
    );
  });

  it("should never refuse a candidate that is worse on no row", async () => {
    await fc.assert(
      fc.asyncProperty(namesOfTwo(), fc.integer(), async (names, seed) => {
        const random = seededRandom(`better ${seed}`);
        const { champion } = drawScored(random, { rows: 200, positives: 0.3 });
        const label = (row: number) => champion.labels[row] ?? 0;
        const better = {
          ...champion,
          predictions: champion.predictions.map((prediction, row) => (random() < 0.5 ? label(row) : prediction)),
          scores: (champion.scores ?? champion.labels).map((score, row) => score + (label(row) - 0.5) * random()),
        };

        const checks = checksOf(await renamed({ candidate: better, champion }, names));

        const verdicts = checks.filter(({ name }) => name === "champion").map(({ subject, verdict }) => [subject, verdict]);
        expect(verdicts).toEqual(METRICS.map(({ name }) => [name, "passed"]));
      }),
      RUNS,
    );
  });
});

// Helpers

/** The first and the second of two classes: numbers, numbers as texts, or texts that are none. */
function namesOfTwo(): fc.Arbitrary<readonly [Name, Name]> {
  const numbers = fc
    .uniqueArray(fc.integer({ min: -20, max: 1_000 }), { minLength: 2, maxLength: 2 })
    .map(inOrder((a, b) => a - b));
  const texts = fc
    .uniqueArray(fc.constantFrom("a", "B", "01", "1,5", "+1", "ten", "é", "no", "yes", "10 %"), { minLength: 2, maxLength: 2 })
    .map(inOrder((a, b) => (a < b ? -1 : 1)));
  const asTexts = numbers.map(([first, second]) => [`${first}`, `${second}`] as const);
  return fc.oneof(fc.constant([9, 10] as const), fc.constant(["9", "10"] as const), numbers, asTexts, texts);
}

function inOrder<T>(compare: (a: T, b: T) => number): (two: readonly T[]) => readonly [T, T] {
  return (two) => {
    const [first, second] = [...two].sort(compare);
    if (first === undefined || second === undefined) throw new Error("got fewer than two names");
    return [first, second];
  };
}

async function renamed({ candidate, champion }: DrawnPair, names: readonly [Name, Name]): Promise<DrawnPair> {
  return { candidate: await readAs(candidate, names), champion: await readAs(champion, names) };
}

/** The table of a file in which the two classes have these names. */
async function readAs(
  { rows, labels, predictions, scores }: PredictionTable,
  names: readonly [Name, Name],
): Promise<PredictionTable> {
  const nameOf = (place: number | undefined) => names[place ?? 0];
  const lines = Array.from({ length: rows }, (_, id) =>
    JSON.stringify({ id, label: nameOf(labels[id]), prediction: nameOf(predictions[id]), score: scores?.[id] }),
  );
  async function* once() {
    yield lines;
  }
  const { table } = await readPredictionTable(once());
  if (table === undefined) throw new Error("the table could not be read");
  return table;
}

function checksOf({ candidate, champion }: DrawnPair) {
  const policy = guardrailPolicyOf({ metrics: METRICS, goldenSet: { sha256: "a".repeat(64), rows: candidate.rows } });
  const checks = checkGuardrails(policy, evidenceOf(modelOf(candidate), { champion: modelOf(champion, { name: "churn/1" }) }));
  // What kinds of errors are called depends on the names.
  return checks.map(({ name, subject, verdict, numbers }) =>
    name === "systematic-errors" ? { name, verdict } : { name, subject, verdict, numbers },
  );
}
