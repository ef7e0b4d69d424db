import { createHash } from "node:crypto";
import { SQSClient } from "@aws-sdk/client-sqs";
import { sqsRequestQueue } from "../../../../functions/aws/adapters/messaging/queues";
import type { TrainingRequest } from "../../../../functions/core/training-request";
import { awsError, CLIENT, jsonOf, type LoopbackServer, type Received, startLoopbackServer } from "../loopback-server";

describe("sqsRequestQueue", () => {
  let server: LoopbackServer | undefined;
  let client: SQSClient | undefined;

  afterEach(async () => {
    client?.destroy();
    await server?.stop();
  });

  it("should send a request in its model's group, under the hash of its id", async () => {
    // Arrange
    server = await startLoopbackServer((request) => ({ status: 200, body: JSON.stringify(receipt(request)) }));
    client = new SQSClient({ ...CLIENT, endpoint: server.endpoint });
    const queueUrl = `${server.endpoint}/111122223333/requests.fifo`;

    // Act
    await sqsRequestQueue(client, queueUrl).send(REQUEST);

    // Assert
    expect(server.received[0]?.headers["x-amz-target"]).toBe("AmazonSQS.SendMessage");
    expect(jsonOf(server.received[0])).toEqual({
      QueueUrl: queueUrl,
      MessageBody: JSON.stringify(REQUEST),
      MessageGroupId: "flights",
      MessageDeduplicationId: createHash("sha256").update("data/flights/12").digest("hex"),
    });
  });

  it("should reject when the queue refuses", async () => {
    server = await startLoopbackServer(() => awsError("com.amazonaws.sqs#QueueDoesNotExist", "no such queue"));
    client = new SQSClient({ ...CLIENT, endpoint: server.endpoint });
    const queue = sqsRequestQueue(client, `${server.endpoint}/111122223333/requests.fifo`);
    await expect(queue.send(REQUEST)).rejects.toThrow("no such queue");
  });
});

// Helpers

const REQUEST: TrainingRequest = {
  id: "data/flights/12",
  model: "flights",
  causes: [{ type: "data", generation: 12, reason: "size", openedAt: 1, sealedAt: 2 }],
  priority: 4,
  manifests: [{ uri: "s3://lake/12.manifest", objects: 3, bytes: 30 }],
  requestedAt: 2,
};

/** The client compares the hash of what it sent with the one that it is told. */
function receipt(request: Received) {
  const { MessageBody } = Object(jsonOf(request));
  return { MessageId: "1", MD5OfMessageBody: createHash("md5").update(String(MessageBody)).digest("hex") };
}
