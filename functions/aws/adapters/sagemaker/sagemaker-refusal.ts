import { SageMakerServiceException } from "@aws-sdk/client-sagemaker";
import { RetryableError } from "../../../core/errors";

/** Refusals that time cures: too much was asked at once, the same is being changed, or a key ran out. */
const PASSING_ERRORS: ReadonlySet<string> = new Set([
  "ThrottlingException",
  "Throttling",
  "TooManyRequestsException",
  "RequestLimitExceeded",
  "RequestTimeout",
  "ExpiredTokenException",
  "ConflictException",
]);

/** True for a refusal that time does not cure; false for faults of SageMaker, dead connections and what `PASSING_ERRORS` names. */
export function isLastingRefusal(error: unknown): error is SageMakerServiceException {
  return error instanceof SageMakerServiceException && error.$fault === "client" && !PASSING_ERRORS.has(error.name);
}

/**
 * What a look at `what`, such as "the endpoint e", rejects with: RetryableError when SageMaker cannot answer now, Error with what to
 * check when it will not.
 */
export function refusedToTell(what: string): (error: unknown) => never {
  return (error) => {
    if (!isLastingRefusal(error)) {
      throw new RetryableError(`${what} could not be looked at; it can be tried again later`, { cause: error });
    }
    const remedy = "check that it exists in this account and region, and that the function's role may look at it";
    throw new Error(`SageMaker does not tell of ${what} (${error.name}: ${error.message}); ${remedy}`, { cause: error });
  };
}
