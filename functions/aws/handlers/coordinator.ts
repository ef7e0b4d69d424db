import type { SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { handleCoordinatorMessage } from "../../core/coordination/handle-coordinator-message";
import { settleIfEnded, type WatchingPorts } from "../../core/coordination/sweep-coordination";
import { requestIdOf } from "../../core/coordinator-message";
import type { ModelSettings, ModelSettingsSource } from "../../core/model-settings";
import type { PromotionStore } from "../../core/promotion/ports";
import { noticeCandidate } from "../../core/promotion/take-candidate";
import { type RejectingPorts, setAside } from "../../core/rejected-message";
import { type RequestMessage, readRequestMessage } from "../messages/request-message";

export interface CoordinatorPorts extends WatchingPorts, RejectingPorts<SQSRecord> {
  readonly settings: ModelSettingsSource;
  /** Absent where no model is promoted: candidates are not noticed then. */
  readonly promotions?: PromotionStore;
}

/**
 * Handler of the request queue: decides about requests, pauses by rules, takes people's answers, and settles runs when their
 * pipeline says that they ended. Versions of the models' registries are noticed, and looked at by the promotion. The queue is FIFO
 * with the model as its group, so after a failure everything of that group in the batch is returned too, which keeps the order;
 * other models go on. One that no retry can cure is set aside, and its group goes on: returned, it would raise the receives of all
 * of them, until all are dead letters.
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
  let message: RequestMessage | undefined;
  try {
    message = readRequestMessage({ id: messageId, body, sender: attributes.SenderId }, models);
    await handle(ports, message);
    return "done";
  } catch (error) {
    const requestId = message?.type === "coordinator-message" ? requestIdOf(message.content) : undefined;
    const about = { role: "coordinator", messageId, requestId, isRead: message !== undefined, error } as const;
    if (await setAside(ports, record, about)) return "done";
    // The ends of all runs are one group, and so are all versions; they need no order: one that fails keeps no other back.
    return message === undefined || message.type === "coordinator-message" ? "failed" : "failed-alone";
  }
}

async function handle(ports: CoordinatorPorts, message: RequestMessage): Promise<void> {
  switch (message.type) {
    case "run-ended":
      for (const settings of message.models) await settleIfEnded(ports, settings, message.runId);
      return;
    case "candidate-noticed": {
      const { promotions } = ports;
      if (promotions === undefined) return;
      for (const settings of message.models) await noticeCandidate({ promotions }, settings, message.version);
      return;
    }
    case "coordinator-message":
      await handleCoordinatorMessage(ports, message.models[0], message.content);
  }
}
