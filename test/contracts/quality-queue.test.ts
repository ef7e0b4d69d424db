import { createHash } from "node:crypto";
import { SQSClient } from "@aws-sdk/client-sqs";
import { sqsQualityQueue } from "../../functions/aws/adapters/messaging/queues";
import { parseQualityMessage, qualityMessageOf } from "../../functions/core/quality/quality-message";
import type { QualityQueue } from "../../functions/core/quality/quality-queue";
import type { QualitySignal } from "../../functions/core/quality/quality-signal";
import { pubSubQualityQueue } from "../../functions/gcp/adapters/messaging/queues";
import { memoryQualityQueue } from "../../functions/memory/coordination";
import { CLIENT, jsonOf, type LoopbackServer, type Received, startLoopbackServer } from "../aws/adapters/loopback-server";
import { anonymousRest, jsonAnswer, startGoogleServer } from "../gcp/adapters/google-server";

const SIGNAL: QualitySignal = {
  model: "flights",
  monitor: "nannyml realised performance",
  metric: "roc-auc",
  from: Date.parse("2026-11-30T00:00:00Z"),
  to: Date.parse("2026-12-01T00:00:00Z"),
  error: 0.21,
  rows: 1_200,
  run: "run-7",
};
const TOPIC = "projects/lake-project/topics/retrigger-test-requests";

/** A queue, and the messages that came out of it, with what orders them. */
interface TestQueue {
  readonly queue: QualityQueue;
  readonly bodies: () => { readonly order: unknown; readonly body: unknown }[];
}

describe.each<[string, () => Promise<TestQueue>]>([
  ["memory", memoryWorld],
  ["SQS", sqsWorld],
  ["Pub/Sub", pubSubWorld],
])("QualityQueue in %s", (_name, create) => {
  it("should bring the signal in its model's order, as a message that the coordinator reads", async () => {
    const { queue, bodies } = await create();

    await queue.send(SIGNAL);
    await queue.send({ ...SIGNAL, metric: "f1" });

    expect(bodies().map(({ order }) => order)).toEqual(["flights", "flights"]);
    expect(bodies().map(({ body }) => parseQualityMessage(body))).toEqual([SIGNAL, { ...SIGNAL, metric: "f1" }]);
  });

  it("should bring a signal without rows and run", async () => {
    const { queue, bodies } = await create();
    const { rows: _rows, run: _run, ...rest } = SIGNAL;

    await queue.send(rest);

    expect(bodies().map(({ body }) => parseQualityMessage(body))).toEqual([rest]);
  });
});

describe("sqsQualityQueue", () => {
  it("should name a signal by what it says, so that one that is sent again is delivered once", async () => {
    const { queue, received } = await sqsWorld();

    for (const signal of [SIGNAL, { ...SIGNAL }, { ...SIGNAL, error: 0.22 }]) await queue.send(signal);

    const hash = createHash("sha256")
      .update(JSON.stringify(qualityMessageOf(SIGNAL)))
      .digest("hex");
    const [first, second, third] = received().map((request) => Object(jsonOf(request)).MessageDeduplicationId);
    expect([first, second]).toEqual([hash, hash]);
    expect(third).not.toBe(hash);
  });
});

// Helpers

const servers: LoopbackServer[] = [];
const clients: SQSClient[] = [];

afterEach(async () => {
  for (const client of clients.splice(0)) client.destroy();
  await Promise.all(servers.splice(0).map((server) => server.stop()));
});

async function memoryWorld(): Promise<TestQueue> {
  const signals: QualitySignal[] = [];
  const queue = memoryQualityQueue(async (signal) => void signals.push(signal));
  return { queue, bodies: () => signals.map((signal) => ({ order: signal.model, body: qualityMessageOf(signal) })) };
}

async function sqsWorld() {
  const server = await startLoopbackServer((request) => ({ status: 200, body: JSON.stringify(receipt(request)) }));
  const client = new SQSClient({ ...CLIENT, endpoint: server.endpoint });
  servers.push(server);
  clients.push(client);
  return {
    queue: sqsQualityQueue(client, `${server.endpoint}/111122223333/requests.fifo`),
    received: () => server.received,
    bodies: () =>
      server.received.map((request) => {
        const { MessageGroupId: order, MessageBody } = Object(jsonOf(request));
        return { order, body: JSON.parse(MessageBody) };
      }),
  };
}

async function pubSubWorld(): Promise<TestQueue> {
  const server = await startGoogleServer(() => jsonAnswer({ messageIds: ["1"] }));
  servers.push(server);
  return {
    queue: pubSubQualityQueue(anonymousRest(), TOPIC, server.endpoint),
    bodies: () =>
      server.received.map((request) => {
        const [{ orderingKey: order, data }] = Object(jsonOf(request)).messages;
        return { order, body: JSON.parse(Buffer.from(data, "base64").toString()) };
      }),
  };
}

/** The client compares the hash of what it sent with the one that it is told. */
function receipt(request: Received) {
  const { MessageBody } = Object(jsonOf(request));
  return { MessageId: "1", MD5OfMessageBody: createHash("md5").update(String(MessageBody)).digest("hex") };
}
