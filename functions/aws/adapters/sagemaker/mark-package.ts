import {
  type DescribeModelPackageOutput,
  type ModelApprovalStatus,
  type SageMakerClient,
  UpdateModelPackageCommand,
  type UpdateModelPackageCommandInput,
} from "@aws-sdk/client-sagemaker";
import { RetryableError } from "../../../core/errors";
import { plainLine } from "../../../core/plain-text";
import { markStep } from "../../../core/promotion/mark-step";
import type { RegistryMark } from "../../../core/promotion/ports";
import { requestIdHash } from "../../../node/hashes";
import { approvalOf, describePackage } from "./model-package";
import { codeOf, isLastingRefusal, isMissing } from "./sagemaker-refusal";

type Verdict = RegistryMark["verdict"];

/**
 * What a verdict becomes. Every change names a status, also one that leaves it as it is: a policy's condition on
 * `sagemaker:ModelApprovalStatus` holds for requests that have it.
 */
const STATUSES: Readonly<Record<Verdict, ModelApprovalStatus>> = {
  approved: "Approved",
  rejected: "Rejected",
  waiting: "PendingManualApproval",
};
const STAGE_STATUSES: Readonly<Record<Verdict, string>> = { approved: "Passed", rejected: "Failed", waiting: "InProgress" };

/** Metadata of the package that tell a verdict of ours from a person's. */
const CANDIDATE = "retrigger-candidate";
const VERDICT = "retrigger-verdict";

/** Of ApprovalDescription and StageDescription: https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_UpdateModelPackage.html */
const MAX_DESCRIPTION = 1024;
/** Of ClientToken. */
const MAX_TOKEN = 36;

/**
 * Writes a verdict to a model package: its approval with the reason, its stage of life, and metadata of our own. An approval that
 * differs from the metadata is somebody's own word, which stands, and a verdict that is written already costs no further call.
 * SageMaker changes a package without a condition, so a decision that somebody makes between the look and the change is lost.
 * @throws RetryableError when SageMaker cannot now, or another change is under way; Error with what to do when it will not
 */
export async function markPackage(client: SageMakerClient, mark: RegistryMark): Promise<"marked" | "overruled"> {
  const found = await describePackage(client, mark.version);
  if (found === undefined) return "overruled";
  const ours = oursOf(found, mark.candidateId);
  const step = markStep(mark.verdict, { approval: approvalOf(mark.version, found), ours });
  if (step !== "write") return step;
  try {
    await client.send(new UpdateModelPackageCommand(updateOf(mark, ours)));
    return "marked";
  } catch (error) {
    if (isMissing(error)) return "overruled";
    throw markError(error, mark);
  }
}

/** What was last written for this candidate. */
function oursOf({ CustomerMetadataProperties = {} }: DescribeModelPackageOutput, candidateId: string): Verdict | undefined {
  const { [CANDIDATE]: candidate, [VERDICT]: verdict } = CustomerMetadataProperties;
  return candidate === candidateId ? (["approved", "rejected", "waiting"] as const).find((one) => one === verdict) : undefined;
}

/** Equal marks have the same token, so that one whose answer was lost is made once. */
function updateOf({ version, candidateId, verdict, why }: RegistryMark, ours: Verdict | undefined): UpdateModelPackageCommandInput {
  const description = printable(why);
  const update: UpdateModelPackageCommandInput = {
    ModelPackageArn: version,
    ModelApprovalStatus: STATUSES[verdict],
    ApprovalDescription: description,
    CustomerMetadataProperties: { [CANDIDATE]: candidateId, [VERDICT]: verdict },
    ModelLifeCycle: {
      // People are asked once the guardrails let it pass.
      Stage: verdict === "waiting" || ours === "waiting" ? "Approval" : "Guardrails",
      StageStatus: STAGE_STATUSES[verdict],
      StageDescription: description,
    },
  };
  return { ...update, ClientToken: requestIdHash(JSON.stringify(update)).slice(0, MAX_TOKEN) };
}

/** In the characters that SageMaker takes: letters, marks, spaces, symbols, numbers, punctuation. */
function printable(why: string): string {
  return plainLine(why, MAX_DESCRIPTION).replace(/\p{C}/gu, " ");
}

function markError(error: unknown, { version, candidateId, verdict }: RegistryMark): Error {
  const what = `SageMaker did not mark ${candidateId}, the model package ${version}, as ${verdict}`;
  if (!isLastingRefusal(error)) return new RetryableError(`${what}; it can be tried again later`, { cause: error });
  const remedy = codeOf(error).startsWith("AccessDenied")
    ? "allow the function's role sagemaker:UpdateModelPackage on it, with this approval"
    : "check that the package can be changed";
  return new Error(`${what} (${codeOf(error)}: ${error.message}); ${remedy}`, { cause: error });
}
