import fc from "fast-check";
import { alarmMessage } from "../../../functions/core/notices/alarm-message";
import {
  carriedText,
  messageAttributes,
  readCarriedText,
  readMessageAttributes,
} from "../../../functions/core/notices/carried-message";
import { mailText } from "../../../functions/core/notices/mail-text";
import { type Message, messageSchema } from "../../../functions/core/notices/message";
import { driftNotice, promotionNotice } from "../../../functions/core/notices/notice";
import { messageOf } from "../../../functions/core/notices/notice-message";
import { type SlackBlock, slackPayload } from "../../../functions/core/notices/slack-blocks";
import { teamsPayload } from "../../../functions/core/notices/teams-card";
import { toldWords } from "../../../functions/core/notices/told-words";
import { AWS, costlyApproval } from "./situations";

const MARKUP = [
  ...["<!channel>", "<@U123>", "@here", "*bold*", "_it_", "`code`", "```", "<https://evil.example|click>", "&lt;!channel&gt;"],
  ...["<at>everyone</at>", "**bold**", "[click](http://evil.example)", "](http://evil.example)", "{{DATE(2026-01-01T00:00:00Z)}}"],
  ...[
    "\u202egnp.exe",
    "\ud800",
    "\u0000\u001b[31m",
    ": npx retrigger approve x; curl evil",
    "x".repeat(100_000),
    "😀".repeat(50_000),
  ],
];

/** Some of the texts are long. */
const RUNS = { numRuns: 60 };

const TEXT = fc
  .oneof(fc.constantFrom(...MARKUP), fc.string({ unit: "binary", maxLength: 50 }))
  .chain((one) => fc.constantFrom(one, `${one} ${one}`, `text ${one} text`));

describe("messages of hostile texts", () => {
  it("should carry what they say in so many bytes, and be read as what they were", () => {
    fc.assert(
      fc.property(hostileMessage(), (message) => {
        expect(messageSchema.parse(message)).toEqual(message);
        const text = carriedText(message);
        expect(text).toMatch(/^[ -~]*$/);
        expect(text.length).toBeLessThanOrEqual(24_000);
        const attributes = messageAttributes(message);
        expect(Object.keys(attributes).length).toBeLessThan(40);
        expect(Object.values(attributes).every((part) => part.length <= 1_024)).toBe(true);
        expect(readCarriedText(text)).toMatchObject({ id: message.id, kind: message.kind });
        expect(readMessageAttributes({ subject: "s", ...attributes })).toEqual(readCarriedText(text));
      }),
      RUNS,
    );
  });

  it("should become no markup of Slack, within its limits", () => {
    fc.assert(
      fc.property(hostileMessage(), (message) => {
        const { text, blocks, mrkdwn } = slackPayload(message);
        expect(text.replace(/&(?:amp|lt|gt);/g, "")).not.toMatch(/[<>&]/);
        expect(mrkdwn).toBe(false);
        expect(blocks.length).toBeLessThanOrEqual(50);
        for (const block of blocks) expectWithinSlack(block);
      }),
      RUNS,
    );
  });

  it("should become no markup of Teams, within its limits", () => {
    fc.assert(
      fc.property(hostileMessage(), (message) => {
        const payload = teamsPayload(message);
        expect(Buffer.byteLength(JSON.stringify(payload))).toBeLessThanOrEqual(20_000);
        const { body, actions } = payload.attachments[0]?.content ?? { body: [], actions: [] };
        expect(new Set(body.map(({ type }) => type))).toEqual(new Set(["RichTextBlock"]));
        const runs = body.flatMap(({ inlines }) => inlines);
        expect(runs.every(({ type, text }) => type === "TextRun" && !/\{\{|<\/?at\b/i.test(text) && text !== "")).toBe(true);
        for (const { url } of actions) expect(url).toMatch(/^https?:\/\/[^\s()<>|]+$/);
      }),
      RUNS,
    );
  });

  it("should be plain mails, no longer than is left beside the decision", () => {
    fc.assert(
      fc.property(hostileMessage(), (message) => {
        const text = mailText(message);
        expect(Buffer.byteLength(text)).toBeLessThanOrEqual(48_000);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: controls are what must not be there
        expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
        expect(text.isWellFormed()).toBe(true);
      }),
      RUNS,
    );
  });

  it("should be labels that Cloud Monitoring takes, and no link of its Markdown", () => {
    fc.assert(
      fc.property(hostileMessage(), (message) => {
        for (const label of Object.values(toldWords(message))) {
          expect(label.length).toBeLessThanOrEqual(1_000);
          expect(label).not.toMatch(/\]\(|</);
        }
      }),
      RUNS,
    );
  });

  it("should keep the commands of a question whole, however long the rest is", () => {
    const message = messageOf(costlyApproval(), AWS);
    const why = "é".repeat(50_000);
    const long = { ...message, ...(message.question && { question: { ...message.question, why } }), paragraphs: [why, why] };

    for (const shown of [carriedText(long), JSON.stringify(slackPayload(long)), JSON.stringify(teamsPayload(long)), mailText(long)])
      expect(shown).toContain(message.question?.approve);
  });
});

describe(readCarriedText, () => {
  it.each(["", "{", "null", "[]", '{"id":1}', "x".repeat(1_000)])("should read nothing from %s", (text) => {
    expect(readCarriedText(text)).toBeUndefined();
    expect(readMessageAttributes({ message0: text })).toBeUndefined();
  });
});

// Helpers

/** Messages of notices and alarms whose texts others wrote. */
function hostileMessage(): fc.Arbitrary<Message> {
  const drift = fc
    .tuple(TEXT, TEXT)
    .map(([subject, text]) => messageOf(driftNotice("flights", subject, text, "drift/flights/1"), AWS));
  const news = fc.tuple(TEXT, TEXT, TEXT).map(([subject, text, why]) => {
    const asks = { why, askedAt: 0, expiresAt: 1, approvers: 2 };
    return messageOf(promotionNotice("flights", { candidateId: "candidate/flights/g-1", at: 0, subject, text, asks }), AWS);
  });
  const decision = fc.tuple(TEXT, TEXT).map(([why, feature]) => {
    const { decision, ...notice } = costlyApproval();
    const causes = [
      { type: "manual", by: "ada", why },
      { type: "drift", severity: "high", score: 1, feature },
    ] as const;
    return messageOf({ ...notice, ...(decision && { decision: { ...decision, request: { ...decision.request, causes } } }) }, AWS);
  });
  const alarm = fc.tuple(TEXT, TEXT, TEXT, TEXT).map(([id, name, summary, url]) => {
    return alarmMessage({ id, name, summary, url, isOver: false, at: 0, reason: summary, model: name }, AWS);
  });
  return fc.oneof(drift, news, decision, alarm);
}

/** Texts stand where Slack reads no markup; links are our own. */
function expectWithinSlack(block: SlackBlock): void {
  switch (block.type) {
    case "header":
      expect(block.text).toMatchObject({ type: "plain_text", emoji: false });
      expect(block.text.text.length).toBeLessThanOrEqual(150);
      return;
    case "section":
      expect(block.fields.length).toBeLessThanOrEqual(10);
      for (const { type, text } of block.fields) expect([type, text.length <= 2_000 && text !== ""]).toEqual(["plain_text", true]);
      return;
    case "rich_text":
      for (const { type, text } of block.elements.flatMap(({ elements }) => elements))
        expect([type, text.length <= 3_000 && text !== ""]).toEqual(["text", true]);
      return;
    case "context":
      for (const { text } of block.elements) expect(text).toMatch(/^<https?:\/\/[^\s<>|]+\|[\p{L}\p{N} ]+>$/u);
  }
}
