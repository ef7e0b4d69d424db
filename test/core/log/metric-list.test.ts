import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Metric } from "../../../functions/core/log/metric";
import { METRIC_NAMESPACE, METRICS } from "../../../functions/core/log/metric-list";

const ROOT = join(__dirname, "../../..");
const PAGE = readFileSync(join(ROOT, "docs/observability.md"), "utf8");

describe("METRICS", () => {
  it("should be taken from entries that the functions write", () => {
    const written = eventsWritten();
    expect(METRICS.filter(({ event }) => !written.includes(event))).toEqual([]);
  });

  it("should be the table of docs/observability.md", () => {
    const rows = PAGE.split("\n").filter((line) => /^\| `[A-Z]/.test(line));
    expect(rows).toEqual(METRICS.map(rowOf));
    expect(PAGE).toContain(`\`${METRIC_NAMESPACE}\``);
  });
});

describe("docs/observability.md", () => {
  it("should name every entry that the functions write, and no other", () => {
    const named = [...PAGE.matchAll(/^\| `([a-z][a-z-]+)` \|/gm)].map((match) => match[1] ?? "");
    const written = [...eventsWritten(), "monitor-created", "monitor-updated"];
    expect(new Set(named)).toEqual(new Set(written));
  });
});

// Helpers

/** Of literals alone; the events of a monitor that was kept are computed. */
function eventsWritten(): string[] {
  const sources = readdirSync(join(ROOT, "functions"), { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".ts"),
  );
  const texts = sources
    .filter((file) => !file.includes("metric-list"))
    .map((file) => readFileSync(join(ROOT, "functions", file), "utf8"));
  return texts.flatMap((text) => [...text.matchAll(/event: "([a-z-]+)"/g)].map((match) => match[1] ?? ""));
}

function rowOf({ name, unit, kind, event, value, dimensions, description }: Metric): string {
  const field = value === undefined ? "" : `\`${value}\``;
  return `| \`${name}\` | ${unit} | ${kind} | \`${event}\` | ${field} | ${dimensions.map((one) => `\`${one}\``).join(", ")} | ${description} |`;
}
