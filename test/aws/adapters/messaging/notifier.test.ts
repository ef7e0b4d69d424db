import { SNSClient } from "@aws-sdk/client-sns";
import { messageSubject, snsNotifier } from "../../../../functions/aws/adapters/messaging/notifier";
import { readCarriedText } from "../../../../functions/core/notices/carried-message";
import { mailText } from "../../../../functions/core/notices/mail-text";
import { decisionNotice, driftNotice } from "../../../../functions/core/notices/notice";
import { messageOf } from "../../../../functions/core/notices/notice-message";
import { decisionOf, range, requestOf } from "../../../contracts/coordination-samples";
import { AWS, costlyApproval } from "../../../core/notices/situations";
import { type Answer, CLIENT, type LoopbackServer, type Received, startLoopbackServer } from "../loopback-server";

const TOPIC = "arn:aws:sns:eu-central-1:123456789012:decisions";
const MAX_BYTES = 256 * 1024;

describe("snsNotifier", () => {
  let server: LoopbackServer | undefined;
  let client: SNSClient | undefined;

  afterEach(async () => {
    client?.destroy();
    await server?.stop();
  });

  async function notifierAgainst(...answers: Answer[]) {
    server = await startLoopbackServer((_, before) => answers[before] ?? PUBLISHED);
    client = new SNSClient({ ...CLIENT, endpoint: server.endpoint, maxAttempts: 2 });
    return { notifier: snsNotifier(client, TOPIC, AWS), received: server.received };
  }

  it("should publish the decision to the topic", async () => {
    // Arrange
    const { notifier, received } = await notifierAgainst();
    const decision = decisionOf({ outcome: "ask", reason: "approval-needed" });

    // Act
    await notifier.notify(decisionNotice("flights: a training waits for approval", decision));

    // Assert
    expect(formOf(received[0])).toMatchObject({
      Action: "Publish",
      TopicArn: TOPIC,
      Subject: "flights: a training waits for approval",
    });
    expect(jsonPart(textsOf(received[0]).default)).toEqual(decision);
  });

  it("should write people a mail without JSON, and carry the message beside it, for chats", async () => {
    const { notifier, received } = await notifierAgainst();
    const notice = costlyApproval();

    await notifier.notify(notice);

    const message = messageOf(notice, AWS);
    expect(textsOf(received[0]).email).toBe(mailText(message));
    const { MessageStructure, ...form } = formOf(received[0]);
    expect(MessageStructure).toBe("json");
    expect(form["MessageAttributes.entry.1.Name"]).toBe("retrigger-message");
    expect(form["MessageAttributes.entry.1.Value.DataType"]).toBe("String");
    expect(readCarriedText(form["MessageAttributes.entry.1.Value.StringValue"] ?? "")).toEqual(message);
  });

  it("should publish a drift below its subject", async () => {
    const { notifier, received } = await notifierAgainst();
    await notifier.notify(driftNotice("flights", "flights: drift is high", "high drift by hourly"));
    expect(formOf(received[0])).toMatchObject({ Subject: "flights: drift is high" });
    expect(textsOf(received[0]).default).toBe("flights: drift is high\n\nhigh drift by hourly");
  });

  it.each<[string, Answer]>([
    ["was throttled", refusal(400, "Throttling")],
    ["met a fault of SNS", refusal(500, "InternalError")],
    ["lost its response", "hang up"],
  ])("should publish again what %s", async (_, answer) => {
    const { notifier, received } = await notifierAgainst(answer);
    await notifier.notify(decisionNotice("flights", decisionOf()));
    expect(received).toHaveLength(2);
  });

  it("should reject when SNS refuses", async () => {
    const { notifier } = await notifierAgainst(refusal(404, "NotFound"));
    await expect(notifier.notify(decisionNotice("flights", decisionOf()))).rejects.toMatchObject({ name: "NotFoundException" });
  });

  it("should publish a message as large as SNS takes", async () => {
    const { notifier, received } = await notifierAgainst();
    const manifests = range(1_000).map((n) => ({ uri: `s3://lake/${"ü".repeat(900)}/${n}`, objects: n, bytes: n }));
    await notifier.notify(decisionNotice("flights", decisionOf({ request: requestOf({ manifests }) })));
    const form = formOf(received[0]);
    const sent = Object.entries(form).filter(([name]) => /^Message$|^MessageAttributes.*(?:Name|Type|Value)$/.test(name));
    expect(sent).toHaveLength(4);
    expect(sent.reduce((sum, [, value]) => sum + Buffer.byteLength(value), 0)).toBeLessThanOrEqual(MAX_BYTES);
    expect(jsonPart(textsOf(received[0]).default)).toMatchObject({ request: { omitted: { causes: 0, manifests: 900 } } });
  });
});

describe("messageSubject", () => {
  it.each([
    ["flights: a training waits for approval", "flights: a training waits for approval"],
    ["two\r\nlines\tand\u0000more", "two lines and?more"],
    ["Zoë's 飛行 😀", "Zoe's ?? ?"],
    ["  padded  ", "padded"],
    ["", "Retrigger"],
    ["x".repeat(99), "x".repeat(99)],
    ["x".repeat(100), `${"x".repeat(96)}...`],
  ])("should turn %j into %j", (text, subject) => {
    expect(messageSubject(text)).toBe(subject);
    expect(subject).toMatch(/^[!-~][ -~]{0,98}$/);
  });
});

// Helpers

const PUBLISHED: Answer = {
  status: 200,
  type: "text/xml",
  body: "<PublishResponse><PublishResult><MessageId>1</MessageId></PublishResult></PublishResponse>",
};

function refusal(status: number, code: string): Answer {
  const body = `<ErrorResponse><Error><Type>Sender</Type><Code>${code}</Code><Message>no</Message></Error></ErrorResponse>`;
  return { status, type: "text/xml", body };
}

function formOf(request: Received | undefined): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(request?.body.toString("utf8")));
}

/** The texts of a message, by the protocol that they are for. */
function textsOf(request: Received | undefined): { readonly default: string; readonly email: string } {
  const { Message = "" } = formOf(request);
  return JSON.parse(Message);
}

function jsonPart(message: string): unknown {
  return JSON.parse(message.slice(message.indexOf("\n\n{") + 2));
}
