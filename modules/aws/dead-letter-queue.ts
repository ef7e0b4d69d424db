import { SqsQueue } from "@cdktf/provider-aws/lib/sqs-queue";
import { SqsQueuePolicy } from "@cdktf/provider-aws/lib/sqs-queue-policy";
import { Construct } from "constructs";
import { type AwsDeployment, queueName } from "./deployment";
import { type QueueSender, queuePolicy } from "./queue-policy";

/** The longest that SQS keeps a message. */
const FOURTEEN_DAYS_SEC = 1_209_600;

export interface DeadLetterQueueProps {
  readonly deployment: AwsDeployment;
  /** Whose failures it takes: it is named `retrigger-<environment>-<of>-dlq`. */
  readonly of: string;
  /** @default false */
  readonly fifo?: boolean;
  /** The queue that it serves as redrive target. @default - none may */
  readonly sourceQueueArn?: string;
  /** @default - only roles of the account may send */
  readonly senders?: readonly QueueSender[];
}

/** Keeps for 14 days what could not be delivered; encrypted, TLS only. */
export class DeadLetterQueue extends Construct {
  readonly name: string;
  readonly arn: string;
  readonly url: string;
  /** What must exist before the senders send. */
  readonly policy: SqsQueuePolicy;

  constructor(scope: Construct, id: string, props: DeadLetterQueueProps) {
    super(scope, id);
    const { deployment, of, fifo = false, sourceQueueArn, senders = [] } = props;
    const redrive =
      sourceQueueArn === undefined
        ? { redrivePermission: "denyAll" }
        : { redrivePermission: "byQueue", sourceQueueArns: [sourceQueueArn] };
    this.name = queueName(deployment, `${of}-dlq`, fifo);
    const queue = new SqsQueue(this, "Resource", {
      name: this.name,
      ...(fifo ? { fifoQueue: true } : {}),
      messageRetentionSeconds: FOURTEEN_DAYS_SEC,
      sqsManagedSseEnabled: true,
      redriveAllowPolicy: JSON.stringify(redrive),
    });
    this.arn = queue.arn;
    this.url = queue.url;
    this.policy = new SqsQueuePolicy(this, "policy", { queueUrl: queue.url, policy: queuePolicy(queue.arn, senders) });
  }
}
