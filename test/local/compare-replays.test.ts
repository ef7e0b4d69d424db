import type { Decision } from "../../functions/core/coordination/decision";
import { comparable, compare } from "../../local/compare-replays";
import { formatComparison } from "../../local/format-summary";

describe("compare", () => {
  it("should find two replays equal whose manifests lie elsewhere", () => {
    const comparison = compare(replayOf("s3://a/1.manifest", "start"), replayOf("gs://b/1.jsonl", "start"));

    expect(comparison).toEqual({ counts: { decisions: 1, runs: 0, manifests: 1 }, differences: [] });
    expect(formatComparison(comparison)).toBe("AWS and Google Cloud: same decisions (1), same runs (0), same manifests (1)");
  });

  it("should show where they differ first, in each kind", () => {
    const { differences } = compare(replayOf("s3://a", "start"), replayOf("gs://b", "defer", ["in/b"]));

    expect(differences.map(({ kind, index }) => [kind, index])).toEqual([
      ["decisions", 0],
      ["manifests", 0],
    ]);
  });

  it("should see what only one of them has", () => {
    const { differences } = compare(replayOf("s3://a", "start"), { decisions: [], runs: [], manifests: [] });

    expect(differences.map(({ kind, there }) => [kind, there])).toEqual([
      ["decisions", undefined],
      ["manifests", undefined],
    ]);
  });
});

// Helpers

function replayOf(uri: string, outcome: Decision["outcome"], keys: readonly string[] = ["in/a"]) {
  const request = { id: "r", model: "m", causes: [], priority: 4, manifests: [{ uri, objects: 1, bytes: 2 }], requestedAt: 0 };
  const decision = { requestId: "r", model: "m", outcome, decidedAt: 0, reason: "cooldown", checks: [], request } as const;
  return comparable({ decisions: [decision], runs: [] }, [keys]);
}
