import fc from "fast-check";
import { painter } from "../../../cli/printout";
import { pubSubDeadLetters } from "../../../cli/redrive/pubsub-dead-letters";
import { type RedriveOptions, redrive } from "../../../cli/redrive/redrive";
import { identityOf } from "../../../functions/core/batching/landed-object";
import { createBatcher } from "../../../functions/gcp/handlers/batcher";
import { memoryBatchStore } from "../../../functions/memory/batch-store";
import { memoryManifestStore, memoryModelSettings } from "../../../functions/memory/manifest-store";
import { memoryRejectedMessages } from "../../../functions/memory/rejected-messages";
import { memoryDeployment } from "../../../functions/memory/versioned-store";
import { anonymousRest, startGoogleServer } from "../../gcp/adapters/google-server";
import { finalizedAttributes, googleSettings } from "../../gcp/messages";
import { dataRequest } from "../local-run";
import { type PublishedMessage, pubSubService, type ServiceSubscription } from "./pubsub-service";

const RESEND: RedriveOptions = { now: 0, isDryRun: false, includesBroken: false, discardsObsolete: false };
const DLQ = "retrigger-dev-data-dlq";
const SETTINGS = googleSettings({ batchSize: 1 });
const SOURCE = { CloudPubSubDeadLetterSourceSubscription: "retrigger-dev-data", CloudPubSubDeadLetterSourceDeliveryCount: "5" };

describe("redrive of Pub/Sub", () => {
  const open: { stop(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const one of open.splice(0)) await one.stop();
  });

  async function start(subscriptions: Readonly<Record<string, ServiceSubscription>>) {
    const service = pubSubService(subscriptions);
    const server = await startGoogleServer((request) => service.answer(request));
    open.push(server);
    const rest = anonymousRest();
    const cut = { after: Number.POSITIVE_INFINITY, isAnswerLost: false };
    const options = {
      endpoint: server.endpoint,
      project: "p",
      environment: "dev",
      settings: memoryModelSettings([SETTINGS]),
      now: () => 0,
      pauseMs: 0,
    };
    const letters = pubSubDeadLetters(async (request) => {
      cut.after -= 1;
      if (cut.after < 0 && !(cut.after === -1 && cut.isAnswerLost)) throw new Error("the network is cut");
      const answer = await rest(request);
      if (cut.after < 0) throw new Error("the answer is lost");
      return answer;
    }, options);
    const run = (more: Partial<RedriveOptions> = {}) => redrive(letters, { ...RESEND, ...more }, painter(false), () => {});
    return { service, run, cut };
  }

  it("should publish a sound letter as it was, without what Pub/Sub added, and leave a broken one", async () => {
    const broken = { ...objectLetter("2", "in/b.csv"), data: Buffer.from("<Event>").toString("base64") };
    const { service, run } = await start(dead([objectLetter("1", "in/a.csv"), broken]));

    const { text } = await run();

    const { attributes } = service.published[0]?.message ?? {};
    expect(service.published).toMatchObject([
      { topic: "retrigger-dev-data", message: { data: objectLetter("1", "in/a.csv").data, orderingKey: "key" } },
    ]);
    expect(attributes).toEqual(finalizedAttributes("in/a.csv"));
    expect(service.messages(DLQ)).toMatchObject([{ isHidden: false, message: { messageId: "2" } }]);
    expect(text).toContain("broken: not JSON: <Event>");
    expect(text).toContain("re-sent 1, left 1");
    expect(text).toContain('severity>=ERROR timestamp>="2026-11-20T10:00:00.000Z"');
  });

  it("should take what publishers wrote in the place of Pub/Sub's own attributes for nothing", async () => {
    const letter = objectLetter("1", "in/a.csv");
    const attributes = {
      ...letter.attributes,
      CloudPubSubDeadLetterSourceDeliveryCount: "many",
      CloudPubSubDeadLetterSourceTopicPublishTime: "275760",
    };
    const { run } = await start(dead([{ ...letter, attributes }]));

    const { data } = await run({ isDryRun: true });

    expect(data).toMatchObject({ letters: [{ receives: 0, sentAt: new Date(letter.publishTime).toISOString() }] });
  });

  it("should change nothing by a dry run", async () => {
    const { service, run } = await start(dead([objectLetter("1", "in/a.csv")]));

    const { text } = await run({ isDryRun: true });

    expect(text).toContain("dead letters 1, of which 1 would be re-sent, 0 left, 0 discarded; nothing was changed");
    expect(service.published).toEqual([]);
    expect(service.messages(DLQ)).toMatchObject([{ isHidden: false }]);
  });

  it("should say in a fire of a schedule when it was published first, so that it stays one request", async () => {
    const fire = { source: "retrigger.schedule", model: "flight-delay", schedule: "nightly", priority: 2 };
    const letter = letterOf("1", JSON.stringify(fire), {
      ...SOURCE,
      CloudPubSubDeadLetterSourceSubscription: "projects/p/subscriptions/retrigger-dev-requests",
    });
    const { service, run } = await start({
      "retrigger-dev-requests": { topic: "retrigger-dev-requests", deadLetterTopic: "retrigger-dev-requests-dlq" },
      "retrigger-dev-requests-dlq": { topic: "retrigger-dev-requests-dlq", messages: [letter] },
    });

    await run();

    const [sent] = service.published;
    expect(JSON.parse(Buffer.from(sent?.message.data ?? "", "base64").toString())).toEqual({
      ...fire,
      firedAt: "2026-11-20T10:00:00.000Z",
    });
  });

  it("should send what chats were not told by the messenger's own topic alone: others have heard of a decision", async () => {
    const attributes = {
      ...SOURCE,
      subject: "flights: waits",
      CloudPubSubDeadLetterSourceSubscription: "retrigger-dev-messages-decisions",
    };
    const deadLetterTopic = "retrigger-dev-messages-dlq";
    const { service, run } = await start({
      "retrigger-dev-messages": { topic: "retrigger-dev-messages", deadLetterTopic },
      "retrigger-dev-messages-decisions": { topic: "retrigger-dev-decisions", deadLetterTopic },
      "retrigger-dev-messages-dlq": { topic: deadLetterTopic, messages: [letterOf("1", "a training waits", attributes)] },
    });

    await run();

    expect(service.published).toMatchObject([
      { topic: "retrigger-dev-messages", message: { attributes: { subject: "flights: waits" } } },
    ]);
  });

  it("should tell what has no source, and what is a tick, and leave both", async () => {
    const tick = letterOf("1", "tick", SOURCE);
    const { service, run } = await start({
      ...dead([tick]),
      "retrigger-dev-launches-dlq": { topic: "lost", messages: [letterOf("2", "x", {})] },
    });

    const { text } = await run();

    expect(text).toContain("obsolete: a tick");
    expect(text).toContain("unaddressed: nothing tells where it was to go");
    expect(service.published).toEqual([]);
  });

  it("should have the effect of one delivery, wherever it is cut off and however often it is repeated", async () => {
    const arbitrary = fc.record({
      keys: fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 12 }),
      cuts: fc.array(fc.record({ after: fc.integer({ min: 0, max: 30 }), isAnswerLost: fc.boolean() }), { maxLength: 3 }),
    });

    await fc.assert(
      fc.asyncProperty(arbitrary, async ({ keys, cuts }) => {
        const { service, run, cut } = await start(dead(keys.map((key, at) => objectLetter(`m${at}`, `in/${key}.csv`))));
        const { handle, published } = createFunction();

        for (const { after, isAnswerLost } of cuts) {
          Object.assign(cut, { after, isAnswerLost });
          await run().catch(() => undefined);
          Object.assign(cut, { after: Number.POSITIVE_INFINITY });
          service.showAll();
          await handle(service.published.splice(0).map(({ message }) => message));
        }
        for (let again = 0; again < 2; again++) await run();
        await handle(service.published.splice(0).map(({ message }) => message));

        const keysPublished = published();
        expect(new Set(keysPublished).size).toBe(keysPublished.length);
        expect(new Set(keysPublished).size).toBe(new Set(keys).size);
        expect(service.messages(DLQ)).toEqual([]);
        for (const one of open.splice(0)) await one.stop();
      }),
      { numRuns: 25, seed: jest.getSeed() },
    );
  });

  it("should take a request with its model for curable, and one that is none for broken", async () => {
    const { run } = await start({
      "retrigger-dev-requests": { topic: "retrigger-dev-requests", deadLetterTopic: "retrigger-dev-requests-dlq" },
      "retrigger-dev-requests-dlq": {
        topic: "retrigger-dev-requests-dlq",
        messages: [letterOf("1", JSON.stringify(dataRequest(1)), SOURCE), letterOf("2", "{}", SOURCE)],
      },
    });

    const { data } = await run({ isDryRun: true });

    expect(data).toMatchObject({
      letters: [
        { kind: "curable", models: ["flight-delay"] },
        { kind: "broken", models: [] },
      ],
    });
  });
});

// Helpers

/** The real function over memory; it publishes each object by itself. */
function createFunction() {
  const manifests = memoryManifestStore();
  const ports = {
    settings: memoryModelSettings([SETTINGS]),
    batches: memoryBatchStore(),
    deployment: memoryDeployment,
    manifests,
    requests: { send: async () => {} },
    rejected: memoryRejectedMessages(),
    log: () => {},
    now: () => 1_000_000,
  };
  const batcher = createBatcher(ports, async () => {});
  return {
    handle: async (messages: readonly PublishedMessage[]) => {
      for (const message of messages) await batcher({ data: { message } });
    },
    published: () => [...manifests.published.values()].flat().map(identityOf),
  };
}

function dead(messages: readonly PublishedMessage[]): Record<string, ServiceSubscription> {
  return {
    "other-subscription": { topic: "other" },
    "retrigger-dev-data": { topic: "retrigger-dev-data", deadLetterTopic: DLQ },
    [DLQ]: { topic: DLQ, messages },
    "retrigger-prod-data-dlq": { topic: "retrigger-prod-data-dlq", messages: [letterOf("prod", "x", {})] },
  };
}

function objectLetter(messageId: string, key: string): PublishedMessage {
  const body = JSON.stringify({ kind: "storage#object", name: key, bucket: "data", size: "10" });
  return { ...letterOf(messageId, body, { ...finalizedAttributes(key), ...SOURCE }), orderingKey: "key" };
}

function letterOf(messageId: string, body: string, attributes: Readonly<Record<string, string>>): PublishedMessage {
  const added = { CloudPubSubDeadLetterSourceTopicPublishTime: "2026-11-20T10:00:00Z" };
  return {
    messageId,
    publishTime: "2026-11-21T12:00:00Z",
    data: Buffer.from(body).toString("base64"),
    attributes: { ...attributes, ...added },
  };
}
