import * as z from "zod/mini";
import { modelOfMessage, parseCoordinatorMessage } from "../../core/coordinator-message";
import type { CandidateNoticed, ForCoordinator, RunEnded } from "../../core/incoming-message";
import { checkReadable, type ModelList } from "../../core/model-settings";
import { parsePackageEvent } from "./package-event";
import { parseJson, type SqsMessage } from "./s3-event";

/** What the request queue brings. */
export type RequestMessage = ForCoordinator | RunEnded | CandidateNoticed;

/**
 * A message of the request queue: the end of a pipeline's run, a change of a model package, or a message to the coordinator.
 * @throws PoisonMessageError when it is nothing of this
 */
export function readRequestMessage({ body, sender }: SqsMessage, models: ModelList): RequestMessage {
  const event = parseJson(body);
  const changed = parsePackageEvent(event);
  if (changed !== undefined) {
    const promoted = models.filter(({ promotion }) => promotion?.registry.toLowerCase() === changed.group);
    return { type: "candidate-noticed", version: changed.version, models: promoted };
  }
  const ended = parsePipelineEvent(event);
  if (ended === undefined) {
    const content = parseCoordinatorMessage(event, sender === undefined ? {} : { sender });
    const meant = models.filter(({ model }) => model === modelOfMessage(content));
    if (meant.length === 0) checkReadable(models, modelOfMessage(content));
    return { type: "coordinator-message", content, models: meant };
  }
  const starting = models.filter(({ pipeline }) => pipeline.name.toLowerCase() === ended.pipeline);
  return { type: "run-ended", runId: ended.runId, models: starting };
}

/**
 * A pipeline execution changed its state, as EventBridge tells it: best effort, perhaps twice.
 * https://docs.aws.amazon.com/eventbridge/latest/ref/events-ref-sagemaker.html
 */
const pipelineEventSchema = z.object({
  source: z.literal("aws.sagemaker"),
  "detail-type": z.literal("SageMaker Model Building Pipeline Execution Status Change"),
  detail: z.object({ pipelineArn: z.string(), pipelineExecutionArn: z.string() }),
});

/** The pipeline's name, in lower case as ARNs have it, and the run of such an event; undefined for anything else. */
export function parsePipelineEvent(message: unknown): { pipeline: string; runId: string } | undefined {
  const parsed = pipelineEventSchema.safeParse(message);
  if (!parsed.success) return undefined;
  const { pipelineArn, pipelineExecutionArn } = parsed.data.detail;
  return { pipeline: (pipelineArn.split("/").at(-1) ?? "").toLowerCase(), runId: pipelineExecutionArn };
}
