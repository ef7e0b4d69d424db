import {
  DescribePipelineExecutionCommand,
  ResourceLimitExceeded,
  ResourceNotFound,
  type SageMakerClient,
  type SageMakerServiceException,
  StartPipelineExecutionCommand,
} from "@aws-sdk/client-sagemaker";
import * as z from "zod/mini";
import type { PipelineLauncher } from "../../../core/coordination/ports";
import { renderParameters } from "../../../core/coordination/render-parameters";
import { auditText } from "../../../core/coordination/request-size";
import { NoCapacityError, RetryableError, StartRefusedError } from "../../../core/errors";
import type { PipelineSettings } from "../../../core/model-settings";
import type { TrainingRequest } from "../../../core/training-request";
import { requestIdHash } from "../../../node/hashes";
import { codeOf, isLastingRefusal } from "./sagemaker-refusal";

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_StartPipelineExecution.html */
const MAX_DISPLAY_NAME = 82;
const MAX_DESCRIPTION = 3072;
/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_Parameter.html */
const MAX_PARAMETER_VALUE = 1024;

/**
 * `PipelineLauncher` for SageMaker Pipelines. The run is named by the pipeline execution's ARN. The hash of the deployment and the
 * request id is its ClientRequestToken, so that a repeated start is answered with the same run; how long SageMaker remembers it is
 * not documented. SageMaker does not say whether a run is new, so its description is read, which tells the request and its
 * manifest.
 *
 * `start` throws NoCapacityError when as many pipelines run as the account may have, RetryableError when SageMaker cannot now, and
 * StartRefusedError when it will not: the pipeline or its parameters are wrong, or a value is longer than a parameter takes.
 */
export function sageMakerPipelineLauncher(client: SageMakerClient): PipelineLauncher {
  return {
    async start(request, pipeline, deployment) {
      const command = new StartPipelineExecutionCommand({
        PipelineName: pipeline.name,
        ClientRequestToken: requestIdHash(deployment === undefined ? request.id : `${deployment} ${request.id}`),
        PipelineExecutionDisplayName: displayName(request.id),
        PipelineExecutionDescription: auditText(request, MAX_DESCRIPTION),
        PipelineParameters: parametersOf(pipeline, request),
      });
      const { PipelineExecutionArn: runId } = await client.send(command).catch((error: unknown) => {
        throw startError(error, request, pipeline);
      });
      if (runId === undefined) {
        throw new RetryableError(
          `SageMaker named no run of the pipeline ${pipeline.name} for ${request.id}; ask again to learn it`,
        );
      }
      if (deployment !== undefined) await checkIsOurs(client, runId, request);
      return { runId };
    },
  };
}

/** What the description of a run tells of its request. */
const auditedSchema = z.object({ requestId: z.string(), manifests: z.array(z.object({ uri: z.string() })) });

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not a description of ours, which the caller says.
    return undefined;
  }
}

/** @throws StartRefusedError when the run that SageMaker answered with trains for another request, or on another list */
async function checkIsOurs(client: SageMakerClient, runId: string, request: TrainingRequest): Promise<void> {
  const command = new DescribePipelineExecutionCommand({ PipelineExecutionArn: runId });
  const { PipelineExecutionDescription: description } = await client.send(command).catch((error: unknown) => {
    throw new RetryableError(`the run ${runId} of ${request.id} could not be looked at; it is asked for again`, { cause: error });
  });
  const sent = auditedSchema.parse(JSON.parse(auditText(request, MAX_DESCRIPTION)));
  const told = auditedSchema.safeParse(parseJson(description ?? ""));
  if (told.success && JSON.stringify(told.data) === JSON.stringify(sent)) return;
  const got = `SageMaker answered the start for ${request.id} with the run ${runId}, which is described as ${description?.slice(0, 200)}`;
  throw new StartRefusedError(`${got}; it is not the run of this request and its manifest: ask again with a new reason`);
}

/** SageMaker takes letters, digits and single or repeated hyphens between them. */
function displayName(requestId: string): string {
  const name = requestId.replace(/[^A-Za-z0-9]+/g, "-").slice(0, MAX_DISPLAY_NAME);
  return name.replace(/^-|-$/g, "");
}

function parametersOf(pipeline: PipelineSettings, request: TrainingRequest) {
  return Object.entries(renderParameters(pipeline.parameters, request)).map(([Name, Value]) => {
    if (Value.length > MAX_PARAMETER_VALUE) {
      const got = `the parameter ${Name} of the pipeline ${pipeline.name} would have ${Value.length} characters for ${request.id}`;
      throw new StartRefusedError(`${got}; at most ${MAX_PARAMETER_VALUE} are allowed: let it refer to less of the request`);
    }
    return { Name, Value };
  });
}

function startError(error: unknown, request: TrainingRequest, pipeline: PipelineSettings): Error {
  const what = `SageMaker did not start the pipeline ${pipeline.name} for ${request.id}`;
  if (error instanceof ResourceLimitExceeded) {
    return new NoCapacityError(`${what}: as many run as the account may have (${error.message})`, { cause: error });
  }
  if (!isLastingRefusal(error)) return new RetryableError(`${what}; it can be tried again later`, { cause: error });
  return new StartRefusedError(`${what} (${codeOf(error)}: ${error.message}); ${remedyOf(error, pipeline)}`, { cause: error });
}

function remedyOf(error: SageMakerServiceException, pipeline: PipelineSettings): string {
  if (error instanceof ResourceNotFound)
    return "check pipeline.name in retrigger.yaml, and that it exists in this account and region";
  if (codeOf(error) === "AccessDeniedException") return "allow the function's role sagemaker:StartPipelineExecution on it";
  const declared = Object.keys(pipeline.parameters).join(", ") || "none";
  return `check that the pipeline declares the parameters of retrigger.yaml (${declared}) and takes their values`;
}
