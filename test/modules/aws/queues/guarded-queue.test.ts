import { DeadLetterQueue, GuardedQueue } from "../../../../modules/aws/queues/guarded-queue";
import { statementsOf } from "../../../stacks/template";
import { synthesize } from "../synthesize";

describe("GuardedQueue", () => {
  it("should hide a message for six timeouts of its consumer and the batching window", () => {
    const template = synthesize((stack, deployment) => {
      new GuardedQueue(stack, "queue", { deployment, role: "data", consumerTimeoutSec: 120, batchingWindowSec: 20 });
    });

    expect(template.one("aws_sqs_queue", { name: "retrigger-dev-data" })).toMatchObject({
      visibility_timeout_seconds: 740,
      sqs_managed_sse_enabled: true,
    });
  });

  it("should give up on a message after five tries, to a queue that serves it alone and keeps messages longer", () => {
    const template = synthesize((stack, deployment) => {
      new GuardedQueue(stack, "queue", { deployment, role: "data", consumerTimeoutSec: 60 });
    });

    const queue = template.one("aws_sqs_queue", { name: "retrigger-dev-data" });
    const deadLetters = template.one("aws_sqs_queue", { name: "retrigger-dev-data-dlq" });
    expect(JSON.parse(String(queue.redrive_policy))).toEqual({
      deadLetterTargetArn: template.reference("aws_sqs_queue", "arn", { name: "retrigger-dev-data-dlq" }),
      maxReceiveCount: 5,
    });
    expect(JSON.parse(String(deadLetters.redrive_allow_policy))).toEqual({
      redrivePermission: "byQueue",
      sourceQueueArns: ["arn:aws:sqs:eu-central-1:111122223333:retrigger-dev-data"],
    });
    expect(deadLetters).toMatchObject({ message_retention_seconds: 14 * 86_400, sqs_managed_sse_enabled: true });
    expect(queue.message_retention_seconds).toBeLessThan(14 * 86_400);
  });

  it("should have a FIFO dead-letter queue when it is FIFO", () => {
    const template = synthesize((stack, deployment) => {
      new GuardedQueue(stack, "queue", { deployment, role: "requests", consumerTimeoutSec: 60, fifo: true });
    });

    expect(template.all("aws_sqs_queue").map(({ name, fifo_queue }) => [name, fifo_queue])).toEqual([
      ["retrigger-dev-requests.fifo", true],
      ["retrigger-dev-requests-dlq.fifo", true],
    ]);
  });

  it("should let in the named senders alone, and nobody without TLS", () => {
    const sourceArns = ["arn:aws:events:eu-central-1:111122223333:rule/one"];
    const template = synthesize((stack, deployment) => {
      const senders = [{ service: "events.amazonaws.com", sourceArns }];
      new GuardedQueue(stack, "queue", { deployment, role: "data", consumerTimeoutSec: 60, senders });
    });

    const arn = template.reference("aws_sqs_queue", "arn", { name: "retrigger-dev-data" });
    const queue_url = template.reference("aws_sqs_queue", "url", { name: "retrigger-dev-data" });
    expect(statementsOf(template.one("aws_sqs_queue_policy", { queue_url }).policy)).toEqual([
      {
        Effect: "Allow",
        Principal: { Service: "events.amazonaws.com" },
        Action: "sqs:SendMessage",
        Resource: arn,
        Condition: { ArnLike: { "aws:SourceArn": sourceArns } },
      },
      {
        Effect: "Deny",
        Principal: "*",
        Action: "sqs:*",
        Resource: [arn],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ]);
  });
});

describe("DeadLetterQueue", () => {
  it("should be no queue's redrive target unless it is made for one", () => {
    const template = synthesize((stack, deployment) => {
      new DeadLetterQueue(stack, "queue", { deployment, of: "sweeper" });
    });

    const queue = template.one("aws_sqs_queue", { name: "retrigger-dev-sweeper-dlq" });
    expect(JSON.parse(String(queue.redrive_allow_policy))).toEqual({ redrivePermission: "denyAll" });
  });
});
