import * as z from "zod/mini";

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
