import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv2020 from "ajv/dist/2020";
import { driftReportJsonSchema } from "../../config/json-schemas";

const ROOT = join(__dirname, "../..");
const EXAMPLE = JSON.parse(readFileSync(join(ROOT, "test/core/drift/fixtures/drift-report.json"), "utf8"));

describe("drift-report.schema.json", () => {
  it("should be what the schema says now; `npm run schema` writes it", () => {
    expect(readFileSync(join(ROOT, "drift-report.schema.json"), "utf8")).toBe(driftReportJsonSchema());
  });

  it("should accept the example, and what it does not know", () => {
    expect(problemsOf({ ...EXAMPLE, comment: "ours" })).toEqual([]);
  });

  it("should refuse what the functions would", () => {
    expect(problemsOf({ ...EXAMPLE, version: 2 })).toEqual(["/version"]);
    expect(problemsOf({ ...EXAMPLE, features: [{ ...EXAMPLE.features[2], sampleSize: -1 }] })).toEqual(["/features/0/sampleSize"]);
  });
});

describe("docs/drift-report.md", () => {
  it("should show the example that the tests read", () => {
    const [, shown = ""] = /```json\n([\s\S]*?)```/.exec(readFileSync(join(ROOT, "docs/drift-report.md"), "utf8")) ?? [];

    expect(JSON.parse(shown)).toEqual(EXAMPLE);
  });
});

// Helpers

function problemsOf(report: unknown): string[] {
  const ajv = new Ajv2020({ strict: true, allErrors: true, formats: { "date-time": true } });
  const validate = ajv.compile(JSON.parse(driftReportJsonSchema()));
  validate(report);
  return (validate.errors ?? []).map(({ instancePath }) => instancePath);
}
