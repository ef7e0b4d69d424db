import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import { handleCoordinatorMessage } from "../../core/coordination/handle-coordinator-message";
import { settleIfEnded, type WatchingPorts } from "../../core/coordination/sweep-coordination";
import { requestIdOf } from "../../core/coordinator-message";
import type { ForCoordinator, RunEnded } from "../../core/incoming-message";
import { failureEvent } from "../../core/log/log";
import type { ModelSettingsSource } from "../../core/model-settings";
import { readRequestMessage } from "../messages/request-message";

export interface CoordinatorPorts extends WatchingPorts {
  readonly settings: ModelSettingsSource;
}

/**
 * Handler of the request queue: decides about requests, pauses by rules, and settles runs when their pipeline says that they ended.
 * The queue is FIFO with the model as its group, so after a failure everything of that group in the batch is returned too, which
 * keeps the order; other models go on. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
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
          const message = readRequestMessage({ id: messageId, body }, models);
          requestId = message.type === "run-ended" ? undefined : requestIdOf(message.content);
          await handle(ports, message);
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

async function handle(ports: CoordinatorPorts, message: ForCoordinator | RunEnded): Promise<void> {
  if (message.type === "run-ended") {
    for (const settings of message.models) await settleIfEnded(ports, settings, message.runId);
  } else {
    await handleCoordinatorMessage(ports, message.models[0], message.content);
  }
}
