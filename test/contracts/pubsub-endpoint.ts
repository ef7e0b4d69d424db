import { once } from "node:events";
import { createServer, type Server } from "node:http";
import { json } from "node:stream/consumers";
import { setTimeout } from "node:timers/promises";
import * as z from "zod/mini";
import { type DeadMessage, messageSchema } from "../../cli/redrive/pubsub-letter";

const PROJECT = `projects/test-${process.pid.toString(36)}-${Date.now().toString(36)}`;

/** A topic with the subscription that `GuardedQueue` gives it: in order, pushed to one function, and with dead letters. */
interface TestQueue {
  /** `projects/<project>/topics/<topic>`, as the other. */
  readonly topic: string;
  readonly deadLetters: string;
  /** Resolves to dead letters as soon as there are some; each is given once. */
  pullDeadLetters(): Promise<readonly DeadMessage[]>;
}

export interface TestPubSub {
  readonly endpoint: string;
  /** `consume` gets each push as Pub/Sub posts it; when it rejects, the message is returned. */
  createQueue(consume: (push: unknown) => Promise<void>): Promise<TestQueue>;
}

const emulator = process.env.PUBSUB_EMULATOR_HOST;

/** A suite against the emulator that PUBSUB_EMULATOR_HOST names. `body` gets a function that gives it to a test. */
export function describeWithPubSub(name: string, body: (pubSub: () => TestPubSub) => void): void {
  if (emulator === undefined) {
    describe.skip(`${name} (skipped: PUBSUB_EMULATOR_HOST names no emulator of Pub/Sub)`, () => body(unstarted));
    return;
  }
  describe(`${name} (emulator at ${emulator})`, () => {
    const consumers: Server[] = [];
    let queues = 0;

    afterAll(async () => {
      for (const consumer of consumers) {
        consumer.closeAllConnections();
        consumer.close();
        await once(consumer, "close");
      }
    });

    body(() => ({
      endpoint: `http://${emulator}`,
      async createQueue(consume) {
        const { consumer, pushEndpoint } = await startConsumer(consume);
        consumers.push(consumer);
        const name = `requests-${++queues}`;
        const [topic, deadLetters] = [`${PROJECT}/topics/${name}`, `${PROJECT}/topics/${name}-dlq`];
        await call("PUT", topic, {});
        await call("PUT", deadLetters, {});
        await call("PUT", `${PROJECT}/subscriptions/${name}-dlq`, { topic: deadLetters });
        await call("PUT", `${PROJECT}/subscriptions/${name}`, {
          topic,
          enableMessageOrdering: true,
          retryPolicy: { minimumBackoff: "0s", maximumBackoff: "600s" },
          deadLetterPolicy: { deadLetterTopic: deadLetters, maxDeliveryAttempts: 5 },
          pushConfig: { pushEndpoint },
        });
        const pull = { maxMessages: 10, returnImmediately: true };
        return {
          topic,
          deadLetters,
          async pullDeadLetters() {
            for (;;) {
              const answer = await call("POST", `${PROJECT}/subscriptions/${name}-dlq:pull`, pull);
              const { receivedMessages } = pulledSchema.parse(answer);
              if (receivedMessages.length > 0) return receivedMessages.map(({ message }) => message);
              await setTimeout(20);
            }
          },
        };
      },
    }));
  });
}

const pulledSchema = z.object({ receivedMessages: z._default(z.array(z.object({ message: messageSchema })), []) });

/** https://cloud.google.com/pubsub/docs/reference/rest */
async function call(method: "PUT" | "POST", path: string, content: object): Promise<unknown> {
  const headers = { "content-type": "application/json" };
  const response = await fetch(`http://${emulator}/v1/${path}`, { method, headers, body: JSON.stringify(content) });
  if (response.ok) return response.json();
  throw new Error(`the emulator of Pub/Sub refused ${method} ${path}: ${await response.text()}`);
}

/** Acknowledges what `consume` resolves for, by its answer. */
async function startConsumer(consume: (push: unknown) => Promise<void>) {
  const consumer = createServer(async (request, response) => {
    response.statusCode = await consume(await json(request)).then(
      () => 204,
      () => 500,
    );
    response.end();
  }).listen(0, "127.0.0.1");
  await once(consumer, "listening");
  const address = consumer.address();
  if (address === null || typeof address === "string") throw new Error("the consumer has no port");
  return { consumer, pushEndpoint: `http://127.0.0.1:${address.port}/` };
}

function unstarted(): never {
  throw new Error("Pub/Sub runs only inside of a test; ask for it there");
}
