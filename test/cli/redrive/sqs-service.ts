import { createHash } from "node:crypto";
import { type Answer, awsError, type Received } from "../../aws/adapters/loopback-server";

const ACCOUNT = "111122223333";

/** A message as the fake queue keeps it. */
export interface StoredMessage {
  readonly id: string;
  readonly body: string;
  readonly sentAt: number;
  readonly group?: string;
  readonly attributes?: Readonly<Record<string, { readonly DataType: string; readonly StringValue: string }>>;
}

/** Messages of some queues by name; `source` is the queue whose failures a dead-letter queue takes. */
export interface ServiceQueue {
  readonly messages: readonly StoredMessage[];
  readonly source?: string;
}

interface SentMessage {
  readonly MessageBody: string;
  readonly MessageGroupId?: string;
  readonly MessageDeduplicationId?: string;
  readonly MessageAttributes?: StoredMessage["attributes"];
}

interface Kept extends StoredMessage {
  isHidden: boolean;
}

/** SQS in memory, as far as a redrive calls it: JSON over HTTP, FIFO groups, deduplication without an end. */
export function sqsService(queues: Readonly<Record<string, ServiceQueue>>) {
  const kept = new Map(
    Object.entries(queues).map(([name, { messages }]) => [name, messages.map((one): Kept => ({ ...one, isHidden: false }))]),
  );
  const deduplicated = new Set<string>();
  let sent = 0;

  function receive(name: string, limit: number): Kept[] {
    const messages = kept.get(name) ?? [];
    const blocked = new Set(messages.filter(({ isHidden, group }) => isHidden && group !== undefined).map(({ group }) => group));
    const page = messages.filter(({ isHidden, group }) => !isHidden && !blocked.has(group ?? "")).slice(0, limit);
    for (const message of page) message.isHidden = true;
    return page;
  }

  function send(name: string, input: SentMessage): Answer {
    const { MessageBody: body, MessageGroupId: group, MessageDeduplicationId: once } = input;
    const refusal = refusalOf(name, input);
    if (refusal !== undefined) return refusal;
    sent += 1;
    const message = {
      id: `sent-${sent}`,
      body,
      sentAt: 0,
      isHidden: false,
      ...(group && { group }),
      ...(input.MessageAttributes && { attributes: input.MessageAttributes }),
    };
    if (once === undefined || !deduplicated.has(once)) kept.get(name)?.push(message);
    if (once !== undefined) deduplicated.add(once);
    return json({ MessageId: message.id, MD5OfMessageBody: md5(body) });
  }

  return {
    /** Of a queue, those that wait, or are hidden. */
    messages: (name: string): readonly Kept[] => kept.get(name) ?? [],
    /** Takes everything that waits in a queue. */
    take: (name: string): readonly StoredMessage[] => kept.get(name)?.splice(0) ?? [],
    /** Makes visible what a client that died had received. */
    showAll() {
      for (const message of [...kept.values()].flat()) message.isHidden = false;
    },
    answer(request: Received): Answer {
      const { origin } = new URL(`http://${request.headers.host}`);
      const urlOf = (name: string) => `${origin}/${ACCOUNT}/${name}`;
      const input = JSON.parse(request.body.toString("utf8"));
      const name: string = input.QueueUrl?.split("/").at(-1) ?? "";
      switch (String(request.headers["x-amz-target"]).replace("AmazonSQS.", "")) {
        case "ListQueues":
          return json({ QueueUrls: [...kept.keys()].filter((one) => one.startsWith(input.QueueNamePrefix)).map(urlOf) });
        case "GetQueueUrl":
          return kept.has(input.QueueName)
            ? json({ QueueUrl: urlOf(input.QueueName) })
            : awsError("com.amazonaws.sqs#QueueDoesNotExist", "The specified queue does not exist.");
        case "GetQueueAttributes":
          return json({
            Attributes: {
              QueueArn: arnOf(name),
              ApproximateNumberOfMessages: String(kept.get(name)?.length ?? 0),
              ApproximateNumberOfMessagesNotVisible: "0",
              ...(name.includes("-dlq") && { RedriveAllowPolicy: "{}" }),
            },
          });
        case "ListDeadLetterSourceQueues": {
          const source = queues[name]?.source;
          return json({ queueUrls: source === undefined ? [] : [urlOf(source)] });
        }
        case "ReceiveMessage":
          return json({ Messages: receive(name, input.MaxNumberOfMessages).map(received) });
        case "SendMessage":
          return send(name, input);
        case "DeleteMessage":
          kept.set(
            name,
            (kept.get(name) ?? []).filter(({ id }) => id !== input.ReceiptHandle),
          );
          return json({});
        case "ChangeMessageVisibilityBatch":
          for (const { ReceiptHandle } of input.Entries)
            for (const message of kept.get(name) ?? []) if (message.id === ReceiptHandle) message.isHidden = false;
          return json({ Successful: input.Entries.map(({ Id }: { Id: string }) => ({ Id })), Failed: [] });
        default:
          return awsError("com.amazonaws.sqs#UnsupportedOperation", String(request.headers["x-amz-target"]));
      }
    },
  };
}

const MAX_MESSAGE_BYTES = 262_144;
const MAX_ATTRIBUTES = 10;

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html#API_SendMessage_Errors */
function refusalOf(
  name: string,
  { MessageBody, MessageGroupId, MessageDeduplicationId, MessageAttributes = {} }: SentMessage,
): Answer | undefined {
  const refuse = (code: string, text: string) => awsError(`com.amazonaws.sqs#${code}`, text);
  const attributes = Object.entries(MessageAttributes);
  const texts = [MessageBody, ...attributes.map(([, { StringValue }]) => StringValue)];
  const bytes = attributes.reduce(
    (sum, [attribute, { DataType, StringValue }]) => sum + Buffer.byteLength(attribute + DataType + StringValue),
    Buffer.byteLength(MessageBody),
  );
  if (name.endsWith(".fifo") && !MessageGroupId)
    return refuse("MissingParameter", "The request must contain the parameter MessageGroupId.");
  if (!name.endsWith(".fifo") && MessageDeduplicationId) return refuse("InvalidParameterValue", "Deduplication is of FIFO queues");
  if (attributes.length > MAX_ATTRIBUTES)
    return refuse("InvalidParameterValue", `Number of message attributes [${attributes.length}]`);
  if (attributes.some(([, { StringValue }]) => StringValue === ""))
    return refuse("InvalidParameterValue", "must contain a non-empty value");
  if (bytes > MAX_MESSAGE_BYTES)
    return refuse("InvalidParameterValue", "One or more parameters are invalid. Message must be shorter");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: what SQS refuses
  if (texts.some((text) => /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/.test(text))) {
    return refuse("InvalidMessageContents", "The message contains characters outside the allowed set.");
  }
  return undefined;
}

export function arnOf(name: string): string {
  return `arn:aws:sqs:eu-central-1:${ACCOUNT}:${name}`;
}

function received({ id, body, sentAt, group, attributes }: Kept) {
  return {
    MessageId: id,
    ReceiptHandle: id,
    Body: body,
    MD5OfBody: md5(body),
    Attributes: { SentTimestamp: String(sentAt), ApproximateReceiveCount: "6", ...(group && { MessageGroupId: group }) },
    ...(attributes && { MessageAttributes: attributes }),
  };
}

function json(body: unknown): Answer {
  return { status: 200, body: JSON.stringify(body), type: "application/x-amz-json-1.0" };
}

function md5(text: string): string {
  return createHash("md5").update(text).digest("hex");
}
