import type { Candidate } from "../../functions/core/promotion/candidate";
import type { CandidateRecord, PromotionState } from "../../functions/core/promotion/promotion-state";
import { NOW } from "./coordination-samples";

const SHA256 = "0a".repeat(32);

/** A candidate with everything that one can have. @param number of its version, `number` minutes after `NOW` */
export function candidateOf(number: number, values: Partial<Candidate> = {}): Candidate {
  return {
    id: `candidate/flights/delays-${number}`,
    model: "flights",
    version: `arn:aws:sagemaker:eu-west-1:111122223333:model-package/delays/${number}`,
    registeredAt: NOW + number * 60_000,
    runId: `arn:aws:sagemaker:eu-west-1:111122223333:pipeline/train/execution/${number}`,
    evaluationUri: `s3://ml/evaluations/${number}/evaluation.json`,
    ...values,
  };
}

/** A step with everything that one can have. */
export function candidateRecordOf(values: Partial<CandidateRecord> = {}): CandidateRecord {
  return {
    candidate: candidateOf(1),
    number: 3,
    at: NOW + 120_000,
    step: "ended",
    outcome: "not-approved",
    why: 'it\'s "ünïcode"\n',
    cause: { requestId: "data/flights/12", severity: "high", priority: 2 },
    checks: [
      {
        name: "champion",
        subject: "accuracy",
        verdict: "not-known",
        numbers: { difference: -0.1 - 0.2, rows: 1_000 },
        threshold: 1e-7,
        neededRows: 12_345,
        isPointNotWorse: false,
        sentence: "accuracy of 0.91 is within what 1,000 rows tell",
      },
      { name: "identity", verdict: "passed", numbers: {}, sentence: "it is made for the configured inputs" },
    ],
    comparedWith: "candidate/flights/delays-0",
    expiresAt: NOW + 240_000,
    approvedBy: ["Zoë", "bob"],
    by: "ada",
    ...values,
  };
}

/** A state with everything that one can have. */
export function fullPromotion(): PromotionState {
  const { cause, checks = [], comparedWith = "" } = candidateRecordOf();
  const candidateId = candidateOf(1).id;
  const [{ version, evaluationUri = "" }, at] = [candidateOf(0), NOW - 1_000];
  return {
    registry: "delays",
    noticed: [candidateOf(2).version],
    listedUntil: NOW,
    current: {
      candidate: candidateOf(1),
      stage: "approval",
      ...(cause && { cause }),
      checks,
      value: 0.1 + 0.2,
      evaluationSha256: SHA256,
      comparedWith,
      approval: { askedAt: NOW, expiresAt: NOW + 240_000, approvedBy: ["Zoë"] },
    },
    champions: [{ candidateId: comparedWith, version, evaluationUri, evaluationSha256: SHA256, registeredAt: at, at }],
    promotions: [{ candidateId: comparedWith, at, metric: "accuracy", value: 0.1 + 0.2 }],
    frozenAt: NOW - 500,
    goldenSet: { sha256: SHA256, uses: 3 },
    ended: [{ candidateId: comparedWith, outcome: "accepted", registeredAt: NOW - 9_000 }],
    answers: [{ id: "answer-1", candidateId, do: "approve", by: "Zoë", at: NOW + 1, result: "more-needed" }],
    outbox: [
      { type: "mark", number: 4, candidateId, version: candidateOf(1).version, verdict: "waiting", why: "not known: champion" },
      { type: "record", number: 5, record: candidateRecordOf({ step: "asked" }) },
      { type: "notify", number: 6, candidateId, at, subject: "a candidate waits", text: "ünïcode\nof two lines" },
      { type: "freeze", number: 7, candidateId, at, why: "3 promotions in a row without a gain" },
    ],
    effects: 8,
    records: 4,
  };
}

/** A state that tells which save it came from. */
export function promotionStateOf(effects: number): PromotionState {
  const { current: _current, frozenAt: _frozenAt, listedUntil: _listedUntil, ...state } = fullPromotion();
  return { ...state, outbox: [], effects };
}
