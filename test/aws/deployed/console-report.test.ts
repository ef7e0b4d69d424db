import { consoleLog } from "../../../functions/aws/deployed/console-log";
import { metricLine } from "../../../functions/aws/deployed/metrics.lazy";
import type { Log } from "../../../functions/core/log/log";

const AT = Date.UTC(2026, 10, 21, 12);

describe("consoleLog of AWS", () => {
  it("should write an entry without metrics as it is, on one line", () => {
    const { lines, log } = createWorld();

    log({ level: "warn", event: "model-unknown", requestId: "a", why: "line\nbreak" });

    expect(lines).toEqual(['{"level":"warn","event":"model-unknown","requestId":"a","why":"line\\nbreak"}\n']);
  });

  it("should write an entry and its metric as one embedded metric", () => {
    const { lines, log } = createWorld();

    log({
      level: "info",
      event: "run-started",
      requestId: "data/flights/1",
      model: "flights",
      runId: "run-1",
      estimatedUsd: 4.2,
      landingToStartSec: 90,
    });

    expect(lines.map(parsed)).toEqual([
      {
        _aws: {
          Timestamp: AT,
          CloudWatchMetrics: [
            {
              Namespace: "Retrigger",
              Dimensions: [["environment", "model"]],
              Metrics: [
                { Name: "LandingToStart", Unit: "Seconds" },
                { Name: "EstimatedCostUsd", Unit: "None" },
              ],
            },
          ],
        },
        level: "info",
        event: "run-started",
        requestId: "data/flights/1",
        runId: "run-1",
        estimatedUsd: 4.2,
        landingToStartSec: 90,
        environment: "prod",
        model: "flights",
        LandingToStart: 90,
        EstimatedCostUsd: 4.2,
      },
    ]);
  });

  it("should give metrics of other dimensions a directive of their own, in the same line", () => {
    const { lines, log } = createWorld();

    log({ level: "info", event: "decided", model: "flights", requestId: "a", outcome: "start", reason: "all-checks-passed" });

    expect(lines).toHaveLength(1);
    expect(parsed(lines[0])).toMatchObject({
      _aws: {
        CloudWatchMetrics: [
          { Dimensions: [["environment", "model", "outcome"]], Metrics: [{ Name: "Decisions" }] },
          { Dimensions: [["environment", "model", "outcome", "reason"]], Metrics: [{ Name: "DecisionsByReason" }] },
        ],
      },
      reason: "all-checks-passed",
      Decisions: 1,
      DecisionsByReason: 1,
    });
  });

  it("should have the environment as the only dimension of a metric without any, and keep nothing of the entry before", () => {
    const { lines, log } = createWorld();

    log({ level: "info", event: "drift-evaluated", ...REPORT, severity: "medium", severityRank: 2, features: 3 });
    log({ level: "info", event: "swept", models: 1, failed: 0, durationMs: 12 });

    expect(parsed(lines[1])).toEqual({
      _aws: {
        Timestamp: AT,
        CloudWatchMetrics: [
          {
            Namespace: "Retrigger",
            Dimensions: [["environment"]],
            Metrics: [
              { Name: "Sweeps", Unit: "Count" },
              { Name: "SweepDuration", Unit: "Milliseconds" },
            ],
          },
        ],
      },
      level: "info",
      event: "swept",
      models: 1,
      failed: 0,
      durationMs: 12,
      environment: "prod",
      Sweeps: 1,
      SweepDuration: 12,
    });
  });

  it("should write a printable value of a dimension in a hostile feature's place", () => {
    const { lines, log } = createWorld();

    log({ level: "info", event: "feature-drift", ...REPORT, feature: ":größe\u0000", score: 0.4 });

    expect(parsed(lines[0])).toMatchObject({ feature: ":gr%C3%B6%C3%9Fe%00", DriftScore: 0.4 });
  });

  it("should write the entry, and why its metrics are missing, where those cannot be written", () => {
    const { lines, log } = createWorld(() => {
      throw new Error("no clock");
    });

    log({ level: "info", event: "swept", models: 1, failed: 0, durationMs: 12 });

    expect(lines.map(parsed)).toEqual([
      { level: "info", event: "swept", models: 1, failed: 0, durationMs: 12 },
      { level: "error", event: "metrics-not-told", of: "swept", error: "Error: no clock" },
    ]);
  });
});

// Helpers

const REPORT = { model: "flights", requestId: "drift/flights/1", reportId: "r1", monitor: "hourly" };

function createWorld(now = () => AT): { readonly lines: readonly string[]; readonly log: Log } {
  const lines: string[] = [];
  const log = consoleLog({ loadMetrics: () => metricLine("prod"), now, write: (line) => void lines.push(line) });
  return { lines, log };
}

function parsed(line: string | undefined): unknown {
  expect(line).toMatch(/^[^\n]*\n$/);
  return JSON.parse(line ?? "");
}
