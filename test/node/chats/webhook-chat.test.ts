import type { ChatName } from "../../../functions/core/notices/chats/chat";
import { type Message, NOTICE_KINDS } from "../../../functions/core/notices/message";
import { CHAT_ORIGINS, webhookAddress } from "../../../functions/node/chats/webhook-address";
import { type WebhookKind, webhookKind } from "../../../functions/node/chats/webhook-answer";
import { type WebhookChatOptions, webhookChat } from "../../../functions/node/chats/webhook-chat";
import { type Answer, type LoopbackServer, startLoopbackServer } from "../../aws/adapters/loopback-server";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const SIGNATURE = "sig=A1b2C3d4";
const PATH = `/workflows/0af1/triggers/manual/paths/invoke?sp=run&${SIGNATURE}`;
const OK: Answer = { status: 200, body: "ok" };
const UNCONFIRMED = "(HTTP 200 without the confirmation of a webhook); see whether the webhook is still active";

describe("webhookChat", () => {
  let server: LoopbackServer | undefined;
  let answers: Answer[] = [];

  beforeEach(async () => {
    answers = [];
    server = await startLoopbackServer(() => answers.shift() ?? OK);
  });

  afterEach(() => server?.stop());

  function chatOf(options: Partial<WebhookChatOptions> = {}) {
    const { endpoint = "" } = server ?? {};
    const waits: number[] = [];
    const reads: string[] = [];
    const chat = webhookChat({
      name: "teams",
      about: NOTICE_KINDS,
      secret: "arn:secret",
      readSecret: async () => {
        reads.push("read");
        return `${endpoint}${PATH}`;
      },
      render: ({ subject }) => ({ text: subject }),
      now: () => NOW,
      origins: [endpoint],
      wait: async (ms) => void waits.push(ms),
      ...options,
    });
    return { chat, waits, reads, bodies: () => (server?.received ?? []).map(({ body }) => body.toString()) };
  }

  it.each([200, 202])("should post what is rendered as JSON, and take %s for an answer", async (status) => {
    // Arrange
    answers = [{ status, body: "" }];
    const { chat } = chatOf();

    // Act
    await chat.tell(messageOf());

    // Assert
    expect(server?.received).toMatchObject([
      { method: "POST", path: PATH, headers: { "content-type": "application/json" }, body: Buffer.from('{"text":"drift"}') },
    ]);
  });

  it.each([
    ["seconds, of 429", 429, "7", 7_000],
    ["seconds, of 503", 503, "20", 20_000],
    ["no time", 429, "0", 1_000],
    ["a date that is past", 429, new Date(NOW - 60_000).toUTCString(), 1_000],
    ["a date", 429, new Date(NOW + 9_000).toUTCString(), 9_000],
  ])("should wait as long as the chat asks: %s", async (_, status, after, expected) => {
    answers = [{ status, body: "", headers: { "retry-after": after } }];
    const { chat, waits, bodies } = chatOf();

    await chat.tell(messageOf());

    expect(waits).toEqual([expected]);
    expect(bodies()).toHaveLength(2);
  });

  it("should ask three times at most", async () => {
    answers = Array.from({ length: 5 }, () => ({ status: 429, body: "", headers: { "retry-after": "1" } }));
    const { chat, waits } = chatOf();

    await expect(chat.tell(messageOf())).rejects.toThrow("Microsoft Teams did not take the message (HTTP 429); it is tried again");
    expect(waits).toEqual([1_000, 1_000]);
    expect(server?.received).toHaveLength(3);
  });

  it.each([
    ["a longer wait than it has", { status: 429, body: "", headers: { "retry-after": "21" } }, "(HTTP 429); it is tried again"],
    ["no wait that can be read", { status: 503, body: "", headers: { "retry-after": "soon" } }, "(HTTP 503); it is tried again"],
    ["a wait below none", { status: 429, body: "", headers: { "retry-after": "-5" } }, "(HTTP 429); it is tried again"],
    ["parts of seconds", { status: 429, body: "", headers: { "retry-after": "1.5" } }, "(HTTP 429); it is tried again"],
    ["two waits", { status: 429, body: "", headers: { "retry-after": ["5", "5"] } }, "(HTTP 429); it is tried again"],
    [
      "a date of another form",
      { status: 503, body: "", headers: { "retry-after": "2001-01-01" } },
      "(HTTP 503); it is tried again",
    ],
    [
      "success that workflows do not have",
      { status: 204, body: "" },
      "(HTTP 204 without the confirmation of a webhook); see whether",
    ],
    ["a fault", { status: 500, body: "" }, "(HTTP 500); it is tried again"],
    ["a webhook that is gone", { status: 404, body: "no_service" }, "(HTTP 404); see whether the webhook is still active"],
    ["a form that it does not take", { status: 400, body: "invalid_blocks" }, "(HTTP 400); see whether the webhook takes"],
    ["another place", { status: 307, body: "", headers: { location: "http://127.0.0.1:9/elsewhere" } }, "(no answer); see whether"],
    ["a connection that ends", "hang up", "(no answer); see whether the function reaches the webhook"],
    ["silence", "silence", "(no answer); see whether the function reaches the webhook"],
  ] as const)("should reject for %s, once, and tell nothing of the address or the answer", async (_, answer, told) => {
    // Arrange
    answers = [answer];
    const { chat, waits } = chatOf(answer === "silence" ? { timeoutMs: 200 } : {});

    // Act
    const error: unknown = await chat.tell(messageOf()).catch((thrown: unknown) => thrown);

    // Assert
    expect(error).toMatchObject({ message: expect.stringContaining(`Microsoft Teams did not take the message ${told}`) });
    expect(error).not.toHaveProperty("cause");
    expect(String(error)).not.toMatch(/127\.0\.0\.1|sig=|no_service|invalid_blocks/);
    expect(waits).toEqual([]);
    expect(server?.received).toHaveLength(1);
  });

  it.each<[string, WebhookKind, Answer]>([
    ["a connector's number", "connector", { status: 200, body: "1" }],
    ["a connector's number with an end of line", "connector", { status: 200, body: "1\r\n" }],
    ["Slack's word", "slack", OK],
    ["a workflow's text", "workflow", { status: 200, body: "whatever its owner wrote" }],
    ["a workflow's status, whose body does not end", "workflow", { status: 202, body: "", stalls: true }],
  ])("should take %s for the confirmation", async (_, kind, answer) => {
    answers = [answer];
    const { chat } = chatOf({ kind });

    await chat.tell(messageOf());

    expect(server?.received).toHaveLength(1);
  });

  it.each<[string, WebhookKind, Answer, string]>([
    ["throttling", "connector", deliveryFailed(429), "(HTTP 429); it is tried again"],
    ["an own fault", "connector", deliveryFailed(502), "(HTTP 502); it is tried again"],
    ["too large a message", "connector", deliveryFailed(413), "(HTTP 413); see whether the webhook takes messages"],
    ["a form that it does not take", "connector", deliveryFailed(400), "(HTTP 400); see whether the webhook takes messages"],
    ["a channel that is gone", "connector", deliveryFailed(403), "(HTTP 403); see whether the webhook is still active"],
    ["something without a status", "connector", { status: 200, body: "Summary or Text is required." }, UNCONFIRMED],
    ["no text", "connector", { status: 200, body: "" }, UNCONFIRMED],
    ["a page of a proxy", "slack", { status: 200, body: "<html>ok</html>" }, UNCONFIRMED],
    ["a body without an end", "slack", { status: 200, body: "x".repeat(100_000), stalls: true }, UNCONFIRMED],
    ["a body that breaks off", "slack", { status: 200, body: "o", breaksOff: true }, "(no answer)"],
  ])("should not take a success that tells of %s for one", async (_, kind, answer, told) => {
    // Arrange
    answers = [answer];
    const { chat, waits } = chatOf({ kind });

    // Act
    const error: unknown = await chat.tell(messageOf()).catch((thrown: unknown) => thrown);

    // Assert
    expect(error).toMatchObject({ message: expect.stringContaining(`did not take the message ${told}`) });
    expect(String(error)).not.toMatch(/ContextId|html|required/);
    expect(waits).toEqual([]);
    expect(server?.received).toHaveLength(1);
  });

  it("should wait where a connector's success tells of throttling and for how long", async () => {
    answers = [
      { ...deliveryFailed(429), headers: { "retry-after": "2" } },
      { status: 200, body: "1" },
    ];
    const { chat, waits, bodies } = chatOf({ kind: "connector" });

    await chat.tell(messageOf());

    expect(waits).toEqual([2_000]);
    expect(bodies()).toHaveLength(2);
  });

  it("should remember the address, until it is old or a post failed", async () => {
    // Arrange
    let now = NOW;
    const { chat, reads } = chatOf({ now: () => now, maxAgeMs: 60_000 });

    // Act and assert
    await chat.tell(messageOf());
    await chat.tell(messageOf());
    expect(reads).toHaveLength(1);
    now += 60_000;
    await chat.tell(messageOf());
    expect(reads).toHaveLength(2);
    answers = [{ status: 404, body: "" }];
    await expect(chat.tell(messageOf())).rejects.toThrow("HTTP 404");
    await chat.tell(messageOf());
    expect(reads).toHaveLength(3);
  });

  it("should post nothing to where no webhook is", async () => {
    const { chat } = chatOf({ readSecret: async () => `https://attacker.example${PATH}` });

    await expect(chat.tell(messageOf())).rejects.toThrow(/got no address of a webhook of Microsoft Teams in the secret arn:secret/);
    expect(server?.received).toEqual([]);
  });
});

describe("webhookKind", () => {
  it.each([
    ["slack", "https://hooks.slack.com/services/T0/B0/x", "slack"],
    ["teams", "https://acme.webhook.office.com/webhookb2/0af1", "connector"],
    ["teams", "https://prod-12.westeurope.logic.azure.com:443/workflows/0af1", "workflow"],
    ["teams", "https://default0af1.d3.environment.api.powerplatform.com/x.webhook.office.com", "workflow"],
  ] as const)("should tell by the address of %s who answers: %s", (chat, address, kind) => {
    expect(webhookKind(chat, address)).toBe(kind);
  });
});

describe("webhookAddress", () => {
  it.each([
    ["slack", "https://hooks.slack.com/services/T0/B0/x"],
    ["slack", "https://hooks.slack-gov.com/services/T0/B0/x"],
    ["teams", `https://default0af1.d3.environment.api.powerplatform.com:443/powerautomate/automations/direct${PATH}`],
    ["teams", `https://default0af1.d.environment.api.gov.powerplatform.microsoft.us:443/powerautomate/automations/direct${PATH}`],
    ["teams", `https://prod-12.westeurope.logic.azure.com:443${PATH}`],
    ["teams", `https://prod-12.usgovtexas.logic.azure.us${PATH}`],
    ["teams", "https://acme.webhook.office.com/webhookb2/0af1/IncomingWebhook/0af1/0af1"],
  ] as const)("should read an address of %s alone, with space around it, and as the value of a pair: %s", (chat, address) => {
    const pair = JSON.stringify({ username: "none", url: address });

    const read = [address, ` ${address}\n`, pair].map((value) => webhookAddress(value, chat, "arn:secret"));
    expect(read).toEqual(Array.from(read, () => new URL(address).href));
  });

  it.each<readonly [string, ChatName, string]>([
    ["nothing", "slack", ""],
    ["another host", "slack", "https://attacker.example/hooks.slack.com/services/T0"],
    ["a host that ends alike", "slack", "https://evilhooks.slack.com.attacker.example/x"],
    ["one below that of Slack", "slack", "https://a.hooks.slack.com/services/T0"],
    ["http", "slack", "http://hooks.slack.com/services/T0/B0/x"],
    ["another port", "slack", "https://hooks.slack.com:8443/services/T0/B0/x"],
    ["a name and a password", "slack", "https://user:pass@hooks.slack.com/services/T0/B0/x"],
    ["that of the other chat", "teams", "https://hooks.slack.com/services/T0/B0/x"],
    ["the domain alone", "teams", "https://logic.azure.com/workflows/0af1"],
    ["a host that ends alike, of Teams", "teams", "https://evillogic.azure.com/workflows/0af1"],
    ["a path that ends alike", "teams", "https://attacker.example/.logic.azure.com"],
    ["two lines", "slack", "https://hooks.slack.com/services/T0/B0/x\nhttps://hooks.slack.com/services/T0/B0/y"],
    ["an address that a line break tears apart", "slack", "https://hooks.slack.com/services/T0\n/B0/x"],
    ["a text behind it", "teams", "https://prod-12.westeurope.logic.azure.com/workflows/0af1 # old"],
    [
      "two lines as the value of a pair",
      "slack",
      '{"url":"https://hooks.slack.com/services/1\\nhttps://hooks.slack.com/services/2"}',
    ],
    ["no path", "slack", "https://hooks.slack.com"],
    ["an empty path", "slack", "https://hooks.slack.com//"],
    ["a query without a path", "teams", "https://prod-12.westeurope.logic.azure.com/?workflows"],
    ["broken JSON", "slack", '{"url":"https://hooks.slack.com/services/T0/B0/x"'],
    ["a list", "slack", '["https://hooks.slack.com/services/T0/B0/x"]'],
    ["two addresses", "slack", '{"a":"https://hooks.slack.com/services/1","b":"https://hooks.slack.com/services/2"}'],
  ])("should refuse %s, and quote nothing of it", (_, chat, value) => {
    const read = () => webhookAddress(value, chat, "arn:secret");

    expect(read).toThrow(
      /^got (?:no address|2 addresses) of a webhook of .* in the secret arn:secret, expected one; put the whole address there, with its path/,
    );
    expect(read).not.toThrow(/attacker|user:pass|services|workflows|8443/);
  });

  it("should know the hosts of every chat", () => {
    expect(
      Object.values(CHAT_ORIGINS)
        .flat()
        .every((origin) => /^https:\/\/(?:\*\.)?[a-z0-9.-]+$/.test(origin)),
    ).toBe(true);
  });
});

// Helpers

/** What a connector answers whose post to Teams fails. */
function deliveryFailed(status: number) {
  const text = `Webhook message delivery failed with error: Microsoft Teams endpoint returned HTTP error ${status}`;
  return { status: 200, body: `${text} with ContextId tcid=0,server=msgapi-1,cv=a.0..` };
}

function messageOf(): Message {
  return { id: "drift/1", kind: "drift", subject: "drift", paragraphs: [], facts: [], links: [] };
}
