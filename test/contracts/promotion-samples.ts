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

/** A rollout with everything that one can have. */
function fullRollout(): NonNullable<NonNullable<PromotionState["current"]>["rollout"]> {
  const window = { at: NOW, nA: 1_900, nB: 100, xA: 19, xB: 1, lA: 95, lB: 5, bA: 0.1 + 0.2, bB: -1.5 };
  return {
    id: "0a1b2c3d",
    settings: {
      endpoint: "delays",
      shadowWindows: 12,
      percents: [5, 25, 50],
      tolerance: 1.25,
      bakeWindows: 24,
      deadlineWindows: 2016,
      laterCandidate: "waits",
      business: { namespace: "Shop", metric: "Sales", dwellWindows: 72 },
      sagemaker: {
        role: "arn:aws:iam::111122223333:role/serving",
        namePrefix: "rt-0123abcd",
        native: { shift: { type: "linear", percent: 20 }, waitSec: 600, alarms: ["errors"] },
      },
      people: { promote: ["AROA1"], rollBack: ["Zoë"] },
    },
    acceptedAt: NOW,
    acceptedFor: "every guardrail passed",
    isUrgent: true,
    startedAt: NOW + 1,
    plan: [{ is: "shadow", windows: 12 }, { is: "split", percent: 5 }, { is: "bake", windows: 24 }, { is: "native" }],
    champion: { on: "sagemaker", config: "delays-1", variant: "AllTraffic", model: "delays-1" },
    history: { rate: 0.01, high: 0.012, noise: [0.25, 0.1], requests: 2_000.5 },
    slowAboveMs: 120.5,
    at: { is: "stage", index: 1 },
    since: NOW + 2,
    toward: { is: "back" },
    orderedAt: NOW + 3,
    abandoned: [{ is: "split", percent: 25 }, { is: "shadow" }, { is: "candidate" }, { is: "champion" }],
    overrides: true,
    repeats: true,
    failures: 1,
    windows: [window],
    readUntil: NOW + 4,
    earlier: [[window]],
    high: 0.02,
    verifies: 1,
    total: 30,
    isRepeated: true,
    hold: { reason: "changed", why: "ünïcode", at: NOW + 5, by: "Zoë" },
    ending: { outcome: "rolled-back", why: "it fails", at: NOW + 6, by: "Zoë" },
    safeSince: NOW + 6,
    lease: { by: "turn", until: NOW + 7 },
  };
}

/** A state whose candidate is in its rollout, while another one waits. */
export function rolledPromotion(): PromotionState {
  const { current: _current, ...state } = fullPromotion();
  return { ...state, current: { candidate: candidateOf(1), stage: "rollout", rollout: fullRollout() }, next: candidateOf(2) };
}

/** A step of a rollout with everything that one can have. */
export function rolloutStepOf(): CandidateRecord {
  const score = { worse: 5.9, notWorse: null, phi: 1.5 };
  return candidateRecordOf({
    step: "rollout",
    rollout: {
      step: "back",
      traffic: "5% to the candidate, going to the champion alone",
      target: {
        on: "vertex",
        deployedModel: "7365738345634201600",
        model: "projects/p/locations/europe-west4/models/delays",
        version: "3",
      },
      reason: "changed",
      evidence: {
        windows: 53,
        requests: 5_300,
        by: "errors",
        errors: score,
        latency: score,
        business: { z: -5.4, bound: 5.3 },
        lower: 0.01,
        limits: { waits: 1.4, worse: 5.809, slower: 6.908, notWorse: 3.912, lower: 0.018 },
      },
      expected: [{ stage: "5%", windows: 21 }],
    },
  });
}

/** A state that tells which save it came from. */
export function promotionStateOf(effects: number): PromotionState {
  const { current: _current, frozenAt: _frozenAt, listedUntil: _listedUntil, ...state } = fullPromotion();
  return { ...state, outbox: [], effects };
}
