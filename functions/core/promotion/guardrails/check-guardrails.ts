import { plainLine } from "../../plain-text";
import type { GuardrailPolicy } from "../promotion-settings";
import { checkChain } from "./chain";
import { type ComparedModels, checkAgainst, type Role } from "./compare-models";
import { checkGoldenSet } from "./golden-set";
import type { EvaluatedModel, GuardrailCheck, GuardrailEvidence } from "./guardrail";
import { checkIdentity } from "./identity";
import { contradictionOf, createMetricReader, type MetricReader } from "./metric-reader";
import { type Pairing, pairRows } from "./pair-rows";
import { checkPredictionShift } from "./prediction-shift";
import { checkSlices } from "./slices";
import { checkSystematicErrors } from "./systematic-errors";

/**
 * What the guardrails say of a candidate, in the order of `GUARDRAILS`: equal evidence gives equal checks. Nothing that is missing
 * passes: it is failed where the candidate's own metric is missing, and else not known.
 *
 * A failed check rejects the candidate, but for `chain`, which tells what its promotion would do to automatic training: see
 * `verdictOf`, and `chainWithoutGain`, by which that is decided once it is promoted.
 */
export function checkGuardrails(policy: GuardrailPolicy, evidence: GuardrailEvidence): readonly GuardrailCheck[] {
  const read = createMetricReader();
  const champion = evidence.champion && compared("champion", policy, evidence, evidence.champion, read);
  const checks = [
    ...checkIdentity(policy, evidence),
    ...checkGoldenSet(policy, evidence, read),
    ...(champion ? checkAgainst(policy, champion) : [firstCandidate(evidence)]),
  ];
  // One pair of tables after the other, as each may be as large as the memory that is left.
  checks.push(...baselineChecks(policy, evidence, read));
  checks.push(...checkSlices(policy, champion), ...checkPredictionShift(policy, champion));
  checks.push(...checkSystematicErrors(policy, champion), checkChain(policy, evidence, read));
  return checks.map(harmless);
}

/** The longest names and sentences that are told, in characters. */
const LONGEST_SUBJECT = 200;
const LONGEST_SENTENCE = 2_000;

/**
 * Names of slices and classes, and what an evaluation has, are whatever a file says; of metrics as large as a number can be, the
 * difference is none.
 */
function harmless(check: GuardrailCheck): GuardrailCheck {
  return {
    ...check,
    numbers: Object.fromEntries(Object.entries(check.numbers).filter(([, value]) => Number.isFinite(value))),
    ...(check.subject !== undefined && { subject: plainLine(check.subject, LONGEST_SUBJECT) }),
    sentence: plainLine(check.sentence, LONGEST_SENTENCE),
  };
}

function baselineChecks(policy: GuardrailPolicy, evidence: GuardrailEvidence, read: MetricReader): GuardrailCheck[] {
  if (evidence.baseline !== undefined) {
    return checkAgainst(policy, compared("baseline", policy, evidence, evidence.baseline, read));
  }
  if (policy.baseline === undefined) return [];
  const sentence = "The baseline that the policy names was not read: the candidate was not compared with it.";
  return [{ name: "baseline", verdict: "not-known", numbers: {}, sentence }];
}

function compared(
  role: Role,
  policy: GuardrailPolicy,
  { candidate }: GuardrailEvidence,
  other: EvaluatedModel,
  read: MetricReader,
): ComparedModels {
  // What contradicts the candidate's own evaluation is told of its golden set, and refuses it.
  const contradiction = contradictionOf(other, policy.metrics, read);
  const pairing: Pairing | undefined =
    contradiction === undefined ? pairingOf(candidate, other, role) : { outcome: "apart", problem: contradiction, numbers: {} };
  // Not of the candidate: who registers the same predictions again must not get other resamples.
  return { role, candidate, other, pairing, contradiction, read, seed: policy.goldenSet.sha256 };
}

/** Ids such as row numbers are alike in any two golden sets. */
function pairingOf(candidate: EvaluatedModel, other: EvaluatedModel, role: Role): Pairing | undefined {
  if (candidate.predictions === undefined || other.predictions === undefined) return undefined;
  const [own, others] = [candidate, other].map(({ evaluation }) => evaluation?.identity?.goldenSet.sha256);
  if (own === others) return pairRows(candidate.predictions, other.predictions, role);
  return { outcome: "apart", problem: `the candidate and the ${role} were evaluated on different golden sets`, numbers: {} };
}

function firstCandidate({ candidate }: GuardrailEvidence): GuardrailCheck {
  const sentence = `There is no champion yet to compare ${candidate.name} with, so its predictions, slices and errors have nothing beside them either: let a person look at the first one.`;
  return { name: "champion", verdict: "not-known", numbers: {}, sentence };
}
