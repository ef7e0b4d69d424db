import { SQSClient } from "@aws-sdk/client-sqs";
import fc from "fast-check";
import { painter } from "../../../cli/printout";
import { type RedriveOptions, redrive } from "../../../cli/redrive/redrive";
import { sqsDeadLetters } from "../../../cli/redrive/sqs-dead-letters";
import { memoryModelSettings } from "../../../functions/memory/manifest-store";
import { CLIENT, jsonOf, type LoopbackServer, startLoopbackServer } from "../../aws/adapters/loopback-server";
import { createDataPath, objectMessage, settingsOf } from "../../simulation/data-path";
import { dataRequest } from "../local-run";
import { arnOf, type ServiceQueue, sqsService } from "./sqs-service";

const RESEND: RedriveOptions = { now: 0, isDryRun: false, includesBroken: false, discardsObsolete: false };
const DLQ = "retrigger-dev-data-dlq";
const REQUESTS_DLQ = "retrigger-dev-requests-dlq.fifo";
const SETTINGS = settingsOf();

describe("redrive of SQS", () => {
  const open: { stop(): Promise<void> | void }[] = [];
  afterEach(async () => {
    for (const one of open.splice(0)) await one.stop();
  });

  async function start(queues: Readonly<Record<string, ServiceQueue>>, models = [SETTINGS]) {
    const service = sqsService(queues);
    const cut = { after: Number.POSITIVE_INFINITY, isAnswerLost: false };
    const server: LoopbackServer = await startLoopbackServer((request) => {
      cut.after -= 1;
      if (cut.after < 0 && !(cut.after === -1 && cut.isAnswerLost)) return "hang up";
      const answer = service.answer(request);
      return cut.after < 0 ? "hang up" : answer;
    });
    const sqs = new SQSClient({ ...CLIENT, endpoint: server.endpoint, maxAttempts: 1 });
    open.push({ stop: () => sqs.destroy() }, server);
    const run = (options: Partial<RedriveOptions> = {}) =>
      redrive(
        sqsDeadLetters(sqs, { environment: "dev" }, memoryModelSettings(models), () => 0),
        { ...RESEND, ...options },
        painter(false),
        () => {},
      );
    const calls = (operation: string) =>
      server.received
        .filter(({ headers }) => headers["x-amz-target"] === `AmazonSQS.${operation}`)
        .map((request) => jsonOf(request));
    return { service, run, calls, cut };
  }

  it("should send a sound letter to its source, remove it, and leave a broken one, told why", async () => {
    const { service, run } = await start(deadObjects([sound("1", "in/a.csv"), { id: "2", body: "<Event>", sentAt: 0 }]));

    const { data, text, isRefused } = await run();

    expect(service.messages("retrigger-dev-data").map(({ body }) => body)).toEqual([sound("1", "in/a.csv").body]);
    expect(service.messages(DLQ)).toMatchObject([{ id: "2", isHidden: false }]);
    expect(text).toContain("broken: not JSON: <Event>");
    expect(text).toContain("re-sent 1, left 1, discarded 0, failed 0");
    expect(data).toMatchObject({
      letters: [{ id: "1", models: ["flight-delay"], target: "retrigger-dev-data", fate: "re-sent" }, { fate: "left" }],
    });
    expect(isRefused).toBe(false);
  });

  it("should leave alone the queues of an environment whose name begins alike", async () => {
    const { text } = await (
      await start({ ...deadObjects([]), "retrigger-dev-eu-data-dlq": { messages: [sound("1", "in/a.csv")] } })
    ).run({ isDryRun: true });

    expect(text).toMatch(/^no dead letters in \d queues$/);
  });

  it("should say of a letter without a reason that its function may never have seen it", async () => {
    const { run } = await start(deadObjects([sound("1", "in/a.csv")]));

    const { data } = await run({ isDryRun: true });

    expect(data).toMatchObject({ letters: [{ kind: "curable", reason: expect.stringContaining("or it never ran (throttled") }] });
  });

  it("should change nothing by a dry run, and tell the query that finds what the function said", async () => {
    const { service, run, calls } = await start(deadObjects([sound("7f-1", "in/a.csv"), { id: "2", body: "<Event>", sentAt: 0 }]));

    const { text } = await run({ isDryRun: true });

    expect(text).toContain("dead letters 2, of which 1 would be re-sent, 1 left, 0 discarded; nothing was changed");
    expect(text).toContain("--include-broken re-sends them all the same");
    expect(text).toContain(
      'SOURCE logGroups(namePrefix: ["/aws/lambda/retrigger-dev-"]) | fields @timestamp, @message | filter @message like "7f-1"',
    );
    expect(service.messages(DLQ).map(({ isHidden }) => isHidden)).toEqual([false, false]);
    expect([...calls("SendMessage"), ...calls("DeleteMessage")]).toEqual([]);
  });

  it("should show by a dry run what would be re-sent with --include-broken, and not advise it again", async () => {
    const { service, run, calls } = await start(deadObjects([sound("1", "in/a.csv"), { id: "2", body: "<Event>", sentAt: 0 }]));

    const { text, data } = await run({ isDryRun: true, includesBroken: true });

    expect(data).toMatchObject({ counts: { "to be re-sent": 2, "re-sent": 0 } });
    expect(text).toContain("dead letters 2, of which 2 would be re-sent, 0 left, 0 discarded; nothing was changed");
    expect(text).not.toContain("--include-broken");
    expect(service.messages(DLQ)).toHaveLength(2);
    expect([...calls("SendMessage"), ...calls("DeleteMessage")]).toEqual([]);
  });

  it("should warn of objects that are older than what the ledgers remember", async () => {
    const { run } = await start(deadObjects([sound("1", "in/a.csv", 0), sound("2", "in/b.csv", 1e13)]));

    const { text } = await run({ isDryRun: true, now: SETTINGS.batch.dedupeHorizonMs + 1 });

    expect(text).toContain("\n1 are older than dedupeHorizon: ");
  });

  it("should warn of an object as soon as the ledger of one of its models has forgotten it", async () => {
    const models = [1_000, 2_000].map((dedupeHorizonMs) => ({
      ...settingsOf({ dedupeHorizonMs }),
      model: `remembers-${dedupeHorizonMs}`,
    }));
    const { run } = await start(deadObjects([sound("1", "in/a.csv", 0)]), models);

    const [before, after] = [await run({ isDryRun: true, now: 1_000 }), await run({ isDryRun: true, now: 1_001 })];

    expect(before.text).not.toContain("are older than dedupeHorizon");
    expect(after.text).toContain("\n1 are older than dedupeHorizon: ");
  });

  it("should select by model, by time and by queue, and give the rest back", async () => {
    const queues = deadObjects([
      sound("1", "in/a.csv", 1_000),
      sound("2", "in/b.csv", 2_000),
      { id: "3", body: "<Event>", sentAt: 3_000 },
    ]);
    const { service, run } = await start(queues);

    const none = await run({ queues: [REQUESTS_DLQ] });
    const some = await run({ model: "flight-delay", since: 2_000 });

    expect(none.text).toBe("no dead letters in 1 queues");
    expect(some.text).toContain("2 other letters were not asked for");
    expect(service.messages(DLQ)).toMatchObject([
      { id: "1", isHidden: false },
      { id: "3", isHidden: false },
    ]);
    await expect(run({ queues: ["nonsense"] })).rejects.toThrow(`no dead-letter queue nonsense; there are ${DLQ}, ${REQUESTS_DLQ}`);
  });

  it("should keep the group of a FIFO letter, name each letter's repetition alike, and get past one that stays", async () => {
    const letters = Array.from({ length: 25 }, (_, at) => ({
      id: `m${at}`,
      body: at === 3 ? "{}" : JSON.stringify(dataRequest(at + 1)),
      sentAt: at,
      group: "flight-delay",
    }));
    const { service, run, calls } = await start({
      ...deadObjects([]),
      [REQUESTS_DLQ]: { messages: letters, source: "retrigger-dev-requests.fifo" },
    });

    const { text } = await run();

    const sent = service.messages("retrigger-dev-requests.fifo");
    expect(sent.map(({ body }) => body)).toEqual(letters.filter(({ id }) => id !== "m3").map(({ body }) => body));
    expect(new Set(sent.map(({ group }) => group))).toEqual(new Set(["flight-delay"]));
    expect(calls("SendMessage")[0]).toMatchObject({ MessageDeduplicationId: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(text).toContain("re-sent 24, left 1");
  });

  it("should take to its target what EventBridge and its scheduler could not deliver, without what they wrote about it", async () => {
    const event = {
      id: "1",
      body: sound("1", "in/a.csv").body,
      sentAt: 0,
      attributes: texts({
        RULE_ARN: "arn:r",
        TARGET_ARN: arnOf("retrigger-dev-data"),
        ERROR_CODE: "NO_PERMISSIONS",
        ERROR_MESSAGE: "denied",
        mine: "kept",
      }),
    };
    const fire = JSON.stringify({
      source: "retrigger.schedule",
      model: "flight-delay",
      schedule: "nightly",
      firedAt: "<aws.scheduler.scheduled-time>",
    });
    const schedule = {
      id: "2",
      body: fire,
      sentAt: 0,
      attributes: texts({
        SCHEDULE_ARN: "arn:s",
        TARGET_ARN: arnOf("retrigger-dev-requests.fifo"),
        ERROR_CODE: "AWS.SQS.QueueDoesNotExist",
        SCHEDULED_TIME: "2026-11-20T02:00:00Z",
      }),
    };
    const abroad = { id: "3", body: "{}", sentAt: 0, attributes: texts({ TARGET_ARN: arnOf("somebody-elses"), ERROR_CODE: "X" }) };
    const { service, run } = await start({
      ...deadObjects([]),
      "retrigger-dev-rules-dlq": { messages: [event, schedule, abroad] },
    });

    const { text } = await run();

    expect(service.messages("retrigger-dev-data")).toMatchObject([{ body: event.body, attributes: texts({ mine: "kept" }) }]);
    expect(service.messages("retrigger-dev-requests.fifo")).toMatchObject([
      { group: "flight-delay", body: expect.stringContaining("2026-11-20T02:00:00Z") },
    ]);
    expect(text).toContain("curable: EventBridge could not deliver it: NO_PERMISSIONS, denied");
    expect(text).toContain("unaddressed: its target arn:aws:sqs:eu-central-1:111122223333:somebody-elses");
    expect(service.messages("retrigger-dev-rules-dlq")).toMatchObject([{ id: "3" }]);
  });

  it("should remove ticks of the sweeper only when that is asked for by name", async () => {
    const tick = {
      requestContext: {
        functionArn: "arn:aws:lambda:eu-central-1:1:function:retrigger-dev-sweeper:$LATEST",
        condition: "RetriesExhausted",
      },
      requestPayload: {},
    };
    const queue = "retrigger-dev-sweeper-dlq";
    const { service, run } = await start({ [queue]: { messages: [{ id: "1", body: JSON.stringify(tick), sentAt: 0 }] } });

    const asked = await run();
    const before = service.messages(queue).length;
    const discarded = await run({ discardsObsolete: true });

    expect(asked.text).toContain("--discard-obsolete removes them");
    expect(before).toBe(1);
    expect(discarded.text).toContain("discarded 1");
    expect(service.messages(queue)).toEqual([]);
  });

  it("should show hostile letters shortened, and go on", async () => {
    const bodies = [
      "a".repeat(1_000_000),
      "[".repeat(900_000),
      `{"__proto__":${JSON.stringify(sound("1", "in/a.csv"))}}`,
      "\u001b[31mred\u0007\u202etxt",
      "\u0000\ud800",
    ];
    const { service, run } = await start(deadObjects(bodies.map((body, at) => ({ id: String(at), body, sentAt: 0 }))));

    const { data, text } = await run();

    const longest = Math.max(...text.split("\n").map((line) => line.length));
    expect(text).toContain("re-sent 0, left 5");
    expect(longest).toBeLessThan(250);
    for (const unprintable of ["\u001b", "\u0007", "\u202e", "\u0000"])
      expect(text + JSON.stringify(data)).not.toContain(unprintable);
    expect(service.messages(DLQ)).toHaveLength(5);
  });

  it("should go on after a letter that cannot be re-sent, and end as not done", async () => {
    const queues = deadObjects([sound("1", "in/a.csv"), sound("2", "in/b.csv")]);
    const { run, cut } = await start(queues);
    await run({ isDryRun: true });
    cut.after = 12;

    const { text, isRefused } = await run();

    expect(isRefused).toBe(true);
    expect(text).toMatch(/failed [12]|was not gone through/);
  });

  it("should have the effect of one delivery, wherever it is cut off and however often it is repeated", async () => {
    const arbitrary = fc.record({
      keys: fc.array(fc.integer({ min: 0, max: 11 }), { minLength: 1, maxLength: 24 }),
      broken: fc.integer({ min: 0, max: 3 }),
      requests: fc.integer({ min: 0, max: 4 }),
      cuts: fc.array(fc.record({ after: fc.integer({ min: 0, max: 60 }), isAnswerLost: fc.boolean() }), { maxLength: 3 }),
    });

    await fc.assert(
      fc.asyncProperty(arbitrary, async ({ keys, broken, requests, cuts }) => {
        const objects = keys.map((key, at) => sound(`o${at}`, `in/${key}.csv`));
        const bad = Array.from({ length: broken }, (_, at) => ({ id: `b${at}`, body: "{}", sentAt: 0 }));
        const asked = Array.from({ length: requests }, (_, at) => ({
          id: `r${at}`,
          body: JSON.stringify(dataRequest(at + 100)),
          sentAt: 0,
          group: "flight-delay",
        }));
        const started = await start({
          ...deadObjects([...objects, ...bad]),
          [REQUESTS_DLQ]: { messages: asked, source: "retrigger-dev-requests.fifo" },
        });
        const { service, run, cut } = started;
        const path = createDataPath(SETTINGS, async () => {});
        const work = async () => {
          await path.deliver(service.take("retrigger-dev-data"));
          path.advance(61_000);
          await path.sweep();
          await path.coordinate(service.take("retrigger-dev-requests.fifo"));
        };

        for (const { after, isAnswerLost } of cuts) {
          Object.assign(cut, { after, isAnswerLost });
          await run().catch(() => undefined);
          Object.assign(cut, { after: Number.POSITIVE_INFINITY });
          service.showAll();
          await work();
        }
        for (let again = 0; again < 2; again++) {
          await run();
          await work();
        }

        const published = [...path.published().values()].flat();
        expect(published.toSorted()).toEqual([...new Set(objects.map(({ key }) => `2:v1${key}`))].toSorted());
        expect(service.messages(DLQ).map(({ id }) => id)).toEqual(bad.map(({ id }) => id));
        expect(service.messages(REQUESTS_DLQ)).toEqual([]);
        const runs = path.started.map(String);
        expect(new Set(runs).size).toBe(runs.length);
        for (const one of open.splice(0)) await one.stop();
      }),
      { numRuns: 25, seed: jest.getSeed() },
    );
  });
});

// Helpers

function deadObjects(messages: ServiceQueue["messages"]): Record<string, ServiceQueue> {
  return {
    "retrigger-dev-data": { messages: [] },
    "retrigger-dev-requests.fifo": { messages: [] },
    [DLQ]: { messages, source: "retrigger-dev-data" },
    [REQUESTS_DLQ]: { messages: [], source: "retrigger-dev-requests.fifo" },
  };
}

function sound(id: string, key: string, sentAt = 0) {
  return { ...objectMessage(id, key), key, sentAt };
}

function texts(values: Readonly<Record<string, string>>) {
  return Object.fromEntries(Object.entries(values).map(([name, StringValue]) => [name, { DataType: "String", StringValue }]));
}
