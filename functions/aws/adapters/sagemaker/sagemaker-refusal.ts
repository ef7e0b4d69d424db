import { ConflictException, ResourceNotFound, SageMakerServiceException } from "@aws-sdk/client-sagemaker";
import { RetryableError } from "../../../core/errors";

/**
 * Codes of refusals that time cures: too much was asked at once, or a key ran out. The SDK has no classes for them.
 * https://docs.aws.amazon.com/sagemaker/latest/APIReference/CommonErrors.html
 */
export const PASSING_CODES: ReadonlySet<string> = new Set([
  "ThrottlingException",
  "Throttling",
  "TooManyRequestsException",
  "RequestLimitExceeded",
  "RequestTimeout",
  "ExpiredTokenException",
]);

/** The code of SageMaker's own error, which the SDK gives as its name. */
export function codeOf({ name }: SageMakerServiceException): string {
  return name;
}

/** True for a refusal that time does not cure; false for faults of SageMaker, dead connections, conflicts and `PASSING_CODES`. */
export function isLastingRefusal(error: unknown): error is SageMakerServiceException {
  if (!(error instanceof SageMakerServiceException) || error instanceof ConflictException) return false;
  return error.$fault === "client" && !PASSING_CODES.has(codeOf(error));
}

/**
 * True where SageMaker knows no such thing, which most operations say in words alone: "ModelPackage arn:… does not exist.",
 * "Could not find endpoint configuration "arn:…"."
 * https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/sagemaker/model_package_group.go
 * https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/sagemaker/endpoint_configuration.go
 */
export function isMissing(error: unknown): boolean {
  if (!(error instanceof SageMakerServiceException)) return false;
  return (
    error instanceof ResourceNotFound ||
    (codeOf(error) === "ValidationException" && /does not exist|could not find/i.test(error.message))
  );
}

/**
 * What a look at `what`, such as "the endpoint e", rejects with: RetryableError when SageMaker cannot answer now, Error with what
 * to check when it will not.
 */
export function refusedToTell(what: string): (error: unknown) => never {
  return (error) => {
    if (!isLastingRefusal(error)) {
      throw new RetryableError(`${what} could not be looked at; it can be tried again later`, { cause: error });
    }
    const remedy = "check that it exists in this account and region, and that the function's role may look at it";
    throw new Error(`SageMaker refused to describe ${what} (${codeOf(error)}: ${error.message}); ${remedy}`, { cause: error });
  };
}
