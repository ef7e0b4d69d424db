import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { handleCoordinatorMessage } from "../../core/coordination/handle-coordinator-message";
import { settleIfEnded, type WatchingPorts } from "../../core/coordination/sweep-coordination";
import { parseCoordinatorMessage, requestIdOf } from "../../core/coordinator-message";
import { failureEvent } from "../../core/log/log";
import type { ModelSettings, ModelSettingsSource } from "../../core/model-settings";
import { parsePipelineEvent } from "../messages/pipeline-event";
import { parseJson } from "../messages/s3-event";

export interface CoordinatorPorts extends WatchingPorts {
  readonly settings: ModelSettingsSource;
}

/**
 * Handler of the request queue: decides about requests, pauses by rules, and settles runs when their pipeline says that they ended. The queue is
 * FIFO with the model as its group, so after a failure everything of that group in the batch is returned too, which keeps the
 * order; other models go on. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function createCoordinator(ports: CoordinatorPorts): (event: SQSEvent) => Promise<SQSBatchResponse> {
  return async (event) => {
    const models = await ports.settings.list();
    const failedGroups = new Set<string>();
    const batchItemFailures: SQSBatchResponse["batchItemFailures"] = [];
    for (const { messageId, body, attributes } of event.Records) {
      const group = attributes.MessageGroupId ?? "";
      if (!failedGroups.has(group)) {
        let requestId: string | undefined;
        try {
          const message = parseJson(body);
          if (!(await settleEnded(ports, models, message))) {
            const asked = parseCoordinatorMessage(message);
            requestId = requestIdOf(asked);
            await handleCoordinatorMessage(ports, models, asked);
          }
          continue;
        } catch (error) {
          failedGroups.add(group);
          ports.log(failureEvent("coordinator", messageId, error, requestId));
        }
      }
      batchItemFailures.push({ itemIdentifier: messageId });
    }
    return { batchItemFailures };
  };
}

/** Settles the runs that a message tells the end of; false when it is no such message. */
async function settleEnded(ports: CoordinatorPorts, models: readonly ModelSettings[], message: unknown): Promise<boolean> {
  const ended = parsePipelineEvent(message);
  if (ended === undefined) return false;
  const concerned = models.filter(({ pipeline }) => pipeline.name.toLowerCase() === ended.pipeline);
  for (const settings of concerned) await settleIfEnded(ports, settings, ended.runId);
  return true;
}
