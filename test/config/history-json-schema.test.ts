import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv2020 from "ajv/dist/2020";
import { historyJsonSchema } from "../../config/json-schemas";

const ROOT = join(__dirname, "../..");
const LINE = { type: "quality", model: "churn", at: "2026-11-01T02:00:00Z", error: 0.12 };

describe("history.schema.json", () => {
  it("should be what the schema says now; `npm run schema` writes it", () => {
    expect(readFileSync(join(ROOT, "history.schema.json"), "utf8")).toBe(historyJsonSchema());
  });

  it("should accept every line of an example", () => {
    const lines = readFileSync(join(ROOT, "docs/examples/history/needs-training/history.jsonl"), "utf8").trim().split("\n");

    expect(lines.filter((line) => !isValid(JSON.parse(line)))).toEqual([]);
  });

  it("should refuse what the command line would", () => {
    expect(isValid(LINE)).toBe(true);
    expect(isValid({ ...LINE, error: 12 })).toBe(false);
    expect(isValid({ ...LINE, comment: "ours" })).toBe(false);
    expect(isValid({ ...LINE, type: "error" })).toBe(false);
  });
});

// Helpers

const validate = new Ajv2020({ strict: true, allErrors: true, formats: { "date-time": true } }).compile(
  JSON.parse(historyJsonSchema()),
);

function isValid(line: unknown): boolean {
  return validate(line);
}
