import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

const ROOT = join(__dirname, "../../..");
const PAGE = readFileSync(join(ROOT, "docs/observability.md"), "utf8");

describe("LogEvents", () => {
  const events = logEvents();

  it("should be the table of docs/observability.md", () => {
    const rows = PAGE.split("\n").filter((line) => /^\| `[a-z-]+` \|/.test(line));
    expect(rows).toEqual(events.map(rowOf));
  });

  it("should have none that no function logs", () => {
    const sources = readdirSync(join(ROOT, "functions"), { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts") && !file.includes("core/log/events") && !file.includes("metric-list"))
      .map((file) => readFileSync(join(ROOT, "functions", file), "utf8"))
      .join("\n");
    const computed = ["monitor-created", "monitor-updated"];
    const unwritten = events.filter(({ event }) => !sources.includes(`"${event}"`) && !computed.includes(event));
    expect(unwritten).toEqual([]);
  });
});

// Helpers

interface DescribedEvent {
  readonly event: string;
  readonly level: string;
  /** With `?` where it may be missing. */
  readonly fields: readonly string[];
  readonly when: string;
}

/** Types leave nothing to a program that runs, so the compiler is asked. */
function logEvents(): DescribedEvent[] {
  const path = join(ROOT, "functions/core/log/events.ts");
  const program = ts.createProgram([path], {
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    skipLibCheck: true,
    types: [],
    target: ts.ScriptTarget.ES2023,
    module: ts.ModuleKind.NodeNext,
  });
  const checker = program.getTypeChecker();
  const declared = program.getSourceFile(path)?.statements.find(isLogEvents);
  if (declared === undefined) throw new Error(`${path} declares no interface LogEvents`);
  return checker.getPropertiesOfType(checker.getTypeAtLocation(declared)).map((event) => {
    const fields = checker.getPropertiesOfType(checker.getTypeOfSymbol(event));
    const level = fields.find(({ name }) => name === "level");
    if (level === undefined) throw new Error(`the event ${event.name} has no level`);
    return {
      event: event.name,
      level: JSON.parse(checker.typeToString(checker.getTypeOfSymbol(level))),
      fields: fields.filter((field) => field !== level).map((field) => (mayBeMissing(field) ? `${field.name}?` : field.name)),
      when: ts.displayPartsToString(event.getDocumentationComment(checker)).replace(/\s+/g, " "),
    };
  });

  function mayBeMissing(field: ts.Symbol): boolean {
    const type = checker.getTypeOfSymbol(field);
    return (field.flags & ts.SymbolFlags.Optional) !== 0 || (type.isUnion() && type.types.some(isUndefined));
  }
}

function isLogEvents(statement: ts.Statement): boolean {
  return ts.isInterfaceDeclaration(statement) && statement.name.text === "LogEvents";
}

function isUndefined({ flags }: ts.Type): boolean {
  return (flags & ts.TypeFlags.Undefined) !== 0;
}

function rowOf({ event, level, fields, when }: DescribedEvent): string {
  return `| \`${event}\` | ${level} | ${fields.map((field) => `\`${field}\``).join(", ")} | ${when} |`;
}
