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
 * Handler of the request queue: decides about requests, pauses by rules, takes people's answers, and settles runs when their
 * pipeline says that they ended. The queue is FIFO with the model as its group, so after a failure everything of that group in the
 * batch is returned too, which keeps the order; other models go on. One that no retry can cure is set aside, and its group goes on:
 * returned, it would raise the receives of all of them, until all are dead letters.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
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
        const outcome = await outcomeOf(ports, models, record);
        if (outcome === "done") continue;
        if (outcome === "failed") failedGroups.add(group);
      }
      batchItemFailures.push({ itemIdentifier: messageId });
    }
    return { batchItemFailures };
  };
}

/** What became of a message: one that failed comes again, with its group, or alone where its group needs no order. */
type MessageOutcome = "done" | "failed" | "failed-alone";

async function outcomeOf(ports: CoordinatorPorts, models: readonly ModelSettings[], record: SQSRecord): Promise<MessageOutcome> {
  const { messageId, body, attributes } = record;
  let message: ForCoordinator | RunEnded | undefined;
  try {
    message = readRequestMessage({ id: messageId, body, sender: attributes.SenderId }, models);
    await handle(ports, message);
    return "done";
  } catch (error) {
    const requestId = message?.type === "coordinator-message" ? requestIdOf(message.content) : undefined;
    const about = { role: "coordinator", messageId, requestId, isRead: message !== undefined, error } as const;
    if (await setAside(ports, record, about)) return "done";
    // The ends of all runs are one group, and need no order: one that fails keeps no other back.
    return message?.type === "run-ended" ? "failed-alone" : "failed";
  }
}

async function handle(ports: CoordinatorPorts, message: ForCoordinator | RunEnded): Promise<void> {
  if (message.type === "run-ended") {
    for (const settings of message.models) await settleIfEnded(ports, settings, message.runId);
  } else {
    await handleCoordinatorMessage(ports, message.models[0], message.content);
  }
}
