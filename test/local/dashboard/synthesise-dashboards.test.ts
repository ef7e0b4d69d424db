import { synthesiseDashboards } from "../../../local/dashboard/synthesise-dashboards";

describe("synthesiseDashboards", () => {
  it("should name what the dashboards refer to, and leave labels as CloudWatch reads them", () => {
    const { aws, gcp } = synthesiseDashboards();

    const [references, labels] = [/\$\{(?!PROP\()/, /\$\{PROP\('Dim\.model'\)\}/];
    expect(aws.json).not.toMatch(references);
    expect(aws.json).toMatch(labels);
    expect(aws.json).toContain(':alarm:retrigger-local-health_flight-delay"');
    expect(gcp.json).not.toMatch(references);
    expect(gcp.json).toContain('"retrigger-local-sweeper-silent"');
  });

  it("should tell what Cloud Monitoring has of each metric", () => {
    const { logMetrics } = synthesiseDashboards().gcp;

    expect(logMetrics.get("Retrigger/local/Decisions")).toBe("INT64");
    expect(logMetrics.get("Retrigger/local/DriftScore")).toBe("DISTRIBUTION");
  });
});
