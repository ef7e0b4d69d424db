import type { GuardrailPolicy, MetricPolicy } from "../promotion-settings";
import type { GuardrailCheck, GuardrailEvidence } from "./guardrail";
import type { MetricReader } from "./metric-reader";
import { many, thousands, told } from "./told";

/** Whether the candidate was evaluated on the golden set, all of it and no other, and reaches the floors. */
export function checkGoldenSet(policy: GuardrailPolicy, evidence: GuardrailEvidence, read: MetricReader): GuardrailCheck[] {
  const { candidate } = evidence;
  const set = checkSet(policy, evidence);
  if (candidate.evaluation === undefined && candidate.predictions === undefined) return [set];
  return [set, ...policy.metrics.map((metric) => checkFloor(metric, evidence, read))];
}

/** A golden set that changes makes candidates incomparable, so another digest is a refusal; so are rows left out or added. */
function checkSet({ goldenSet }: GuardrailPolicy, { candidate, goldenSetUses: uses }: GuardrailEvidence): GuardrailCheck {
  const identity = candidate.evaluation?.identity;
  const rows = candidate.predictions?.rows;
  const check = {
    name: "golden-set",
    numbers: {
      uses,
      expectedRows: goldenSet.rows,
      ...(identity && { rows: identity.goldenSet.rows }),
      ...(rows !== undefined && { predictions: rows }),
    },
  } as const;
  const used = `${many(uses, "candidate")} ${uses === 1 ? "was" : "were"} compared on it before: each use makes its best score a little too good, so replace it from time to time.`;
  if (identity === undefined) {
    const why = candidate.problem ?? "the evaluation has no key `retrigger`";
    return {
      ...check,
      verdict: "not-known",
      sentence: `It is not known on which golden set ${candidate.name} was evaluated: ${why}.`,
    };
  }
  if (identity.goldenSet.sha256 !== goldenSet.sha256) {
    const sentence = `The candidate was evaluated on a golden set with the digest ${identity.goldenSet.sha256.slice(0, 12)}…, not on ${goldenSet.sha256.slice(0, 12)}…, which never changes: evaluate it on that one, or declare the new set and evaluate the champion on it too.`;
    return { ...check, verdict: "failed", sentence };
  }
  if (identity.goldenSet.rows !== goldenSet.rows) {
    const sentence = `The evaluation counts ${many(identity.goldenSet.rows, "row")} of the golden set, which has ${thousands(goldenSet.rows)}: evaluate the candidate on all of them.`;
    return { ...check, verdict: "failed", sentence };
  }
  if (rows !== undefined && rows !== goldenSet.rows) {
    const sentence = `There are predictions of ${many(rows, "row")}, and the golden set has ${thousands(goldenSet.rows)}: write one for each row.`;
    return { ...check, verdict: "failed", sentence };
  }
  return {
    ...check,
    verdict: "passed",
    sentence: `The candidate was evaluated on all ${thousands(goldenSet.rows)} rows of the golden set. ${used}`,
  };
}

function checkFloor(
  { name, direction, floor }: MetricPolicy,
  { candidate }: GuardrailEvidence,
  read: MetricReader,
): GuardrailCheck {
  const check = { name: "golden-set", subject: name, ...(floor !== undefined && { threshold: floor }) } as const;
  const reading = read(candidate, name);
  if (reading.outcome === "missing") {
    const sentence = `${name} of ${candidate.name} is missing: ${reading.problem}. A candidate without it is refused; let the evaluation write a finite number.`;
    return { ...check, verdict: "failed", numbers: {}, sentence };
  }
  const { value, source, contradiction } = reading;
  const from = source === "rows" ? "by its rows" : "as the evaluation says";
  if (contradiction !== undefined) {
    const sentence = `The evaluation says that ${name} is ${contradiction}, and its rows give ${told(value)}, which no rounding explains: one of the two is not of this model; evaluate it anew.`;
    return { ...check, verdict: "failed", numbers: { value, evaluation: contradiction }, sentence };
  }
  const isReached = floor === undefined || (direction === "higher" ? value >= floor : value <= floor);
  const limit = direction === "higher" ? "at least" : "at most";
  const asked = floor === undefined ? "no floor is set" : `${limit} ${told(floor)} is asked for`;
  const remedy = isReached ? "" : " Do not promote it, whatever the champion has.";
  return {
    ...check,
    verdict: isReached ? "passed" : "failed",
    numbers: { value },
    ...(floor !== undefined && { isPointNotWorse: isReached }),
    sentence: `${name} is ${told(value)} ${from}; ${asked}.${remedy}`,
  };
}
