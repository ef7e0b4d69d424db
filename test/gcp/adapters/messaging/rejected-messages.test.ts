import { painter } from "../../../../cli/printout";
import { pubSubDeadLetters } from "../../../../cli/redrive/pubsub-dead-letters";
import { redrive } from "../../../../cli/redrive/redrive";
import type { Refusal } from "../../../../functions/core/rejected-message";
import { pubSubRejectedMessages } from "../../../../functions/gcp/adapters/messaging/queues";
import { parsePubSubEvent } from "../../../../functions/gcp/messages/pubsub-event";
import { memoryModelSettings } from "../../../../functions/memory/manifest-store";
import type { LoopbackServer } from "../../../aws/adapters/loopback-server";
import { pubSubService } from "../../../cli/redrive/pubsub-service";
import { requestOf } from "../../../simulation/requests";
import { googleSettings, pushedEvent } from "../../messages";
import { anonymousRest, googleError, startGoogleServer } from "../google-server";

const TOPIC = "projects/p/topics/retrigger-dev-requests-dlq";
const REFUSAL: Refusal = { reason: "not JSON: {", function: "coordinator", at: Date.UTC(2026, 10, 21, 12), subject: "message" };
const NAMES = [
  "RetriggerFunction",
  "RetriggerMessageId",
  "RetriggerReason",
  "RetriggerRefusedAt",
  "RetriggerSentAt",
  "RetriggerSubject",
];

describe("pubSubRejectedMessages", () => {
  let server: LoopbackServer | undefined;

  afterEach(async () => {
    await server?.stop();
  });

  async function keep(event: unknown, refusal = REFUSAL) {
    const service = pubSubService({});
    server = await startGoogleServer((request) => service.answer(request));
    await pubSubRejectedMessages(anonymousRest(), TOPIC, server.endpoint).keep(parsePubSubEvent(event), refusal);
    await server.stop();
    return service.published;
  }

  async function examine(messages: Awaited<ReturnType<typeof keep>>, includesBroken = false) {
    const service = pubSubService({
      "retrigger-dev-requests": { topic: "retrigger-dev-requests", deadLetterTopic: "retrigger-dev-requests-dlq", isOrdered: true },
      "retrigger-dev-requests-dlq": { topic: "retrigger-dev-requests-dlq", messages: messages.map(({ message }) => message) },
    });
    server = await startGoogleServer((request) => service.answer(request));
    const options = {
      project: "p",
      environment: "dev",
      settings: memoryModelSettings([googleSettings()]),
      now: () => 0,
      pauseMs: 0,
    };
    const printout = await redrive(
      pubSubDeadLetters(anonymousRest(), { ...options, endpoint: server.endpoint }),
      { now: 0, isDryRun: !includesBroken, includesBroken, discardsObsolete: false },
      painter(false),
      () => {},
    );
    return { printout, published: service.published };
  }

  it("should keep the bytes and the attributes of a message, with what a redrive tells of it", async () => {
    const bytes = Buffer.from([0x7b, 0xff, 0x00]).toString("base64");
    const event = pushedEvent("m-1", { attributes: { origin: "test" } });
    Object.assign(event.data.message, { data: bytes });

    const kept = await keep(event);

    expect(kept).toMatchObject([{ topic: "retrigger-dev-requests-dlq", message: { data: bytes, attributes: { origin: "test" } } }]);
    const { printout } = await examine(kept);
    expect(printout.data).toMatchObject({ letters: [{ sentAt: "2026-11-21T12:00:30.123Z", kind: "broken" }] });
  });

  it("should be published again as it was, in the order of its model, when it can be handled now", async () => {
    const text = JSON.stringify(requestOf("1", { model: "flight-delay" }));
    const kept = await keep(pushedEvent("m-1", { text, attributes: { origin: "test" } }));

    const { printout, published } = await examine(kept, true);

    expect(published).toMatchObject([{ topic: "retrigger-dev-requests", message: { orderingKey: "flight-delay" } }]);
    expect(published[0]?.message.attributes).toEqual({ origin: "test" });
    expect(printout.data).toMatchObject({ letters: [{ reason: expect.stringMatching(/^can be handled now; .* not JSON: \{$/) }] });
  });

  it.each([
    ["a reason of many bytes", pushedEvent("m-1", { text: "{" }), { reason: "ä".repeat(600) }, NAMES],
    ["as many attributes as there may be", pushedEvent("m-1", { attributes: manyAttributes(100) }), {}, []],
    ["room for the reason beside its attributes", pushedEvent("m-1", { attributes: manyAttributes(94) }), {}, NAMES],
  ])("should keep a message with %s", async (_case, event, change, names) => {
    const [kept] = await keep(event, { ...REFUSAL, ...change });

    const texts = Object.entries(kept?.message.attributes ?? {});
    expect(
      texts
        .map(([name]) => name)
        .filter((name) => name.startsWith("Retrigger"))
        .sort(),
    ).toEqual(names);
    expect(texts.length).toBeLessThanOrEqual(100);
    expect(Math.max(...texts.map(([, text]) => Buffer.byteLength(text)))).toBeLessThanOrEqual(1_024);
  });

  it("should reject when the topic refuses", async () => {
    server = await startGoogleServer(() => googleError(403, "PERMISSION_DENIED", "no access"));
    const rejected = pubSubRejectedMessages(anonymousRest(), TOPIC, server.endpoint);

    await expect(rejected.keep(parsePubSubEvent(pushedEvent("m-1", { text: "{" })), REFUSAL)).rejects.toThrow("no access");
  });
});

// Helpers

function manyAttributes(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`a${n}`, "x"]));
}
