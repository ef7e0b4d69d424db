import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv2020 from "ajv/dist/2020";
import { evaluationJsonSchema, goldenPredictionJsonSchema } from "../../config/json-schemas";
import { parseEvaluation } from "../../functions/core/promotion/evaluation/parse-evaluation";
import { readPredictionTable } from "../../functions/core/promotion/evaluation/read-prediction-table";

const ROOT = join(__dirname, "../..");
const FIXTURES = join(ROOT, "test/core/promotion/evaluation/fixtures");
const EXAMPLE = JSON.parse(readFileSync(join(FIXTURES, "evaluation.json"), "utf8"));
const PAGE = readFileSync(join(ROOT, "docs/evaluation.md"), "utf8");

describe("evaluation.schema.json", () => {
  it("should be what the schema says now; `npm run schema` writes it", () => {
    expect(readFileSync(join(ROOT, "evaluation.schema.json"), "utf8")).toBe(evaluationJsonSchema());
  });

  it.each(["evaluation.json", "sagemaker-binary.json", "sagemaker-multiclass.json", "sagemaker-regression.json"])(
    "should accept %s",
    (file) => {
      expect(problemsOf(evaluationJsonSchema(), JSON.parse(readFileSync(join(FIXTURES, file), "utf8")))).toEqual([]);
    },
  );

  it.each([
    [{ schema: 2 }, "/retrigger/schema"],
    [{ model: "Churn" }, "/retrigger/model"],
    [{ goldenSet: { sha256: "ABC", rows: 1 } }, "/retrigger/goldenSet/sha256"],
    [{ training: { rows: -1 } }, "/retrigger/training/rows"],
  ])("should refuse an identity with %j, as the functions do", (changed, place) => {
    const file = { ...EXAMPLE, retrigger: { ...EXAMPLE.retrigger, ...changed } };

    expect(problemsOf(evaluationJsonSchema(), file)).toEqual([place]);
    expect(parseEvaluation(JSON.stringify(file), "a".repeat(64)).problem).toBeDefined();
  });
});

describe("golden-prediction.schema.json", () => {
  it("should be what the schema says now; `npm run schema` writes it", () => {
    expect(readFileSync(join(ROOT, "golden-prediction.schema.json"), "utf8")).toBe(goldenPredictionJsonSchema());
  });

  it.each([
    [{ id: 1, label: 0, prediction: 1.5 }, true],
    [{ id: "a", label: true, prediction: false, score: 0.1, slices: { country: "FR", plan: null } }, true],
    [{ id: "a", label: "x", prediction: "y", score: null, comment: "ours" }, true],
    [{ id: "", label: "x", prediction: "y" }, false],
    [{ id: "a", label: null, prediction: "y" }, false],
    [{ id: "a", label: "x", prediction: "" }, false],
    [{ id: "a", label: "x", prediction: ["y"] }, false],
    [{ id: "a", label: "x", prediction: "y", score: "0.5" }, false],
    [{ id: "a", label: "x", prediction: "y", slices: ["FR"] }, false],
    [{ id: "a", label: "x", prediction: "y", slices: { country: ["FR"] } }, false],
    [{ label: "x", prediction: "y" }, false],
  ])("should say of %j what the functions say: %j", async (line, isValid) => {
    expect(problemsOf(goldenPredictionJsonSchema(), line).length === 0).toBe(isValid);
    expect((await readPredictionTable(one(JSON.stringify(line)))).problem === undefined).toBe(isValid);
  });
});

describe("docs/evaluation.md", () => {
  it("should show the evaluation that the tests read, and lines that are predictions", async () => {
    const [evaluation = "", lines = ""] = [...PAGE.matchAll(/```json(?:l)?\n([\s\S]*?)```/g)].map(([, shown]) => shown ?? "");

    expect(JSON.parse(evaluation)).toEqual(EXAMPLE);
    const shown = lines.trim().split("\n");
    expect(shown.flatMap((line) => problemsOf(goldenPredictionJsonSchema(), JSON.parse(line)))).toEqual([]);
    expect((await readPredictionTable(one(...shown))).table?.rows).toBe(shown.length);
  });
});

// Helpers

function problemsOf(schema: string, value: unknown): string[] {
  const validate = new Ajv2020({ strict: true, allErrors: true, allowUnionTypes: true }).compile(JSON.parse(schema));
  validate(value);
  return (validate.errors ?? []).map(({ instancePath }) => instancePath);
}

async function* one(...lines: string[]): AsyncGenerator<readonly string[]> {
  yield lines;
}
