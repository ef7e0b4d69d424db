import type { Decision } from "../../../functions/core/coordination/decision";
import type { GuardrailCheck } from "../../../functions/core/promotion/guardrails/guardrail";
import type { CandidateRecord } from "../../../functions/core/promotion/promotion-state";
import type { RegisteredModel } from "../../../local/promotion/promotion-world";
import { formatPromotion } from "../../../local/summary/format-promotion";
import { promotionSummary } from "../../../local/summary/promotion-summary";

describe("promotionSummary", () => {
  it("should tell the last step of each model, by the first check that failed, and of one that nobody heard of", () => {
    const checks = [check("chain", "failed"), check("champion", "not-known"), check("slices", "failed")];
    const records = [recordOf(1, { step: "waiting" }), recordOf(1, { number: 3, step: "ended", outcome: "rejected", checks })];

    const { candidates } = promotionSummary({ trained: [trained(1), trained(2)], records, states: {}, freezes: [] }, []);

    expect(candidates).toMatchObject([
      { candidateId: "candidate/m/m-1", verdict: "failed", decidedBy: { name: "slices" }, outcome: "rejected", isApproved: false },
      { model: "m", rows: 1_000, auc: 0.6 },
    ]);
    expect(candidates[1]).not.toHaveProperty("candidateId");
    expect(candidates[1]).not.toHaveProperty("verdict");
  });

  it("should count what waited, and what people started, within a freeze and for its model alone", () => {
    const decisions = [
      decisionOf("data/m/1", "defer", 9),
      decisionOf("data/m/2", "defer", 10),
      decisionOf("data/m/2", "defer", 12),
      decisionOf("manual/m/1", "start", 15),
      decisionOf("data/m/3", "start", 16),
      { ...decisionOf("data/n/1", "defer", 17), model: "n" },
      decisionOf("data/m/4", "defer", 20),
    ];
    const freezes = [{ model: "m", from: 10, until: 20, why: "a chain" }];

    const [freeze] = promotionSummary({ trained: [], records: [], states: {}, freezes }, decisions).freezes;

    expect(freeze).toMatchObject({ waited: ["data/m/2"], started: ["manual/m/1"] });
  });
});

describe("formatPromotion", () => {
  it("should say what waits, how to answer, and that a freeze goes on", () => {
    const checks = [check("champion", "not-known")];
    const records = [recordOf(1, { step: "asked", checks })];
    const freezes = [{ model: "m", from: 0, why: "a chain" }];
    const summary = promotionSummary({ trained: [trained(1), trained(2)], records, states: {}, freezes }, []);

    const text = formatPromotion(summary, { functions: FUNCTIONS });

    expect(text).toMatch(/candidate\/m\/m-1 +1,000 flights +0\.600 +not-known +champion \(auc\) +waits for a person/);
    expect(text).toMatch(/nobody heard of it +1,000 flights/);
    expect(text).toContain("Automatic training of m was frozen on 1970-01-01 00:00, still frozen");
    expect(text).toContain("npx retrigger approve candidate/m/m-1   # it waits for a person");
  });
});

// Helpers

const NONE = { invocations: 0, killed: 0 };
const FUNCTIONS = { batcher: NONE, sweeper: NONE, coordinator: NONE, driftEvaluator: NONE, promoter: NONE };

function trained(number: number): RegisteredModel {
  const run = {
    runId: `run/${number}`,
    requestId: `data/m/${number}`,
    model: "m",
    pipeline: "train",
    parameters: {},
    startedAt: "2001-01-08T00:00:00.000Z",
    endsAt: "2001-01-08T02:00:00.000Z",
    status: "succeeded",
    actualUsd: 1,
  } as const;
  return { run, rows: 1_000, auc: 0.6, evaluationUri: "s3://b/evaluation.json", version: `arn/${number}` };
}

function recordOf(number: number, more: Partial<CandidateRecord> & Pick<CandidateRecord, "step">): CandidateRecord {
  const candidate = { id: `candidate/m/m-${number}`, model: "m", version: `arn/${number}`, registeredAt: 0 };
  return { candidate, number: 1, at: 0, why: "as it is", ...more };
}

function check(name: GuardrailCheck["name"], verdict: GuardrailCheck["verdict"]): GuardrailCheck {
  return { name, subject: "auc", verdict, numbers: {}, sentence: "as it is" };
}

function decisionOf(requestId: string, outcome: Decision["outcome"], decidedAt: number): Decision {
  const isManual = requestId.startsWith("manual/");
  const cause = isManual
    ? ({ type: "manual", by: "grace", why: "to see" } as const)
    : ({ type: "data", generation: 1, reason: "size", openedAt: 0, sealedAt: 0 } as const);
  const request = { id: requestId, model: "m", causes: [cause], priority: 4, manifests: [], requestedAt: 0 };
  return {
    requestId,
    model: "m",
    outcome,
    decidedAt,
    reason: outcome === "defer" ? "paused" : "all-checks-passed",
    checks: [],
    request,
  };
}
