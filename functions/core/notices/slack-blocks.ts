// A message as Slack shows it. What comes from outside stands in elements that know no markup: plain_text, and the text elements of
// rich_text. mrkdwn, which has no way to escape its stars and ticks, is used for links alone.
import { utf8Bytes } from "../batching/landed-object";
import { fitted, shortened } from "./bounded-message";
import type { Message } from "./message";
import { isWebAddress } from "./message-place";

/** https://docs.slack.dev/reference/block-kit/blocks/header-block */
const MAX_HEADER = 150;
/** https://docs.slack.dev/reference/block-kit/blocks/section-block: ten fields, of 2,000 characters each */
const MAX_FIELDS = 10;
const MAX_FIELD = 2_000;
/** https://docs.slack.dev/reference/block-kit/composition-objects/text-object */
const MAX_TEXT = 3_000;
/** https://docs.slack.dev/reference/block-kit/blocks */
const MAX_BLOCKS = 50;
/** No limit of a webhook's whole body is documented; nobody reads more. */
const MAX_BYTES = 48_000;

interface PlainText {
  readonly type: "plain_text";
  readonly text: string;
  readonly emoji: false;
}

/** https://docs.slack.dev/reference/block-kit/blocks/rich-text-block */
interface RichText {
  readonly type: "rich_text_section" | "rich_text_preformatted";
  readonly elements: readonly { readonly type: "text"; readonly text: string; readonly style?: { readonly bold: true } }[];
}

export type SlackBlock =
  | { readonly type: "header"; readonly text: PlainText }
  | { readonly type: "section"; readonly fields: readonly PlainText[] }
  | { readonly type: "rich_text"; readonly elements: readonly RichText[] }
  | { readonly type: "context"; readonly elements: readonly { readonly type: "mrkdwn"; readonly text: string }[] };

/** The body of a request to a Slack webhook. */
export interface SlackPayload {
  /** For notifications of a telephone, and where blocks cannot be shown. */
  readonly text: string;
  readonly mrkdwn: false;
  readonly unfurl_links: false;
  readonly unfurl_media: false;
  readonly blocks: readonly SlackBlock[];
}

/** A message as the body of a request to an incoming webhook of Slack, within the limits of its blocks. */
export function slackPayload(message: Message): SlackPayload {
  const isWithin = (payload: SlackPayload) =>
    payload.blocks.length <= MAX_BLOCKS && utf8Bytes(JSON.stringify(payload)) <= MAX_BYTES;
  return fitted(message, payloadOf, isWithin);
}

function payloadOf({ subject, paragraphs, steps = [], facts, question, links }: Message): SlackPayload {
  const asked: SlackBlock[] =
    question === undefined
      ? []
      : [
          richText(section(question.what, "")),
          richText(section("Why", question.why)),
          ...(question.cost === undefined ? [] : [richText(section("What it costs", question.cost))]),
          richText(section("If nobody answers", question.unanswered)),
          richText(section("To approve", ""), command(question.approve)),
          richText(section("To reject", ""), command(question.reject)),
        ];
  const fields = facts.slice(0, MAX_FIELDS);
  return {
    text: escaped(shortened(question === undefined ? subject : `${subject}: ${question.what}`, MAX_TEXT / 6)),
    mrkdwn: false,
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      { type: "header", text: plainText(subject, MAX_HEADER) },
      ...asked,
      ...paragraphs.map((text) => richText(section("", text))),
      ...steps.map((step) => richText(section(step.what, ""), command(step.command))),
      ...(fields.length === 0 ? [] : [fieldsOf(fields)]),
      ...linkBlocks(links),
    ],
  };
}

function fieldsOf(facts: Message["facts"]): SlackBlock {
  return { type: "section", fields: facts.map(({ name, value }) => plainText(`${name}\n${value}`, MAX_FIELD)) };
}

function richText(...elements: readonly RichText[]): SlackBlock {
  return { type: "rich_text", elements };
}

function section(title: string, text: string): RichText {
  const bold = title === "" ? [] : [{ type: "text", text: title, style: { bold: true } } as const];
  const between = title !== "" && text !== "" ? "\n" : "";
  const plain = text === "" ? [] : [{ type: "text", text: `${between}${shortened(text, MAX_TEXT - 1)}` } as const];
  return { type: "rich_text_section", elements: [...bold, ...plain] };
}

function command(line: string): RichText {
  return { type: "rich_text_preformatted", elements: [{ type: "text", text: shortened(line, MAX_TEXT) }] };
}

function plainText(text: string, most: number): PlainText {
  return { type: "plain_text", text: shortened(text, most) || "Retrigger", emoji: false };
}

/** Links in one line; an address that is none, or would not fit, is left out. */
function linkBlocks(links: Message["links"]): SlackBlock[] {
  const elements = links
    .filter(({ url }) => isWebAddress(url) && url.length < MAX_TEXT / 6)
    .map(({ title, url }) => ({ type: "mrkdwn", text: `<${escaped(url)}|${escaped(linkTitle(title))}>` }) as const);
  return elements.length === 0 ? [] : [{ type: "context", elements: elements.slice(0, MAX_FIELDS) }];
}

/** Titles are our own words; what is none loses what could be markup. */
function linkTitle(title: string): string {
  return shortened(title.replace(/[^\p{L}\p{N} ]/gu, " ").trim(), 60) || "Link";
}

/** https://docs.slack.dev/messaging/formatting-message-text#escaping */
function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
