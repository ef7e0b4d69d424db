import type { Importer } from "./importer";
import type { Findings } from "./reading/findings";
import { importFile } from "./reading/import-file";
import { jsonDocuments, jsonHead } from "./reading/json-documents";
import { type MetricSeries, readResults } from "./reading/metric-results";
import { momentReader } from "./reading/moment";
import { type Listing, pageElements } from "./reading/pages";
import { takeQuality } from "./reading/quality-lines";

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html; a page has up to 100,800 data points. */
const LISTING: Listing = {
  lists: ["MetricDataResults"],
  tokens: ["NextToken"],
  pageSize: Number.POSITIVE_INFINITY,
  remedy: "ask again without --max-items and --no-paginate, or add the pages that follow",
};

/** The quality of a model, by `aws cloudwatch get-metric-data`: its error or accuracy, and the rows behind it. */
export const cloudwatchMetricData: Importer = {
  name: "cloudwatch-metric-data",
  title: "CloudWatch: aws cloudwatch get-metric-data, with the labels error or accuracy, and rows",
  detects: (text) => /"MetricDataResults"\s*:/.test(jsonHead(text)),
  read: (text, options) =>
    importFile(options, "data points", (findings) => {
      const results = [...pageElements(jsonDocuments(text, findings), LISTING, findings)];
      const series = readResults(results, momentReader(options, "seconds"), findings);
      const [quality, rows] = [chosen(series, "quality", findings), chosen(series, "rows", findings)];
      for (const { label, role } of series) {
        if (role !== undefined) continue;
        findings.refuse(`the result ${label}`, { got: "a metric of another name", expected: NAMING });
      }
      if (quality !== undefined) takeQuality(options.model, quality, rows, findings);
    }),
};

const NAMING =
  'one whose label has the word error, accuracy or rows: give it one in its query, as in {"Id": "m1", "Label": "accuracy", …}';

/** The series of a role; undefined where there is none, or several, of which none is taken. */
function chosen(series: readonly MetricSeries[], role: "quality" | "rows", findings: Findings): MetricSeries | undefined {
  const roles: readonly MetricSeries["role"][] = role === "rows" ? ["rows"] : ["error", "accuracy"];
  const found = series.filter((one) => one.role !== undefined && roles.includes(one.role));
  if (found.length <= 1) return found[0];
  const labels = found.slice(0, 5).map(({ label }) => label);
  findings.tell(
    `got ${found.length} results of the ${role === "rows" ? "rows" : "error"}, ${labels.join(", ")}; expected one: leave out the others`,
  );
  return undefined;
}
