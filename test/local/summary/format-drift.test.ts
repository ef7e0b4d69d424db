import type { DriftRecord } from "../../../functions/core/drift/ports";
import { formatDrift } from "../../../local/summary/format-drift";

const WEEK_MS = 7 * 24 * 3_600_000;
const EVALUATION: DriftRecord["evaluation"] = {
  ...{ model: "flight-delay", monitor: "weekly-flights", reportId: "r", severity: "medium", isRisen: false },
  window: { start: 0, end: WEEK_MS },
  features: [],
};
const FEATURE: DriftRecord["evaluation"]["features"][number] = {
  ...{ name: "delay", kind: "label", metric: "psi", score: 0.2, threshold: 0.1, noise: 0.01, why: "psi 0.2 reaches 0.1 (medium)" },
  ...{ outcome: "drift", windowSeverity: "medium", state: "detected", severity: "medium", isRisen: false },
};

function told(records: readonly Partial<DriftRecord>[]): string {
  const drifts = records.map((record) => ({
    evaluation: { ...EVALUATION, features: [FEATURE] },
    evaluatedAt: WEEK_MS,
    ...record,
  }));
  const driftEvaluator = { invocations: 1, killed: 0 };
  return formatDrift({ drifts, driftReports: { deadLetters: [] }, decisions: [], runs: [], functions: { driftEvaluator } });
}

describe("formatDrift", () => {
  it("should say of a drift that asks for nothing how its episode stands", () => {
    expect(told([{ episode: "its training has ended; not asked again before then unless it gets worse" }])).toContain(
      "recorded: its training has ended; not asked again before then unless it gets worse",
    );
  });

  it("should say that a drift without an episode is recorded", () => {
    expect(told([{}])).toMatch(/medium {4}recorded$/m);
  });

  it("should tell where to look further", () => {
    expect(told([{}])).toContain("npx retrigger drift flight-delay");
  });
});
