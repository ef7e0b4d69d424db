import {
  GetQueueAttributesCommand,
  ListDeadLetterSourceQueuesCommand,
  ListQueuesCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";

import { isQueueOf } from "./dead-letters";

/** A queue of an environment, as SQS describes it. */
export interface SqsQueue {
  readonly name: string;
  readonly url: string;
  readonly arn: string;
  readonly isFifo: boolean;
  readonly isDeadLetters: boolean;
  /** About how many messages, hidden ones included. */
  readonly letters: number;
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_ListQueues.html */
const PAGE = 1_000;

/** A bound, so that a list without an end has one. */
const MAX_PAGES = 100;

/** The queues of the environment whose names start with `prefix`. */
export async function sqsQueues(sqs: SQSClient, prefix: string): Promise<SqsQueue[]> {
  const urls: string[] = [];
  let token: string | undefined;
  let pages = 0;
  do {
    if (++pages > MAX_PAGES)
      throw new Error(`SQS lists more than ${MAX_PAGES} pages of queues ${prefix}*, which were not all read`);
    const page = await sqs.send(
      new ListQueuesCommand({ QueueNamePrefix: prefix, MaxResults: PAGE, ...(token && { NextToken: token }) }),
    );
    urls.push(...(page.QueueUrls ?? []).filter((url) => isQueueOf(prefix, nameOf(url))));
    token = page.NextToken;
  } while (token !== undefined);
  const queues: SqsQueue[] = [];
  for (const url of urls.sort((a, b) => (a < b ? -1 : 1))) queues.push(await describe(sqs, url));
  return queues;
}

/** URL of the one queue whose failures a queue takes; undefined where there is none, or where there are several. */
export async function sourceOf(sqs: SQSClient, { url }: SqsQueue): Promise<string | undefined> {
  const { queueUrls = [] } = await sqs.send(new ListDeadLetterSourceQueuesCommand({ QueueUrl: url, MaxResults: 2 }));
  return queueUrls.length === 1 ? queueUrls[0] : undefined;
}

/**
 * Dead-letter queues say whose redrive target they may be:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-dead-letter-queues.html
 */
async function describe(sqs: SQSClient, url: string): Promise<SqsQueue> {
  const { Attributes = {} } = await sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: url,
      AttributeNames: ["QueueArn", "RedriveAllowPolicy", "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
    }),
  );
  const name = nameOf(url);
  return {
    name,
    url,
    arn: Attributes.QueueArn ?? "",
    isFifo: name.endsWith(".fifo"),
    isDeadLetters: Attributes.RedriveAllowPolicy !== undefined || /-dlq(?:\.fifo)?$/.test(name),
    letters:
      counted(name, Attributes.ApproximateNumberOfMessages) + counted(name, Attributes.ApproximateNumberOfMessagesNotVisible),
  };
}

/** @throws Error for a count that SQS did not give: it always does, so the answer is not its own */
function counted(name: string, count: string | undefined): number {
  if (count === undefined || !/^\d+$/.test(count)) throw new Error(`SQS did not say how many messages ${name} holds`);
  return Number(count);
}

function nameOf(url: string): string {
  return url.split("/").at(-1) ?? url;
}
