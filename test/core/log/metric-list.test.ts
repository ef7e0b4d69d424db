import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SUMMED_METRICS } from "../../../functions/core/log/essential-metrics";
import { eventsOf, METRIC_NAMESPACE, type Metric } from "../../../functions/core/log/metric";
import { METRICS } from "../../../functions/core/log/metric-list";

const ROOT = join(__dirname, "../../..");
const PAGE = readFileSync(join(ROOT, "docs/observability.md"), "utf8");

describe("METRICS and SUMMED_METRICS", () => {
  it("should be the tables of docs/observability.md", () => {
    const rows = PAGE.split("\n").filter((line) => /^\| `[A-Z]/.test(line));
    expect(rows).toEqual([...METRICS, ...SUMMED_METRICS].map(rowOf));
    expect(PAGE).toContain(`\`${METRIC_NAMESPACE}\``);
  });

  it("should have no name twice, as neither cloud takes other labels or dimensions for a name that it knows", () => {
    const names = [...METRICS, ...SUMMED_METRICS].map(({ name }) => name);

    expect(new Set(names).size).toBe(names.length);
  });
});

// Helpers

function rowOf(metric: Metric): string {
  const { name, unit, kind, value, dimensions, description } = metric;
  const events = eventsOf(metric).map((event) => `\`${event}\``);
  const field = value === undefined ? "" : `\`${value}\``;
  return `| \`${name}\` | ${unit} | ${kind} | ${events.join(", ")} | ${field} | ${dimensions.map((one) => `\`${one}\``).join(", ")} | ${description} |`;
}
