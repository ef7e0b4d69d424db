import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import * as z from "zod/mini";
import { type StartPorts, startOnce } from "../core/coordination/start-once";
import { PoisonMessageError } from "../core/errors";
import type { ModelSettingsSource } from "../core/model-settings";
import { messageOf } from "../core/report";
import { type TrainingRequest, trainingRequestSchema } from "../core/training-request";
import { parseJson } from "./s3-event";

export interface CoordinatorPorts extends StartPorts {
  readonly settings: ModelSettingsSource;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/**
 * Handler of the request queue: starts the pipeline of each request once. The queue is FIFO with the model as its group, so after a
 * failure everything of that model's group in the batch is returned too, which keeps the order; other models go on.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
 */
export function createCoordinator(ports: CoordinatorPorts): (event: SQSEvent) => Promise<SQSBatchResponse> {
  return async (event) => {
    const models = new Map((await ports.settings.list()).map((settings) => [settings.model, settings]));
    const failedGroups = new Set<string>();
    const batchItemFailures: SQSBatchResponse["batchItemFailures"] = [];
    for (const { messageId, body, attributes } of event.Records) {
      const group = attributes.MessageGroupId ?? "";
      if (!failedGroups.has(group)) {
        try {
          const request = parseRequest(body);
          const settings = models.get(request.model);
          if (settings === undefined) throw new PoisonMessageError(`no model is named ${request.model}`);
          await startOnce(ports, request, settings.pipeline, ports.now());
          continue;
        } catch (error) {
          failedGroups.add(group);
          ports.report({ level: "error", event: "request-failed", messageId, error: messageOf(error) });
        }
      }
      batchItemFailures.push({ itemIdentifier: messageId });
    }
    return { batchItemFailures };
  };
}

function parseRequest(body: string): TrainingRequest {
  const parsed = trainingRequestSchema.safeParse(parseJson(body));
  if (!parsed.success) throw new PoisonMessageError(`not a training request: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
