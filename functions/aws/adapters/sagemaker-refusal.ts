import { SageMakerServiceException } from "@aws-sdk/client-sagemaker";

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
