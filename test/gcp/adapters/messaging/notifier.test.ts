import { RetryableError } from "../../../../functions/core/errors";
import type { LogRecord } from "../../../../functions/core/log/log";
import { readMessageAttributes } from "../../../../functions/core/notices/carried-message";
import { decisionNotice, driftNotice } from "../../../../functions/core/notices/notice";
import { messageOf } from "../../../../functions/core/notices/notice-message";
import { pubSubNotifier } from "../../../../functions/gcp/adapters/messaging/notifier";
import { type Answer, jsonOf, type LoopbackServer, type Received } from "../../../aws/adapters/loopback-server";
import { decisionOf, range, requestOf } from "../../../contracts/coordination-samples";
import { costlyApproval, GCP } from "../../../core/notices/situations";
import { anonymousRest, googleError, jsonAnswer, startGoogleServer } from "../google-server";

const TOPIC = "projects/lake-project/topics/retrigger-test-decisions";

describe("pubSubNotifier", () => {
  let server: LoopbackServer | undefined;

  afterEach(async () => {
    await server?.stop();
  });

  async function notifierAgainst(answer: (before: number) => Answer) {
    server = await startGoogleServer((_, before) => answer(before));
    const reports: LogRecord[] = [];
    const log = (entry: LogRecord) => void reports.push(entry);
    const notifier = pubSubNotifier(anonymousRest(), TOPIC, { endpoint: server.endpoint, log, place: GCP });
    return { notifier, received: server.received, reports };
  }

  it("should publish the decision, with what subscriptions filter by", async () => {
    const { notifier, received } = await notifierAgainst(published);
    const decision = decisionOf({ outcome: "ask", reason: "approval-needed" });

    await notifier.notify(decisionNotice("flights: a training waits for approval", decision));

    expect(received[0]).toMatchObject({ method: "POST", path: `/v1/${TOPIC}:publish` });
    expect(attributesOf(received[0])).toEqual({
      subject: "flights: a training waits for approval",
      model: "flights",
      outcome: "ask",
      requestId: "data/flights/12",
    });
    const text = textOf(received[0]);
    expect(text).toMatch(/^flights: a training waits for approval\n/);
    expect(JSON.parse(text.slice(text.lastIndexOf("\n\n")))).toEqual(decision);
  });

  it("should carry the message beside it, for chats, and log its words, from which the mail is written", async () => {
    const { notifier, received, reports } = await notifierAgainst(published);
    const notice = costlyApproval();

    await notifier.notify(notice);

    const message = messageOf(notice, GCP);
    expect(readMessageAttributes(allAttributesOf(received[0]))).toEqual(message);
    expect(reports).toEqual([
      {
        ...{ level: "warn", event: "decision-told", model: "flight-delay", requestId: "data/flight-delay/11" },
        ...{ subject: "flight-delay: a training waits for approval", told: "Start a training of flight-delay?" },
        because: message.question?.why,
        costs: `What it costs: ${message.question?.cost}`,
        unanswered: `If nobody answers: ${message.question?.unanswered}`,
        approve: "To approve: npx retrigger approve data/flight-delay/11 --stack gcp --environment prod --project acme-ml",
        reject: "To reject: npx retrigger reject data/flight-delay/11 --stack gcp --environment prod --project acme-ml",
        further: expect.stringContaining("Every check with its numbers: npx retrigger why data/flight-delay/11"),
      },
    ]);
  });

  it("should publish a drift's text, and log it, from which its mail is written", async () => {
    const { notifier, received, reports } = await notifierAgainst(published);

    await notifier.notify(driftNotice("flights", "flights: drift is high", "high drift by hourly", "drift/flights/1-a"));

    const requestId = "drift/flights/1-a";
    expect(attributesOf(received[0])).toEqual({ subject: "flights: drift is high", model: "flights", requestId });
    expect(textOf(received[0])).toBe("high drift by hourly");
    expect(reports).toEqual([
      {
        level: "warn",
        event: "drift-told",
        model: "flights",
        requestId: "drift/flights/1-a",
        subject: "flights: drift is high",
        why: "high drift by hourly",
        told: "high drift by hourly",
        ...{ because: "", costs: "", unanswered: "", approve: "", reject: "" },
        further: expect.stringContaining("How it was judged: npx retrigger drift flights --stack gcp"),
      },
    ]);
  });

  it("should publish no more than people read, and no longer subject than an attribute takes", async () => {
    const { notifier, received } = await notifierAgainst(published);
    const manifests = range(1_000).map((n) => ({ uri: `gs://lake/${"ü".repeat(900)}/${n}`, objects: n, bytes: n }));

    await notifier.notify(decisionNotice("ü".repeat(600), decisionOf({ request: requestOf({ manifests }) })));

    expect(attributesOf(received[0])).toMatchObject({ subject: "ü".repeat(512) });
    expect(Buffer.byteLength(textOf(received[0]))).toBeLessThanOrEqual(256 * 1024);
    await notifier.notify(decisionNotice(`x${"ü".repeat(600)}`, decisionOf()));
    expect(attributesOf(received[1])).toMatchObject({ subject: `x${"ü".repeat(511)}` });
  });

  it("should publish again after a busy moment, and call it retryable when that stays", async () => {
    const { notifier, received } = await notifierAgainst((before) => (before === 1 ? published() : googleError(503, "NO", "busy")));
    await notifier.notify(decisionNotice("flights", decisionOf()));
    expect(received).toHaveLength(2);
    await expect(notifier.notify(decisionNotice("flights", decisionOf()))).rejects.toThrow(RetryableError);
  });
});

// Helpers

function published(): Answer {
  return jsonAnswer({ messageIds: ["1"] });
}

function publishedMessage(request: Received | undefined): { data: string; attributes: Record<string, string> } {
  const { messages } = jsonOf(request) as { messages: { data: string; attributes: Record<string, string> }[] };
  const [message] = messages;
  if (message === undefined) throw new Error("no message was published");
  return message;
}

/** What subscriptions filter by. */
function attributesOf(request: Received | undefined): Record<string, string> {
  return Object.fromEntries(Object.entries(allAttributesOf(request)).filter(([name]) => !/^message\d+$/.test(name)));
}

function allAttributesOf(request: Received | undefined): Record<string, string> {
  return publishedMessage(request).attributes;
}

function textOf(request: Received | undefined): string {
  return Buffer.from(publishedMessage(request).data, "base64").toString("utf8");
}
