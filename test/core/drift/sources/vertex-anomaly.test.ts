import fc from "fast-check";
import { anomalyOrigin, anomalyReport } from "../../../../functions/core/drift/sources/vertex-anomaly";
import { PoisonMessageError } from "../../../../functions/core/errors";
import { CONTEXT, expectReportsOrPoison, fixture, fixtureText, mutated } from "./documents";

const ENTRY = fixture("vertex-anomaly");

describe("anomalyReport", () => {
  it("should read each feature's deviation, and count what the entry does not list", () => {
    expect(anomalyReport(ENTRY, CONTEXT)).toEqual({
      version: 1,
      model: "flights",
      id: "5551234567890123456 7712345678901234567 RAW_FEATURE_DRIFT 2026-11-21T11:00:00.000Z",
      monitor: "vertex RAW_FEATURE_DRIFT 7712345678901234567",
      window: { start: Date.UTC(2026, 10, 21, 10), end: Date.UTC(2026, 10, 21, 11) },
      unlisted: "calm",
      features: [
        { name: "delay", kind: "label", evidence: { type: "score", metric: "vertex-deviation", score: 0.3517, threshold: 0.3 } },
        { name: "Churn", kind: "data", evidence: { type: "score", metric: "vertex-deviation", score: 0.62, threshold: 0.3 } },
        {
          name: "(unnamed)",
          kind: "data",
          evidence: { type: "violation", check: "RAW_FEATURE_DRIFT", description: "counted 3 anomalies, listed 2" },
        },
      ],
    });
  });

  it("should tell skew from drift, and attributions from values", () => {
    const report = anomalyReport(entryWith({ anomalyObjective: "FEATURE_ATTRIBUTION_SKEW", totalAnomaliesCount: 2 }), CONTEXT);

    expect(report.monitor).toBe("vertex FEATURE_ATTRIBUTION_SKEW 7712345678901234567");
    expect(report.features.map(({ kind }) => kind)).toEqual(["prediction", "prediction"]);
  });

  it.each([
    ["no deviation", { featureDisplayName: "delay", threshold: 0.3 }],
    ["no threshold", { featureDisplayName: "delay", deviation: 0.5 }],
    ["a deviation that is no number", { featureDisplayName: "delay", deviation: "NaN", threshold: 0.3 }],
    ["a deviation below its threshold", { featureDisplayName: "delay", deviation: 0.2, threshold: 0.3 }],
  ])("should count an anomaly with %s as one of unknown size", (_name, anomaly) => {
    const { features } = anomalyReport(entryWith({ featureAnomalies: [anomaly], totalAnomaliesCount: 1 }), CONTEXT);

    expect(features).toEqual([{ name: "delay", kind: "label", evidence: { type: "violation", check: "RAW_FEATURE_DRIFT" } }]);
  });

  it.each([
    ["the documents' keys", { anomalyObjective: undefined, anomalyType: "skew", featureName: "delay", score: 0.5 }],
    ["an objective that is not known", { anomalyObjective: "PREDICTION_DRIFT" }],
    ["no end", { endTime: undefined }],
    ["an end that is no time", { endTime: "soon" }],
    ["a start after its end", { startTime: "2026-11-22T00:00:00Z" }],
    ["no job", { modelDeploymentMonitoringJob: undefined }],
  ])("should refuse an entry with %s", (_name, change) => {
    expect(() => anomalyReport(entryWith(change), CONTEXT)).toThrow(PoisonMessageError);
  });

  it("should make a report of any entry, or refuse it", () => {
    fc.assert(fc.property(fc.jsonValue(), (entry) => expectReportsOrPoison(() => [anomalyReport(entry, CONTEXT)])));
    fc.assert(fc.property(mutated(ENTRY), (entry) => expectReportsOrPoison(() => [anomalyReport(entry, CONTEXT)])));
  });
});

describe("anomalyOrigin", () => {
  it("should tell where the anomaly was found", () => {
    expect(anomalyOrigin(ENTRY)).toEqual({
      monitoringJob: "projects/123456789012/locations/europe-west4/modelDeploymentMonitoringJobs/5551234567890123456",
      deployedModelId: "7712345678901234567",
    });
  });
});

// Helpers

function entryWith(change: object): unknown {
  const entry = JSON.parse(fixtureText("vertex-anomaly"));
  return { ...entry, jsonPayload: { ...entry.jsonPayload, ...change } };
}
