import { collectMetrics } from "../../../local/dashboard/collect-metrics";

describe("collectMetrics", () => {
  it("should keep a series for each metric and its dimensions", () => {
    const metrics = collectMetrics();

    for (const outcome of ["start", "defer", "start"])
      metrics.log({ level: "info", event: "decided", model: "m", outcome, reason: "r", requestId: "id" }, 0);

    expect(sums(metrics)).toEqual({
      'Decisions {"model":"m","outcome":"start"}': 2,
      'Decisions {"model":"m","outcome":"defer"}': 1,
      'DecisionsByReason {"model":"m","outcome":"start","reason":"r"}': 2,
      'DecisionsByReason {"model":"m","outcome":"defer","reason":"r"}': 1,
    });
  });

  it("should keep apart what differs in one dimension only, whatever the names are", () => {
    const metrics = collectMetrics();

    for (const feature of ["__proto__", "constructor", 'a","b', "a", ","])
      metrics.log({ level: "info", event: "feature-drift", model: "m", feature, score: 0.1 }, 0);

    expect(metrics.series().map(({ dimensions }) => dimensions.feature)).toEqual(["__proto__", "constructor", 'a","b', "a", ","]);
  });

  it("should keep the newest entries of an event only", () => {
    const metrics = collectMetrics();

    for (let at = 0; at < 60; at++) metrics.log({ level: "info", event: "decided", requestId: String(at) }, at);

    expect(metrics.newest("decided").map(({ at }) => at)).toEqual(Array.from({ length: 50 }, (_, index) => 59 - index));
    expect(metrics.newest("__proto__")).toEqual([]);
  });

  it("should take what a cloud measures by itself", () => {
    const metrics = collectMetrics();

    metrics.measure({ name: "DeadLetters", dimensions: { role: "data" }, value: 3 }, 0);

    expect(sums(metrics)).toEqual({ 'DeadLetters {"role":"data"}': 3 });
  });
});

// Helpers

function sums(metrics: ReturnType<typeof collectMetrics>): Record<string, number> {
  return Object.fromEntries(
    metrics.series().map(({ name, dimensions, slots }) => [`${name} ${JSON.stringify(dimensions)}`, slots.sum()]),
  );
}
