import { DEFAULT_DRIFT_POLICY } from "../../../../functions/core/drift/drift-policy";
import { type DriftEvaluation, evaluateDrift } from "../../../../functions/core/drift/evaluate-drift";
import { readDriftDocument } from "../../../../functions/core/drift/sources/drift-source";
import { CONTEXT, fixtureFile } from "./documents";

/** Windows that a score alone is learned from before one is judged. */
const LEARNED = 6;

const OLD = "City";
const NEW = "CITY";

describe("reports of renamed categories, one a window", () => {
  const files = [1, 2, 3].map((window) => fixtureFile(`drift-own/renamed-${window}.json`));

  it("should be a drift where all of 100 names are replaced", () => {
    expect(judged(files).map(stateOf("city"))).toEqual(["suspected", "critical", "critical"]);
  });

  it.each([
    ["12 names", counts(OLD, 12, 17), counts(NEW, 12, 17)],
    ["500 names against a large reference", counts(OLD, 500, 200), counts(NEW, 500, 2)],
    ["1,000 names that a window holds once", counts(OLD, 1_000, 100), counts(NEW, 1_000, 1)],
    ["half of 100 names", counts(OLD, 100, 1_000), { ...counts(OLD, 50, 10), ...counts(NEW, 50, 10) }],
    [
      "100 rare names among three common ones",
      { ...counts("big", 3, 20_000), ...counts(OLD, 100, 400) },
      { ...counts("big", 3, 200), ...counts(NEW, 100, 4) },
    ],
    ["one name of two", { yes: 5_000, no: 5_000 }, { yes: 500, No: 500 }],
  ])("should be a drift where what is replaced is %s", (_what, reference, current) => {
    const states = judged([1, 2, 3].map((window) => renamed(window, reference, current))).map(stateOf("city"));

    expect(states[0]).toBe("suspected");
    expect(["medium", "high", "critical"]).toContain(states[1]);
    expect(states[2]).toBe(states[1]);
  });

  it.each([
    ["each name is seen once on both sides", counts(OLD, 400, 1), counts(NEW, 400, 1)],
    ["a window holds too few rows", counts(OLD, 100, 1_000), counts(NEW, 9, 11)],
    ["every name is seen but a few times, by the same names too", counts(OLD, 400, 2), counts(OLD, 400, 2)],
  ])("should not be enough data where %s", (_what, reference, current) => {
    expect(judged([renamed(1, reference, current)]).map(outcomeOf("city"))).toEqual(["insufficient"]);
  });

  it.each([
    ["100 names", counts(OLD, 100, 1_000), counts(OLD, 100, 10)],
    ["12 names", counts(OLD, 12, 17), counts(OLD, 12, 17)],
    ["one name beside a few rare ones", { yes: 9_990, a: 6, b: 4 }, { yes: 998, c: 2 }],
  ])("should be calm where %s stay as they were", (_what, reference, current) => {
    expect(judged([1, 2, 3].map((window) => renamed(window, reference, current))).map(outcomeOf("city"))).toEqual([
      ...Array(3).fill("calm"),
    ]);
  });
});

describe("reports of Evidently, one a day", () => {
  const beside = JSON.parse(fixtureFile("evidently/embeddings-beside-column-0.7.json"));
  const [embeddings, column] = beside.metrics;
  const besideWith = (value: number) => JSON.stringify({ ...beside, metrics: [{ ...embeddings, value }, column] });
  const alone = JSON.parse(fixtureFile("evidently/embeddings-0.4.json"));
  const aloneWith = (score: number) => {
    const result = { ...alone.metrics[0].result, drift_score: score, drift_detected: score > 0.55 };
    return JSON.stringify({ ...alone, metrics: [{ ...alone.metrics[0], result }] });
  };

  it.each([
    ["0.7, beside a calm column", besideWith, 0.9952403846153846],
    ["0.7, of which the classifier is less sure", besideWith, 0.8],
    ["0.4, alone", aloneWith, 0.9004674304711119],
  ])("should be a drift of embeddings of %s, once calm windows are learned", (_version, reportWith, score) => {
    const days = [0.51, 0.49, 0.5, 0.52, 0.48, 0.5, 0.51, score, score].map(reportWith);

    expect(judged(days).map(stateOf("small"))).toEqual([
      ...Array(LEARNED).fill("insufficient"),
      ...["calm", "suspected", "medium"],
    ]);
  });

  it("should leave the column beside the embeddings calm", () => {
    const days = [...Array(7).fill(0.5), 0.995, 0.995].map(besideWith);

    expect(judged(days).map(outcomeOf("age"))).toEqual([...Array(LEARNED).fill("insufficient"), ...Array(3).fill("calm")]);
  });

  it("should be a drift of a suite's column that rises, and of no other", () => {
    const suite = JSON.parse(fixtureFile("evidently/test-suite-0.4.json"));
    const report = (value: number) => JSON.stringify(replaced(suite, ["features", "few", "score"], () => value));
    const evaluations = judged([...Array(LEARNED).fill(0.027), 0.4, 0.4].map(report));

    const detected = evaluations.at(-1)?.features.filter(({ state }) => state !== "none");
    expect(evaluations[0]?.features.map(({ name }) => name).sort()).toEqual(
      ["target", "prediction", "age", "const", "few", "income, net", "city=home", "flag"].sort(),
    );
    expect(detected).toMatchObject([{ name: "few", state: "detected" }]);
  });

  it("should be a drift of the dataset where the share of drifted columns rises, though its table is left out", () => {
    const table = JSON.parse(fixtureFile("evidently/table-left-out-0.4.json"));
    const report = (share: number) =>
      JSON.stringify(
        replaced(
          replaced(table, ["share_of_drifted_columns"], () => share),
          ["dataset_drift"],
          () => share >= 0.5,
        ),
      );

    const states = judged([...Array(LEARNED).fill(0.375), 0.375, 0.875, 0.875].map(report)).map(stateOf("(dataset)"));

    expect(states).toEqual([...Array(LEARNED).fill("insufficient"), "calm", "suspected", "medium"]);
  });
});

describe("results of NannyML, with chunks of analysis", () => {
  const rows: Readonly<Record<string, unknown>>[] = JSON.parse(fixtureFile("nannyml/column-chunk-size.json"));
  const file = JSON.stringify(rows);

  it("should be a drift of every column that moved, the one named like a chunk's cell among them", () => {
    const last = judged([file]).at(-1);

    const states = Object.fromEntries((last?.features ?? []).map(({ name, state }) => [name, state]));
    expect(states).toEqual({
      ...{ chunk_size: "detected", my_value: "detected", cat_alert: "detected" },
      ...{ income_jensen_shannon: "none", "it's (odd), 'q'": "none" },
    });
  });

  it.each(["chunk_period", "chunk_end_date", "chunk_x"])("should be the same of a column named %s", (column) => {
    const renamed = file.replaceAll('"chunk_size_', `"${column}_`);

    expect(judged([renamed]).map(stateOf(column))).toEqual(judged([file]).map(stateOf("chunk_size")));
  });

  it("should be the same where each chunk comes as a file of its own", () => {
    const reference = rows.filter(({ chunk_period }) => chunk_period === "reference");
    const analysed = rows.filter(({ chunk_period }) => chunk_period === "analysis");
    const files = analysed.map((row) => JSON.stringify([...reference, row]));

    expect(judged(files).map(stateOf("chunk_size"))).toEqual(judged([file]).map(stateOf("chunk_size")));
  });
});

// Helpers

type Counts = Readonly<Record<string, number>>;

function counts(prefix: string, names: number, each: number): Counts {
  return Object.fromEntries(Array.from({ length: names }, (_, index) => [`${prefix}${index}`, each]));
}

/** The report of a window with other counts. */
function renamed(window: number, reference: Counts, current: Counts): string {
  const report = JSON.parse(fixtureFile(`drift-own/renamed-${window}.json`));
  const evidence = {
    type: "distributions",
    reference: { type: "categories", counts: reference },
    current: { type: "categories", counts: current },
  };
  return JSON.stringify({ ...report, features: [{ name: "city", kind: "data", evidence }] });
}

/** What documents say that are dropped one a day, without a time of their own. */
function judged(texts: readonly string[]): DriftEvaluation[] {
  let history: Parameters<typeof evaluateDrift>[2] = [];
  return texts.flatMap((text, day) => {
    const at = Date.UTC(2026, 10, 20 + day);
    const context = { ...CONTEXT, documentId: `drift/flights/${day}.json@v1`, window: { start: at, end: at } };
    return readDriftDocument(withoutTime(text), context).reports.map((report) => {
      const evaluated = evaluateDrift(DEFAULT_DRIFT_POLICY, report, history);
      history = evaluated.history;
      return evaluated.evaluation;
    });
  });
}

function withoutTime(text: string): string {
  return text.replace(/,?\s*"timestamp":\s*"[^"]*"/, "");
}

const outcomeOf = (name: string) => (evaluation: DriftEvaluation) =>
  evaluation.features.find((feature) => feature.name === name)?.outcome ?? "not there";

/** The severity of a feature that is detected, `suspected`, or its outcome. */
const stateOf = (name: string) => (evaluation: DriftEvaluation) => {
  const feature = evaluation.features.find((one) => one.name === name);
  if (feature?.state === "detected") return feature.severity;
  return feature?.state === "suspected" ? "suspected" : outcomeOf(name)(evaluation);
};

/** The document with the values at the end of such a path replaced, wherever it is. */
function replaced(document: unknown, path: readonly string[], value: () => unknown): unknown {
  if (typeof document !== "object" || document === null) return document;
  if (Array.isArray(document)) return document.map((item) => replaced(item, path, value));
  return Object.fromEntries(
    Object.entries(document).map(([key, item]) => {
      const rest = key === path[0] ? path.slice(1) : path;
      return [key, rest.length === 0 ? value() : replaced(item, rest, value)];
    }),
  );
}
