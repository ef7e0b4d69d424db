import { ResourceLimitExceeded } from "@aws-sdk/client-sagemaker";
import { RetryableError } from "../../../core/errors";
import { harmlessLine } from "../../../core/plain-text";
import type { StepResult } from "../../../core/promotion/rollout/ports";
import { codeOf, isLastingRefusal, isMissing } from "./sagemaker-refusal";

/** Ends a step with its result, other than that it was taken; reasons quote services, so secrets of known forms are hidden. */
export class StepHalted extends Error {
  override readonly name = "StepHalted";
  readonly result: Exclude<StepResult, { is: "taken" }>;

  constructor(is: "busy" | "over-quota" | "refused", why: string) {
    const harmless = harmlessLine(why, MAX_WHY);
    super(harmless);
    this.result = { is, why: harmless };
  }
}

/** Longest reason that is told of, in characters. */
const MAX_WHY = 500;

/**
 * SageMaker has no code for an endpoint that is being updated, by autoscaling too, but these words. The second are those of what
 * another call made first: https://github.com/aws/sagemaker-python-sdk/issues/101
 */
const BUSY = /in-progress endpoint|already existing/i;

/** What a refusal is read, and told of, with. */
interface Refused {
  /**
   * Name that was made a moment ago, and may not be found yet, as
   * https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_CreateEndpointConfig.html says.
   */
  readonly made?: string;
  /** Variables whose values are not told. @default - none */
  readonly hidden?: readonly (readonly [name: string, value: string])[];
}

/**
 * What a call rejects with that was to do `what`, such as "make the model m": StepHalted, and RetryableError when SageMaker could
 * not answer now.
 */
export function notDone(what: string, { made, hidden = [] }: Refused = {}): (error: unknown) => never {
  return (error) => {
    if (!isLastingRefusal(error)) {
      throw new RetryableError(`SageMaker could not ${what}; it can be tried again later`, { cause: error });
    }
    const words = withoutValues(error.message, hidden);
    if (error instanceof ResourceLimitExceeded) {
      throw new StepHalted("over-quota", `the account's quotas do not let SageMaker ${what}: ${words}`);
    }
    const why = `SageMaker did not ${what} (${codeOf(error)}: ${words})`;
    const isUnseen = made !== undefined && isMissing(error) && error.message.includes(made);
    if (isUnseen || BUSY.test(error.message)) throw new StepHalted("busy", why);
    throw new StepHalted("refused", `${why}; ${remedyOf(codeOf(error))}`);
  };
}

/** Shorter values are hidden beside their names alone: they may be part of any word. */
const MIN_HIDDEN_CHARS = 6;

function withoutValues(text: string, hidden: NonNullable<Refused["hidden"]>): string {
  const longestFirst = [...hidden].filter(([, value]) => value !== "").sort(([, a], [, b]) => b.length - a.length);
  return longestFirst.reduce((clean, [name, value]) => {
    const beside = ["=", ": ", ":", '":"', '": "'].reduce(
      (rest, sign) => rest.replaceAll(`${name}${sign}${value}`, () => `${name}${sign}<hidden>`),
      clean,
    );
    return value.length < MIN_HIDDEN_CHARS ? beside : beside.replaceAll(value, () => "<hidden>");
  }, text);
}

function remedyOf(code: string): string {
  if (code.startsWith("AccessDenied")) return "allow it to the function's role";
  return "see what it says, and whether the rollout's role and the champion's configuration are as they were";
}

/** True where `found` has all that is wanted, and lists as long; what a service adds by itself is no difference. */
export function isPartOf(wanted: unknown, found: unknown): boolean {
  if (typeof wanted !== "object" || wanted === null) return wanted === found;
  if (typeof found !== "object" || found === null) return false;
  if (Array.isArray(wanted) && (!Array.isArray(found) || found.length !== wanted.length)) return false;
  return Object.entries(wanted).every(([key, value]) => value === undefined || isPartOf(value, Reflect.get(found, key)));
}
