import type { Findings } from "./findings";
import type { MetricSeries } from "./metric-results";

/** Takes a series of errors, or of accuracies, as the quality of a model, with the rows of the same times. */
export function takeQuality(model: string, quality: MetricSeries, rows: MetricSeries | undefined, findings: Findings): void {
  const period = periodOf([...quality.points.keys()]);
  let withoutRows = 0;
  for (const [time, value] of quality.points) {
    const place = `${quality.label} at ${new Date(time).toISOString()}`;
    // A difference of two decimals has digits that neither had.
    const error = quality.role === "accuracy" ? Number((1 - value).toFixed(12)) : value;
    if (error < 0 || error > 1) {
      findings.refuse(place, {
        got: `the ${quality.role} ${value}`,
        expected: "0 to 1: divide percents by 100, as in the expression m1/100; an unbounded loss cannot be used",
      });
      continue;
    }
    const count = rowsAt(rows, time, findings);
    if (count === undefined) withoutRows++;
    const span = period === undefined ? { at: time } : { from: time, at: time + period };
    findings.add(String(time), { type: "quality", model, ...span, error, ...(count !== undefined && { rows: count }) });
  }
  if (findings.isEmpty()) return;
  if (period === undefined)
    findings.lack("One data point does not tell its period, so the time that its error is of is not known.");
  if (withoutRows > 0)
    findings.lack(
      `How many rows are behind an error is not known for ${withoutRows} of ${quality.points.size}, so neither is their noise: add a metric with the label rows.`,
    );
  findings.lack(
    "When the labels were there is not in the metric: errors count as known at the end of their period. Nor is the run that trained the model.",
  );
}

function rowsAt(rows: MetricSeries | undefined, time: number, findings: Findings): number | undefined {
  const count = rows?.points.get(time);
  if (rows === undefined || count === undefined) return undefined;
  if (Number.isSafeInteger(count) && count >= 0) return count;
  const place = `${rows.label} at ${new Date(time).toISOString()}`;
  findings.refuse(place, {
    got: `${count} rows`,
    expected: "a whole number, 0 or more: take the statistic SampleCount or Sum; the error counts without rows",
  });
  return undefined;
}

/**
 * The period of data points: the least time between two of them, as there is none where nothing was measured. A time is that of the
 * beginning of its period, https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_concepts.html
 */
function periodOf(times: readonly number[]): number | undefined {
  const sorted = times.toSorted((a, b) => a - b);
  const gaps = sorted.slice(1).map((time, index) => time - (sorted[index] ?? time));
  return gaps.length === 0 ? undefined : gaps.reduce((least, gap) => Math.min(least, gap));
}
