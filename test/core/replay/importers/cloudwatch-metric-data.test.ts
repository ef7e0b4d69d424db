import { cloudwatchMetricData } from "../../../../functions/core/replay/importers/cloudwatch-metric-data";
import { describeGolden, readValid } from "./golden";

describe("cloudwatchMetricData", () => {
  describeGolden(cloudwatchMetricData);

  it("should refuse values that are no error, each kind once, and keep the others", () => {
    const text = `{"MetricDataResults": [{"Id": "e", "Label": "error", "Timestamps": [${[0, 1, 2, 3, 4].map(hour).join()}],
      "Values": [0.1, NaN, 1.5, -0.2, "0.3"], "StatusCode": "Complete"}]}`;

    const { lines, problems } = readValid(cloudwatchMetricData, text);

    expect(lines).toMatchObject([{ error: 0.1 }]);
    expect(problems).toEqual([
      expect.stringMatching(/^MetricDataResults\[0\] of line 1, point 1: got the value "NaN"; expected a number \(and 1 more/),
      expect.stringMatching(
        /^"error" at 2026-11-01T02:00:00.000Z: got the error 1.5; expected 0 to 1: divide percents .*\(and 1 more/,
      ),
    ]);
  });

  it("should take a metric by its Id where its label says nothing", () => {
    expect(readValid(cloudwatchMetricData, results({ Id: "accuracy", Label: "FlightDelay", Values: [0.9] })).lines).toMatchObject([
      { error: 0.1 },
    ]);
  });

  it.each(["ErrorAccuracy", "Latency", "terror", ""])("should not guess what the label %s means", (Label) => {
    expect(readValid(cloudwatchMetricData, results({ Label, Values: [0.9] }))).toMatchObject({
      lines: [],
      problems: [expect.stringContaining("whose label has the word error, accuracy or rows")],
    });
  });

  it("should choose between two errors no more than between an error and an accuracy", () => {
    const text = results({ Label: "error", Values: [0.1] }, { Id: "m2", Label: "accuracy", Values: [0.9] });

    expect(readValid(cloudwatchMetricData, text)).toMatchObject({
      lines: [],
      problems: [expect.stringMatching(/^got 2 results of the error, "error", "accuracy"; expected one/)],
    });
  });

  it("should tell that one data point has no period", () => {
    const { lines, missing } = readValid(cloudwatchMetricData, results({ Label: "error", Values: [0.1] }));

    expect(lines).toEqual([{ type: "quality", model: "flight-delay", at: Date.parse("2026-11-01T00:00:00Z"), error: 0.1 }]);
    expect(missing).toContainEqual(expect.stringMatching(/^One data point does not tell its period/));
  });

  it("should keep an error whose rows are no number of rows", () => {
    const text = results({ Label: "error", Values: [0.1] }, { Id: "m2", Label: "rows", Values: [99.5] });

    expect(readValid(cloudwatchMetricData, text)).toMatchObject({
      lines: [{ error: 0.1 }],
      problems: [expect.stringMatching(/^"rows" at .*: got 99.5 rows; .*SampleCount/)],
    });
  });

  it.each([
    { change: { StatusCode: "PartialData" }, problem: /"error" is PartialData: what follows it is missing/ },
    { change: { StatusCode: "Forbidden" }, problem: /is not whole: its StatusCode is "Forbidden"/ },
    { change: { Timestamps: [] }, problem: /without as many Values as Timestamps/ },
    { change: { Timestamps: ["2026-11-01T00:00:00"] }, problem: /--timezone/ },
  ])("should tell $change", ({ change, problem }) => {
    expect(readValid(cloudwatchMetricData, results({ Label: "error", Values: [0.1], ...change })).problems).toEqual([
      expect.stringMatching(problem),
    ]);
  });
});

// Helpers

function hour(index: number): number {
  return Date.parse("2026-11-01T00:00:00Z") / 1000 + 3600 * index;
}

function results(...MetricDataResults: readonly Readonly<Record<string, unknown>>[]): string {
  return JSON.stringify({
    MetricDataResults: MetricDataResults.map((result) => ({ Id: "m1", Timestamps: [hour(0)], StatusCode: "Complete", ...result })),
  });
}
