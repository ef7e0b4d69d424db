import { synthesiseDashboards, watchedLocal } from "../../../local/dashboard/synthesise-dashboards";

describe("synthesiseDashboards", () => {
  it("should name what the dashboards refer to, and leave labels as CloudWatch reads them", () => {
    const { aws, gcp } = synthesiseDashboards(watchedLocal(false));

    const [references, labels] = [/\$\{(?!PROP\()/, /\$\{PROP\('Dim\.model'\)\}/];
    expect(aws.json).not.toMatch(references);
    expect(aws.json).toMatch(labels);
    expect(aws.json).toContain(':alarm:retrigger-local-health_flight-delay"');
    expect(gcp.json).not.toMatch(references);
    expect(gcp.json).toContain('"retrigger-local-sweeper-silent"');
  });

  it("should have a section on trained models where models are promoted, and none elsewhere", () => {
    const [without, promoted] = [false, true].map((hasPromoter) => synthesiseDashboards(watchedLocal(hasPromoter)));

    for (const cloud of ["aws", "gcp"] as const) {
      expect(without?.[cloud].json).not.toContain("What became of trained models?");
      expect(promoted?.[cloud].json).toContain("What became of trained models?");
    }
    expect(promoted?.gcp.logMetrics.get("Retrigger/local/CandidatesEnded")).toBe("INT64");
  });

  it("should tell what Cloud Monitoring has of each metric", () => {
    const { logMetrics } = synthesiseDashboards(watchedLocal(false)).gcp;

    expect(logMetrics.get("Retrigger/local/Decisions")).toBe("INT64");
    expect(logMetrics.get("Retrigger/local/DriftScore")).toBe("DISTRIBUTION");
  });
});
