import { DEFAULT_DRIFT_POLICY } from "../../../../functions/core/drift/drift-policy";
import type { DriftReport } from "../../../../functions/core/drift/drift-report";
import { type EvaluatedDrift, evaluateDrift } from "../../../../functions/core/drift/evaluate-drift";
import { nannymlReports } from "../../../../functions/core/drift/sources/nannyml";
import { CONTEXT, fixture, fixtureFile } from "./documents";

const file = (name: string) => JSON.parse(fixtureFile(`nannyml/${name}.json`));

describe("calculatorOf", () => {
  it.each([
    ["univariate drift", fixture("nannyml-univariate"), "nannyml drift"],
    ["the reconstruction error", file("reconstruction-error"), "nannyml reconstruction error"],
    ["the domain classifier", file("domain-classifier"), "nannyml domain classifier"],
    ["the row count", file("row-count"), "nannyml row count"],
    ["estimated performance", file("estimated"), "nannyml estimated performance"],
    ["realised performance", file("realised-columns"), "nannyml realised performance"],
  ])("should tell %s by its measures", (_name, document, monitor) => {
    for (const report of nannymlReports(document, CONTEXT)) expect(report).toMatchObject({ monitor, unlisted: "calm" });
  });

  it.each([
    ["missing-values", "missing_values/2026-11-30.json", "nannyml missing values"],
    ["average-split", "avg.json", "nannyml average"],
    ["average-split", "daily-mean/1.json", "nannyml average"],
    ["standard-deviation", "std/1.json", "nannyml standard deviation"],
    ["standard-deviation", "summary/median.json", "nannyml median"],
  ])("should tell which statistic of columns %s is by its path %s", (name, path, monitor) => {
    for (const report of nannymlReports(file(name), { ...CONTEXT, path }))
      expect(report).toMatchObject({ monitor, unlisted: "calm" });
  });

  it.each([undefined, "weekly.json", "summary/1.json", "average-or-median/1.json"])(
    "should take a statistic of unknown kind for no calm at all, at the path %s",
    (path) => {
      const reports = nannymlReports(file("average-split"), { ...CONTEXT, ...(path !== undefined && { path }) });

      for (const report of reports) expect(report).toMatchObject({ monitor: "nannyml column statistics", unlisted: "unknown" });
      expect(reports.at(-1)?.features.map(({ name, kind, evidence }) => [name, kind, evidence.type])).toEqual([
        ["age", "data", "violation"],
        ["income", "data", "violation"],
        ["const", "data", "unmeasured"],
      ]);
    },
  );

  it("should let no calculator take back what another found", () => {
    const day = (document: unknown, date: number, path?: string): DriftReport[] =>
      nannymlReports(document, { ...CONTEXT, ...(path !== undefined && { path }) })
        .slice(-1)
        .map((report) => ({ ...report, id: `${report.monitor} ${date}`, window: { start: date, end: date } }));
    let history: EvaluatedDrift["history"] = [];
    const severities: string[] = [];
    for (const date of [1, 2, 3].map((count) => Date.UTC(2026, 10, count))) {
      const reports = [
        ...day(file("reconstruction-error"), date),
        ...day(file("missing-values"), date + 1, "missing.json"),
        ...day(file("missing-values"), date + 2),
        ...day(fixture("nannyml-estimated"), date + 3),
        ...day(file("row-count"), date + 4),
      ];
      for (const report of reports) {
        const evaluated = evaluateDrift(DEFAULT_DRIFT_POLICY, report, history);
        history = evaluated.history;
        if (report.monitor === "nannyml reconstruction error") severities.push(evaluated.evaluation.severity);
      }
    }

    expect(severities).toEqual(["none", "medium", "medium"]);
  });
});
