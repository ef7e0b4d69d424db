import type { GuardrailPolicy, MetricPolicy } from "../promotion-settings";
import { neededRows } from "../statistics/needed-rows";
import { type Comparison, compareRows } from "./compare-rows";
import { compareShares } from "./compare-shares";
import type { EvaluatedModel, GuardrailCheck } from "./guardrail";
import type { MetricReader } from "./metric-reader";
import { isRowMetric } from "./metrics-of-rows";
import type { Pairing } from "./pair-rows";
import { many, percent, told } from "./told";

/** Which of the two that a candidate is compared with. */
export type Role = "champion" | "baseline";

/** The candidate beside the model that it must not be worse than. */
export interface ComparedModels {
  readonly role: Role;
  readonly candidate: EvaluatedModel;
  readonly other: EvaluatedModel;
  /** Their rows side by side; undefined where either has none. */
  readonly pairing: Pairing | undefined;
  /** Why what is known of the other one cannot be believed. */
  readonly contradiction: string | undefined;
  readonly read: MetricReader;
  /** What the resamples are drawn by. */
  readonly seed: string;
}

/**
 * Whether the candidate is no worse than the champion, or the baseline, by more than the margin, metric by metric and signed: a
 * better one is never held up for being different. It is failed when the worst of its luck does not explain what it lacks, passed
 * when the best of its luck does not hide more than the margin or when it is no worse on any row, and else not known.
 */
export function checkAgainst(policy: GuardrailPolicy, compared: ComparedModels): GuardrailCheck[] {
  const { role, candidate, other } = compared;
  const problem = incomparable(compared) ?? compared.contradiction;
  if (problem === undefined) return policy.metrics.map((metric) => checkMetric(policy, compared, metric));
  const sentence = `${candidate.name} cannot be compared with the ${role} ${other.name}: ${problem}.`;
  return [{ name: role, verdict: "not-known", numbers: {}, sentence }];
}

/** Why the two have nothing in common that could be compared. */
function incomparable({ role, candidate, other }: ComparedModels): string | undefined {
  for (const model of [candidate, other]) {
    if (model.evaluation === undefined)
      return `${model.problem ?? `${model.name} has no evaluation`}; evaluate it on the golden set`;
    if (model.evaluation.identity === undefined)
      return `the evaluation of ${model.name} does not say on which golden set it was made`;
  }
  const [own, others] = [candidate, other].map(({ evaluation }) => evaluation?.identity?.goldenSet.sha256);
  return own === others
    ? undefined
    : `they were evaluated on different golden sets (${own?.slice(0, 12)}… and ${others?.slice(0, 12)}…); evaluate the ${role} on the candidate's`;
}

function checkMetric(policy: GuardrailPolicy, compared: ComparedModels, metric: MetricPolicy): GuardrailCheck {
  const { role, candidate, other, read } = compared;
  const check = { name: role, subject: metric.name, threshold: metric.margin } as const;
  const [own, others] = [read(candidate, metric.name), read(other, metric.name)];
  for (const [model, reading] of [
    [candidate, own],
    [other, others],
  ] as const) {
    if (reading.outcome === "value") continue;
    const sentence = `${metric.name} of ${model.name} is missing: ${reading.problem}. What only one side has counts as failed; let the evaluation write it.`;
    return { ...check, verdict: "failed", numbers: {}, sentence };
  }
  if (own.outcome !== "value" || others.outcome !== "value") throw new Error("got a metric that is neither there nor missing");
  const comparison = compareBy(policy, compared, metric);
  if (!("problem" in comparison)) return checkOfComparison(policy, compared, metric, comparison);
  const difference = metric.direction === "higher" ? own.value - others.value : others.value - own.value;
  const sentence = `${metric.name} is ${told(own.value)}, the ${role}'s ${told(others.value)}; what of that is chance is not known: ${comparison.problem}.`;
  return {
    ...check,
    verdict: "not-known",
    numbers: { candidate: own.value, [role]: others.value, difference, ...comparison.numbers },
    isPointNotWorse: difference >= 0,
    sentence,
  };
}

type Compared = Comparison & { readonly rows: number; readonly unpairedFactor?: number };
type Problem = { readonly problem: string; readonly numbers?: Readonly<Record<string, number>> };

function compareBy(policy: GuardrailPolicy, compared: ComparedModels, metric: MetricPolicy): Compared | Problem {
  const { candidate, other, pairing, seed } = compared;
  const basis = { ...metric, alpha: 1 - policy.confidence, seed: `${seed} ${metric.name}` };
  if (pairing?.outcome === "apart") return pairing;
  if (isRowMetric(metric.name) && pairing !== undefined) {
    const comparison = compareRows(pairing.pair, metric.name, basis);
    return "problem" in comparison ? comparison : { ...comparison, rows: pairing.pair.rows };
  }
  if (metric.name === "accuracy") return compareShares(candidate, other, basis);
  const lacking = [candidate, other].filter(({ predictions }) => predictions === undefined).map(({ name }) => name);
  return {
    problem: isRowMetric(metric.name)
      ? `it needs the predictions of the golden set's rows, which ${lacking.join(" and ")} lack${lacking.length === 1 ? "s" : ""}; let the training write them`
      : "this metric is not computed from rows, and its standard deviation in an evaluation is no standard error; a person has to judge it",
  };
}

/** `failed`: worse by more than the margin for sure; `passed`: not worse by more for sure, or worse on no row. */
export function verdictByLimits(
  { lower, upper, isNowhereWorse }: Pick<Comparison, "lower" | "upper" | "isNowhereWorse">,
  margin: number,
): GuardrailCheck["verdict"] {
  if (upper < -margin) return "failed";
  return lower >= -margin || isNowhereWorse ? "passed" : "not-known";
}

function checkOfComparison(policy: GuardrailPolicy, compared: ComparedModels, metric: MetricPolicy, by: Compared): GuardrailCheck {
  const { role } = compared;
  const { difference, lower, upper, rows } = by;
  const verdict = verdictByLimits(by, metric.margin);
  const needed = verdict === "not-known" ? neededRows(by.spread, 1 - policy.confidence) : undefined;
  return {
    name: role,
    subject: metric.name,
    verdict,
    numbers: { candidate: by.candidate, [role]: by.other, difference, lower, upper, rows, ...by.numbers },
    threshold: metric.margin,
    ...(needed !== undefined && { neededRows: Math.max(needed, rows + 1) }),
    isPointNotWorse: difference >= 0,
    sentence: sentenceOf(policy, role, metric, by, { verdict, needed }),
  };
}

function sentenceOf(
  { confidence }: GuardrailPolicy,
  role: Role,
  { name, margin }: MetricPolicy,
  { candidate, other, difference, lower, upper, rows, isNowhereWorse, unpairedFactor }: Compared,
  { verdict, needed }: { readonly verdict: GuardrailCheck["verdict"]; readonly needed: number | undefined },
): string {
  const how = difference === 0 ? "equal to" : `${told(Math.abs(difference))} ${difference > 0 ? "better" : "worse"} than`;
  const found = `${name} is ${told(candidate)}, ${how} the ${role}'s ${told(other)} on ${many(rows, "row")}`;
  const sure = `with ${percent(confidence)} confidence`;
  const unpaired =
    unpairedFactor === undefined
      ? ""
      : ` Without the predictions of each row this takes some ${told(unpairedFactor)} times as many rows as with them.`;
  if (verdict === "failed") {
    const worse = `${sure} it is worse by ${told(-upper)} or more, and ${told(margin)} is allowed`;
    return `${found}; ${worse}. Do not promote it; look at what it was trained on.${unpaired}`;
  }
  if (verdict === "passed") {
    if (isNowhereWorse) return `${found}, and it is worse on none of them.${unpaired}`;
    const reach = lower >= 0 ? `${sure} it is better by ${told(lower)} or more` : `${sure} it is worse by ${told(-lower)} at most`;
    return `${found}; ${reach}, and ${told(margin)} is allowed.${unpaired}`;
  }
  const range = `${sure} it may be worse by ${told(-lower)}, and ${told(margin)} is allowed`;
  const remedy =
    needed === undefined
      ? "no number of rows would tell, as the estimate lies at what is allowed; allow a margin, or let a person judge"
      : `some ${Math.max(needed, rows + 1)} rows would tell, if the estimate holds; enlarge the golden set, or let a person judge`;
  return `${found}; ${range}: ${remedy}.${unpaired}`;
}
