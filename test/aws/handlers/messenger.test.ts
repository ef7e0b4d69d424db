import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createMessenger } from "../../../functions/aws/handlers/messenger";
import type { LogRecord } from "../../../functions/core/log/log";
import { CHATS, type ChatName } from "../../../functions/core/notices/chats/chat";
import { NOTICE_KINDS, type NoticeKind } from "../../../functions/core/notices/message";
import { slackPayload } from "../../../functions/core/notices/slack-blocks";
import { teamsPayload } from "../../../functions/core/notices/teams-card";
import { memoryRejectedMessages } from "../../../functions/memory/rejected-messages";
import { memoryToldStore } from "../../../functions/memory/versioned-store";
import { webhookChat } from "../../../functions/node/chats/webhook-chat";
import { sqsEvent } from "../../simulation/data-path";
import { type Answer, type LoopbackServer, startLoopbackServer } from "../adapters/loopback-server";

const FIXTURES = join(__dirname, "../fixtures");
const [NOTICE, ALARM, RULE] = ["notice", "alarm", "rule"].map((name) => fixture(name)) as [string, string, string];
const OK: Answer = { status: 200, body: "ok" };
const RAISED = "alarm: retrigger-dev-dead-letters_messages";
const OVER = "over: retrigger-dev-dead-letters_messages";
const DECISION = JSON.stringify({
  requestId: "data/flights/1",
  model: "flights",
  outcome: "ask",
  request: { requestedBy: "ana@acme.example" },
});
const NOW = Date.parse("2026-11-21T12:00:00Z");

describe("messenger", () => {
  const servers: LoopbackServer[] = [];

  afterEach(async () => {
    for (const server of servers.splice(0)) await server.stop();
  });

  interface WorldOptions {
    readonly answers?: Partial<Record<ChatName, Answer[]>>;
    readonly about?: readonly NoticeKind[];
    /** Whether Teams is to be waited for only shortly. */
    readonly isSilent?: boolean;
  }

  /** Both chats, whose webhooks answer in turn, and then take everything. */
  async function worldOf({ answers = {}, about = NOTICE_KINDS, isSilent = false }: WorldOptions = {}) {
    const taken: string[] = [];
    /** What each chat was to be posted, and the subject of the message that it is of. */
    const rendered = new Map<string, string>();
    const server = await startLoopbackServer(({ path, body }) => {
      const chat = path === "/slack" ? "slack" : "teams";
      const answer = answers[chat]?.shift() ?? { status: 200, body: "ok" };
      if (typeof answer === "object" && answer.status < 300) taken.push(`${chat} ${body.toString()}`);
      return answer;
    });
    servers.push(server);
    const { endpoint } = server;
    const logged: LogRecord[] = [];
    const waits: number[] = [];
    const rejected = memoryRejectedMessages();
    const chats = CHATS.map((name) =>
      webhookChat({
        name,
        about,
        secret: `arn:${name}`,
        readSecret: async () => `${endpoint}/${name}`,
        render: (message) => {
          const payload = name === "slack" ? slackPayload(message) : teamsPayload(message);
          rendered.set(`${name} ${JSON.stringify(payload)}`, message.subject);
          return payload;
        },
        now: () => NOW,
        origins: [endpoint],
        ...(isSilent && name === "teams" && { timeoutMs: 1_000 }),
        wait: async (ms) => void waits.push(ms),
      }),
    );
    const handle = createMessenger({
      chats,
      told: memoryToldStore(),
      rejected,
      place: { environment: "dev", stack: "aws", region: "eu-central-1", runbooks: "docs/runbooks" },
      log: (event) => void logged.push(event),
      now: () => NOW,
    });
    const deliver = async (bodies: readonly string[]) => {
      const { batchItemFailures } = await handle(sqsEvent(bodies.map((body, index) => ({ id: `m${index}`, body }))));
      return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
    };
    const subjects = () => taken.map((text) => text.slice(0, text.indexOf(" ")));
    /** The subjects that a chat was told, in their order. */
    const texts = (chat: ChatName) => taken.filter((text) => text.startsWith(`${chat} `)).map((text) => rendered.get(text));
    return { deliver, taken, subjects, texts, logged, waits, rejected };
  }

  it("should tell both chats of a notice, an alarm and what a rule tells, each once however often it comes", async () => {
    // Arrange
    const { deliver, taken, logged } = await worldOf();

    // Act
    const failed = [await deliver([NOTICE, ALARM]), await deliver([RULE, NOTICE]), await deliver([ALARM])];

    // Assert
    expect(failed).toEqual([[], [], []]);
    expect(taken).toHaveLength(6);
    for (const chat of CHATS) {
      const told = taken.filter((text) => text.startsWith(`${chat} `));
      expect(told[0]).toContain("A training of flights waits for approval.");
      expect(told[1]).toContain("retrigger-dev-dead-letters_messages");
      expect(told[1]).toContain("docs/runbooks/dead-letters.md");
      expect(told[2]).toContain("rule broken-endpoint: SageMaker Endpoint State Change");
    }
    expect(logged.map(({ event, kind }) => [event, kind])).toEqual(
      ["decisions", "decisions", "alarms", "alarms", "decisions", "decisions"].map((kind) => ["told", kind]),
    );
  });

  it("should tell those alone that are about it", async () => {
    const { deliver, taken } = await worldOf({ about: ["alarms"] });

    expect(await deliver([NOTICE, ALARM])).toEqual([]);

    expect(taken).toHaveLength(2);
    expect(taken.every((text) => text.includes("dead-letters_messages"))).toBe(true);
  });

  it("should wait where a chat asks for it", async () => {
    const { deliver, subjects, waits } = await worldOf({
      answers: { slack: [{ status: 429, body: "", headers: { "retry-after": "3" } }] },
    });

    expect(await deliver([NOTICE])).toEqual([]);

    expect(new Set(subjects())).toEqual(new Set(["slack", "teams"]));
    expect(subjects()).toHaveLength(2);
    expect(waits).toEqual([3_000]);
  });

  it.each([
    ["fails", { status: 500, body: "" }],
    ["is gone", { status: 404, body: "no_service" }],
    ["ends the connection", "hang up"],
    ["never answers", "silence"],
  ] as const)("should return a message while a chat %s, and tell no other twice", async (_, answer) => {
    // Arrange
    const { deliver, subjects, logged } = await worldOf({ answers: { teams: [answer] }, isSilent: answer === "silence" });

    // Act
    const failed = [await deliver([NOTICE]), await deliver([NOTICE]), await deliver([NOTICE])];

    // Assert
    expect(failed).toEqual([["m0"], [], []]);
    expect(subjects()).toEqual(["slack", "teams"]);
    expect(logged.filter(({ level }) => level !== "info")).toMatchObject([
      { event: "chat-not-told", chat: "teams", messageId: "decision/ask/1" },
      { event: "handler-failed", function: "messenger", messageId: "m0" },
    ]);
    expect(JSON.stringify(logged)).not.toMatch(/127\.0\.0\.1|no_service/);
  });

  it("should tell what anybody else published as it is, without markup that a chat obeys", async () => {
    const foreign = notificationOf({ Subject: "<!channel> *now*", Message: "first <http://evil|click>\n\n\u001b[31msecond" });
    const { deliver, taken } = await worldOf();

    expect(await deliver([foreign])).toEqual([]);

    expect(taken).toHaveLength(2);
    const slack = taken.find((text) => text.startsWith("slack")) ?? "";
    expect(JSON.parse(slack.slice("slack ".length)).text).toContain("&lt;!channel&gt;");
    expect(taken.join()).not.toContain('"type":"mrkdwn"');
    expect(taken.join()).not.toContain("\u001b");
  });

  it.each([
    ["its first data", { NewStateValue: "OK", OldStateValue: "INSUFFICIENT_DATA" }],
    ["no data any more", { NewStateValue: "INSUFFICIENT_DATA", OldStateValue: "OK" }],
  ])("should tell nothing of an alarm that has %s", async (_, states) => {
    const { deliver, taken } = await worldOf();
    const { Message, ...envelope } = JSON.parse(ALARM);

    expect(
      await deliver([JSON.stringify({ ...envelope, Message: JSON.stringify({ ...JSON.parse(Message), ...states }) })]),
    ).toEqual([]);

    expect(taken).toEqual([]);
  });

  it("should tell the end of an alarm that had no data meanwhile, however often it must be tried", async () => {
    const { deliver, texts } = await worldOf({ answers: { slack: [OK, { status: 500, body: "" }] } });
    const end = alarmOf({ NewStateValue: "OK", OldStateValue: "INSUFFICIENT_DATA", StateChangeTime: at("12:10") });

    const noData = alarmOf({ NewStateValue: "INSUFFICIENT_DATA", OldStateValue: "ALARM", StateChangeTime: at("12:05") });
    expect([await deliver([ALARM]), await deliver([noData]), await deliver([end]), await deliver([end])]).toEqual([
      [],
      [],
      ["m0"],
      [],
    ]);

    expect(texts("slack")).toEqual([RAISED, OVER]);
    expect(texts("teams")).toEqual([RAISED, OVER]);
  });

  it("should tell an alarm that comes after its end as what was", async () => {
    // Arrange
    const { deliver, texts, taken } = await worldOf({ answers: { slack: [{ status: 500, body: "" }] } });
    const end = alarmOf({ NewStateValue: "OK", OldStateValue: "ALARM", StateChangeTime: at("12:05") });

    // Act
    const failed = [await deliver([ALARM]), await deliver([end]), await deliver([ALARM])];

    // Assert
    expect(failed).toEqual([["m0"], [], []]);
    expect(texts("teams")).toEqual([RAISED, OVER]);
    expect(texts("slack")).toEqual([OVER, "was raised, and is over: retrigger-dev-dead-letters_messages"]);
    expect(taken.at(-1)).toMatch(/Raised.*12:00 UTC.*Over since.*12:05 UTC/);
  });

  it("should tell an end that comes after the next alarm as what was", async () => {
    const { deliver, texts } = await worldOf();
    const again = alarmOf({ StateChangeTime: at("12:20") });
    const end = alarmOf({ NewStateValue: "OK", OldStateValue: "ALARM", StateChangeTime: at("12:05") });

    expect([await deliver([again]), await deliver([end])]).toEqual([[], []]);

    expect(texts("slack")).toEqual([RAISED, "was over, and is raised again: retrigger-dev-dead-letters_messages"]);
  });

  it.each([
    ["a time that nobody can read", { StateChangeTime: "noon" }, RAISED],
    ["no time", { StateChangeTime: undefined }, RAISED],
    ["a state that is unknown", { NewStateValue: "PAUSED" }, "alarm in the state PAUSED: retrigger-dev-dead-letters_messages"],
  ])("should tell an alarm with %s to those that are about alarms, by the time of its message", async (_, changes, told) => {
    const { deliver, texts, taken, rejected } = await worldOf({ about: ["alarms"] });

    expect(await deliver([alarmOf(changes)])).toEqual([]);

    expect([texts("slack"), texts("teams")]).toEqual([[told], [told]]);
    expect(taken[0]).toContain("21 November 2026, 12:00 UTC");
    expect(taken.join()).not.toContain("AlarmConfigurationUpdatedTimestamp");
    expect(rejected.kept).toEqual([]);
  });

  it.each<[string, object, NoticeKind, string]>([
    [
      "a decision of an earlier version",
      { Message: `flights: waits\n\nModel:    flights\n\n${DECISION}` },
      "decisions",
      "flights: waits",
    ],
    ["a decision and nothing else", { Subject: "flights: waits", Message: DECISION }, "decisions", "flights: waits"],
    ["a decision that is cut off", { Message: `flights: waits\n\n${DECISION.slice(0, -5)}` }, "decisions", "flights: waits"],
    [
      "a candidate of an earlier version",
      { Message: "flights: a candidate waits\n\nTo approve: retrigger approve candidate/flights/flights-7" },
      "promotions",
      "flights: a candidate waits",
    ],
    ["a drift of an earlier version", { Message: "flights: drift is high\n\nage: 0.4" }, "drift", "flights: drift is high"],
    [
      "what a later version tells",
      { MessageAttributes: carried({ id: "new 1", kind: "promotions", body: [] }), Message: `flights: new\n\n${DECISION}` },
      "promotions",
      "flights: new",
    ],
    [
      "what later versions alone tell of",
      { MessageAttributes: carried({ id: "new 1", kind: "costs" }), Message: "flights: drift is high" },
      "drift",
      "flights: drift is high",
    ],
    [
      "what is published to operators",
      { TopicArn: "arn:aws:sns:eu-central-1:111122223333:retrigger-dev-operations", Message: "Disk is full" },
      "alarms",
      "Disk is full",
    ],
  ])("should tell %s by its kind, without what is for programs", async (_, members, kind, subject) => {
    const { deliver, taken, texts } = await worldOf({ about: [kind] });
    const others = await worldOf({ about: NOTICE_KINDS.filter((other) => other !== kind) });

    expect([await deliver([notificationOf(members)]), await others.deliver([notificationOf(members)])]).toEqual([[], []]);

    expect([texts("slack"), texts("teams")]).toEqual([[subject], [subject]]);
    expect(taken.join()).not.toMatch(/ana@acme\.example|requestedBy/);
    expect(others.taken).toEqual([]);
  });

  it("should set aside what SNS did not bring, and tell the others", async () => {
    const { deliver, taken, rejected } = await worldOf();

    expect(await deliver(["{", '{"hello":1}', NOTICE])).toEqual([]);

    expect(rejected.kept.map(({ refusal }) => refusal.subject)).toEqual(["message", "message"]);
    expect(rejected.kept[0]?.refusal.reason).toMatch(/^got "{", expected a notification of a topic of SNS/);
    expect(taken).toHaveLength(2);
  });
});

// Helpers

function fixture(name: string): string {
  return readFileSync(join(FIXTURES, `${name}-notification.json`), "utf8");
}

/** The alarm with other members. */
function alarmOf(members: object): string {
  const { Message, ...envelope } = JSON.parse(ALARM);
  return JSON.stringify({ ...envelope, Message: JSON.stringify({ ...JSON.parse(Message), ...members }) });
}

function at(time: string): string {
  return `2026-11-21T${time}:00.000+0000`;
}

function carried(message: object) {
  return { "retrigger-message": { Type: "String", Value: JSON.stringify(message) } };
}

function notificationOf(members: object): string {
  return JSON.stringify({ ...JSON.parse(RULE), ...members });
}
