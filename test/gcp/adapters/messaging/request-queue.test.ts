import { RetryableError } from "../../../../functions/core/errors";
import { pubSubRequestQueue } from "../../../../functions/gcp/adapters/messaging/queues";
import { type Answer, jsonOf, type LoopbackServer } from "../../../aws/adapters/loopback-server";
import { requestOf } from "../../../contracts/coordination-samples";
import { anonymousRest, googleError, jsonAnswer, startGoogleServer } from "../google-server";

const TOPIC = "projects/lake-project/topics/retrigger-test-requests";

describe("pubSubRequestQueue", () => {
  let server: LoopbackServer | undefined;

  afterEach(async () => {
    await server?.stop();
  });

  async function queueAgainst(answer: (before: number) => Answer) {
    server = await startGoogleServer((_, before) => answer(before));
    return { queue: pubSubRequestQueue(anonymousRest(), TOPIC, server.endpoint), received: server.received };
  }

  it("should publish a request in its model's order, and say in attributes what it is", async () => {
    const { queue, received } = await queueAgainst(() => jsonAnswer({ messageIds: ["1"] }));

    await queue.send(requestOf());

    expect(received[0]).toMatchObject({ method: "POST", path: `/v1/${TOPIC}:publish` });
    expect(jsonOf(received[0])).toEqual({
      messages: [
        {
          data: Buffer.from(JSON.stringify(requestOf())).toString("base64"),
          attributes: { requestId: "data/flights/12", model: "flights" },
          orderingKey: "flights",
        },
      ],
    });
  });

  it("should publish again what got no answer", async () => {
    const { queue, received } = await queueAgainst((before) => (before === 0 ? "hang up" : jsonAnswer({ messageIds: ["2"] })));
    await queue.send(requestOf());
    expect(received).toHaveLength(2);
  });

  it("should reject when the topic refuses, and call it retryable when it is busy", async () => {
    const { queue } = await queueAgainst((before) =>
      before === 0 ? googleError(404, "NOT_FOUND", "no such topic") : googleError(503, "UNAVAILABLE", "busy"),
    );
    await expect(queue.send(requestOf())).rejects.toThrow(`publishing to ${TOPIC} was refused (404 NOT_FOUND: no such topic)`);
    await expect(queue.send(requestOf())).rejects.toThrow(RetryableError);
  });
});
