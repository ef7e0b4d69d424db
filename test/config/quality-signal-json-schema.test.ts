import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv2020 from "ajv/dist/2020";
import { qualitySignalJsonSchema } from "../../config/json-schemas";

const ROOT = join(__dirname, "../..");
const PAGE = readFileSync(join(ROOT, "docs/quality-signals.md"), "utf8");
const [EXAMPLE, HOLD_OUT] = [...PAGE.matchAll(/```json\n([\s\S]*?)```/g)].map(([, shown = ""]) => JSON.parse(shown));

describe("quality-signal.schema.json", () => {
  it("should be what the schema says now; `npm run schema` writes it", () => {
    expect(readFileSync(join(ROOT, "quality-signal.schema.json"), "utf8")).toBe(qualitySignalJsonSchema());
  });

  it("should accept the examples of the documentation, and what it does not know", () => {
    expect(problemsOf({ ...EXAMPLE, comment: "ours" })).toEqual([]);
    expect(problemsOf({ ...HOLD_OUT, comment: "ours" })).toEqual([]);
  });

  it("should refuse what the coordinator would", () => {
    expect(problemsOf({ ...EXAMPLE, error: 12.5 })).toContain("/error");
    expect(problemsOf({ ...EXAMPLE, rows: -1 })).toContain("/rows");
    expect(problemsOf({ ...HOLD_OUT, holdOut: { challenger: 12 } })).toContain("/holdOut/challenger");
    expect(problemsOf({ ...HOLD_OUT, run: undefined })).toContain("");
  });
});

// Helpers

function problemsOf(message: unknown): string[] {
  const ajv = new Ajv2020({ strict: true, allErrors: true, formats: { "date-time": true } });
  const validate = ajv.compile(JSON.parse(qualitySignalJsonSchema()));
  validate(message);
  return (validate.errors ?? []).map(({ instancePath }) => instancePath);
}
