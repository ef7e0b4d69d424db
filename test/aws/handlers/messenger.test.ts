import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createMessenger } from "../../../functions/aws/handlers/messenger";
import type { LogRecord } from "../../../functions/core/log/log";
import { CHATS, type ChatName } from "../../../functions/core/notices/chat";
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
const NOW = Date.parse("2026-11-21T12:00:00Z");

describe("messenger", () => {
  let server: LoopbackServer | undefined;

  afterEach(() => server?.stop());

  interface WorldOptions {
    readonly answers?: Partial<Record<ChatName, Answer[]>>;
    readonly about?: readonly NoticeKind[];
    /** Whether Teams is to be waited for only shortly. */
    readonly isSilent?: boolean;
  }

  /** Both chats, whose webhooks answer in turn, and then take everything. */
  async function worldOf({ answers = {}, about = NOTICE_KINDS, isSilent = false }: WorldOptions = {}) {
    const taken: string[] = [];
    server = await startLoopbackServer(({ path, body }) => {
      const chat = path === "/slack" ? "slack" : "teams";
      const answer = answers[chat]?.shift() ?? { status: 200, body: "ok" };
      if (typeof answer === "object" && answer.status < 300) taken.push(`${chat} ${body.toString()}`);
      return answer;
    });
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
        render: name === "slack" ? slackPayload : teamsPayload,
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
    return { deliver, taken, subjects, logged, waits, rejected };
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

function notificationOf(members: object): string {
  return JSON.stringify({ ...JSON.parse(RULE), ...members });
}
