import type { GuardrailPolicy } from "../promotion-settings";
import type { GuardrailCheck } from "./guardrail";

/**
 * What becomes of a candidate: `failed` when a check failed, `passed` when all passed. With the policy `pass` a check that is not
 * known counts as passed where its estimate is no worse; one without an estimate still asks. The chain has no part in it: a
 * candidate that ends a chain without gain is as good as any, and it is automatic training that is frozen.
 */
export function verdictOf(
  { notKnown }: Pick<GuardrailPolicy, "notKnown">,
  checks: readonly GuardrailCheck[],
): GuardrailCheck["verdict"] {
  const judging = checks.filter(({ name }) => name !== "chain");
  if (judging.some(({ verdict }) => verdict === "failed")) return "failed";
  const isOpen = ({ verdict, isPointNotWorse }: GuardrailCheck) =>
    verdict === "not-known" && !(notKnown === "pass" && isPointNotWorse === true);
  // No check at all proves nothing.
  return judging.length === 0 || judging.some(isOpen) ? "not-known" : "passed";
}

/** What decided about a candidate: the first check that failed, else the first that is not known; undefined where all passed. */
export function decidingCheck(checks: readonly GuardrailCheck[]): GuardrailCheck | undefined {
  const judging = checks.filter(({ name }) => name !== "chain");
  return judging.find(({ verdict }) => verdict === "failed") ?? judging.find(({ verdict }) => verdict === "not-known");
}

/** A guardrail and what of the model it is about, such as `champion (auc)`. */
export function labelOf({ name, subject }: Pick<GuardrailCheck, "name" | "subject">): string {
  return subject === undefined ? name : `${name} (${subject})`;
}

/** What was found, to stand behind the label: without the subject, with which the sentences of slices begin. */
export function findingOf({ subject, sentence }: Pick<GuardrailCheck, "subject" | "sentence">): string {
  return subject !== undefined && sentence.startsWith(`${subject}: `) ? sentence.slice(subject.length + 2) : sentence;
}

/** The verdict of a check for people. The chain rejects nothing, so it says what the promotion would do to automatic training. */
export function verdictText({ name, verdict }: Pick<GuardrailCheck, "name" | "verdict">): string {
  if (name !== "chain" || verdict === "not-known") return verdict;
  return verdict === "failed" ? "would freeze" : "no freeze";
}
