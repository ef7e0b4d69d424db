import { METRICS } from "../../../functions/core/log/metric-list";
import { structuredLine } from "../../../functions/gcp/deployed/console-log";

/**
 * Fields that Cloud Logging takes out of a line, and makes something else of:
 * https://cloud.google.com/logging/docs/structured-logging
 */
const SPECIAL_FIELDS = ["severity", "message", "httpRequest", "time", "timestamp", "timestampSeconds", "timestampNanos"];

describe("structuredLine", () => {
  it("should keep the fields of an entry at the root, with the severity and the message that Cloud Logging shows", () => {
    const entry = {
      level: "info",
      event: "feature-drift",
      model: "flights",
      requestId: "drift/flights/1",
      feature: "fare",
      score: 0.4,
    } as const;

    expect(JSON.stringify(structuredLine(entry))).toBe(
      '{"severity":"INFO","message":"feature-drift","event":"feature-drift","model":"flights","requestId":"drift/flights/1","feature":"fare","score":0.4}',
    );
  });

  it.each([
    ["warn", "WARNING"],
    ["error", "ERROR"],
  ] as const)("should take the level %s for the severity %s, and a drift's severity for none", (level, severity) => {
    const entry = { level, event: "drift-evaluated", model: "flights", severity: "high", severityRank: 3 };
    expect(JSON.parse(JSON.stringify(structuredLine(entry)))).toEqual({
      severity,
      message: "drift-evaluated",
      event: "drift-evaluated",
      model: "flights",
      severityRank: 3,
      driftSeverity: "high",
    });
  });

  it("should leave every field that a metric is made of where its filter looks for it", () => {
    for (const metric of METRICS) {
      const fields = [...metric.dimensions, ...("value" in metric ? [metric.value] : [])];
      const entry = Object.fromEntries(fields.map((field) => [field, "x"]));
      expect(structuredLine({ level: "info", ...entry, event: metric.event })).toMatchObject({ ...entry, event: metric.event });
      expect(SPECIAL_FIELDS.filter((special) => new Set<string>(fields).has(special))).toEqual([]);
    }
  });
});
