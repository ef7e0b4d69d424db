import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { handleCoordinatorMessage } from "../../core/coordination/handle-coordinator-message";
import { settleIfEnded, type WatchingPorts } from "../../core/coordination/sweep-coordination";
import { requestIdOf } from "../../core/coordinator-message";
import type { ForCoordinator, RunEnded } from "../../core/incoming-message";
import type { ModelSettings, ModelSettingsSource } from "../../core/model-settings";
import { type RejectingPorts, setAside } from "../../core/rejected-message";
import { readRequestMessage } from "../messages/request-message";

export interface CoordinatorPorts extends WatchingPorts, RejectingPorts<SQSRecord> {
  readonly settings: ModelSettingsSource;
}

/**
 * Handler of the request queue: decides about requests, pauses by rules, and settles runs when their pipeline says that they ended.
 * The queue is FIFO with the model as its group, so after a failure everything of that group in the batch is returned too, which
 * keeps the order; other models go on. One that no retry can cure is set aside, and its group goes on: returned, it would raise the
 * receives of all of them, until all are dead letters. https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function createCoordinator(ports: CoordinatorPorts): (event: SQSEvent) => Promise<SQSBatchResponse> {
  return async (event) => {
    const models = await ports.settings.list();
    const failedGroups = new Set<string>();
    const batchItemFailures: SQSBatchResponse["batchItemFailures"] = [];
    for (const record of event.Records) {
      const { messageId, attributes } = record;
      const group = attributes.MessageGroupId ?? "";
      if (!failedGroups.has(group)) {
        if (await isDone(ports, models, record)) continue;
        failedGroups.add(group);
      }
      batchItemFailures.push({ itemIdentifier: messageId });
    }
    return { batchItemFailures };
  };
}

/** False for a message that must come again. */
async function isDone(ports: CoordinatorPorts, models: readonly ModelSettings[], record: SQSRecord): Promise<boolean> {
  const { messageId, body } = record;
  let message: ForCoordinator | RunEnded | undefined;
  try {
    message = readRequestMessage({ id: messageId, body }, models);
    await handle(ports, message);
    return true;
  } catch (error) {
    const requestId = message?.type === "coordinator-message" ? requestIdOf(message.content) : undefined;
    return await setAside(ports, record, { role: "coordinator", messageId, requestId, isRead: message !== undefined, error });
  }
}

async function handle(ports: CoordinatorPorts, message: ForCoordinator | RunEnded): Promise<void> {
  if (message.type === "run-ended") {
    for (const settings of message.models) await settleIfEnded(ports, settings, message.runId);
  } else {
    await handleCoordinatorMessage(ports, message.models[0], message.content);
  }
}
