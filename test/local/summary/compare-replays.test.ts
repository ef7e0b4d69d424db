import type { Decision } from "../../../functions/core/coordination/decision";
import type { DriftRecord } from "../../../functions/core/drift/ports";
import type { Severity } from "../../../functions/core/drift/severity";
import type { CandidateOutcome } from "../../../functions/core/promotion/candidate";
import { comparable, compare, formatComparison } from "../../../local/summary/compare-replays";
import type { CandidateSummary } from "../../../local/summary/promotion-summary";

describe("compare", () => {
  it("should find two replays equal whose manifests lie elsewhere", () => {
    const comparison = compare(replayOf("s3://a/1.manifest", "start"), replayOf("gs://b/1.jsonl", "start"));

    expect(comparison).toEqual({ counts: { decisions: 1, runs: 0, manifests: 1, drifts: 0, candidates: 0 }, differences: [] });
    expect(formatComparison(comparison)).toBe(
      "AWS and Google Cloud: same decisions (1), same runs (0), same manifests (1), same drift evaluations (0)",
    );
  });

  it("should show where they differ first, in each kind", () => {
    const { differences } = compare(replayOf("s3://a", "start"), replayOf("gs://b", "defer", ["in/b"]));

    expect(differences.map(({ kind, index }) => [kind, index])).toEqual([
      ["decisions", 0],
      ["manifests", 0],
    ]);
  });

  it("should see that a drift was judged otherwise", () => {
    const one = { decisions: [], runs: [], manifests: [], drifts: [driftOf("high")], candidates: [] };

    const { counts, differences } = compare(one, { ...one, drifts: [driftOf("none")] });

    expect(counts.drifts).toBe(1);
    expect(differences.map(({ kind }) => kind)).toEqual(["drifts"]);
  });

  it("should see that a candidate ended otherwise, and count candidates where there are some", () => {
    const one = { decisions: [], runs: [], manifests: [], drifts: [], candidates: [candidateOf("accepted")] };

    const [same, other] = [one, { ...one, candidates: [candidateOf("expired")] }].map((there) => compare(one, there));

    expect(same && formatComparison(same)).toMatch(/same drift evaluations \(0\), same candidates \(1\)$/);
    expect(other?.differences.map(({ kind }) => kind)).toEqual(["candidates"]);
  });

  it("should leave out since when a model was frozen, and nothing else of why a request waits", () => {
    const replays = [
      { since: 1, why: "a chain" },
      { since: 2, why: "a chain" },
      { since: 2, why: "a person" },
    ].map((numbers) => replayOf("s3://a", "defer", [], [{ check: "paused", verdict: "refused", numbers }]));

    const [later, otherwise] = replays.slice(1).map((replay) => compare(replays[0] ?? replay, replay).differences.length);

    expect({ later, otherwise }).toEqual({ later: 0, otherwise: 1 });
  });

  it("should see what only one of them has", () => {
    const nothing = { decisions: [], runs: [], manifests: [], drifts: [], candidates: [] };

    const { differences } = compare(replayOf("s3://a", "start"), nothing);

    expect(differences.map(({ kind, there }) => [kind, there])).toEqual([
      ["decisions", undefined],
      ["manifests", undefined],
    ]);
  });
});

// Helpers

function replayOf(uri: string, outcome: Decision["outcome"], keys: readonly string[] = ["in/a"], checks: Decision["checks"] = []) {
  const request = { id: "r", model: "m", causes: [], priority: 4, manifests: [{ uri, objects: 1, bytes: 2 }], requestedAt: 0 };
  const decision = { requestId: "r", model: "m", outcome, decidedAt: 0, reason: "cooldown", checks, request } as const;
  return comparable({ decisions: [decision], runs: [], drifts: [] }, [keys]);
}

function candidateOf(outcome: CandidateOutcome): CandidateSummary {
  const registeredAt = new Date(0).toISOString();
  return { model: "m", candidateId: "candidate/m/m-1", registeredAt, rows: 1, auc: 0.5, outcome, isApproved: false };
}

function driftOf(severity: Severity): DriftRecord {
  const evaluation = {
    model: "m",
    monitor: "own",
    reportId: "r",
    window: { start: 0, end: 1 },
    severity,
    isRisen: false,
    features: [],
  };
  return { evaluation, evaluatedAt: 2 };
}
