// A message as Microsoft Teams shows it. Every text stands in a TextRun, which knows no Markdown:
// https://learn.microsoft.com/adaptive-cards/authoring-cards/text-features
import { utf8Bytes } from "../batching/landed-object";
import { fitted } from "./bounded-message";
import type { Message } from "./message";
import { isWebAddress } from "./message-place";

/**
 * Most bytes of a card. Teams takes about 28 KB, but counts the card in a form of its own:
 * https://learn.microsoft.com/connectors/teams/#known-issues-and-limitations-with-actions
 */
const MAX_BYTES = 20_000;

/** https://adaptivecards.io/explorer/TextRun.html */
interface TextRun {
  readonly type: "TextRun";
  readonly text: string;
  readonly weight?: "Bolder";
  readonly size?: "Large";
  readonly fontType?: "Monospace";
}

/** https://adaptivecards.io/explorer/RichTextBlock.html */
interface RichTextBlock {
  readonly type: "RichTextBlock";
  readonly inlines: readonly TextRun[];
  readonly separator?: true;
  readonly spacing?: "Small";
}

/** The body of a request to a webhook of a Teams workflow. */
export interface TeamsPayload {
  readonly type: "message";
  readonly attachments: readonly {
    readonly contentType: "application/vnd.microsoft.card.adaptive";
    readonly contentUrl: null;
    readonly content: TeamsCard;
  }[];
}

/** https://adaptivecards.io/explorer/AdaptiveCard.html */
interface TeamsCard {
  readonly $schema: "http://adaptivecards.io/schemas/adaptive-card.json";
  readonly type: "AdaptiveCard";
  /** Teams takes up to 1.5: https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-reference */
  readonly version: "1.4";
  /** What a notification of a telephone says. */
  readonly fallbackText: string;
  readonly msteams: { readonly width: "Full" };
  readonly body: readonly RichTextBlock[];
  readonly actions: readonly { readonly type: "Action.OpenUrl"; readonly title: string; readonly url: string }[];
}

/** A message as the body of a request to a webhook of a Teams workflow, within what Teams takes. */
export function teamsPayload(message: Message): TeamsPayload {
  return fitted(message, payloadOf, (payload) => utf8Bytes(JSON.stringify(payload)) <= MAX_BYTES);
}

function payloadOf({ subject, paragraphs, steps = [], facts, question, links }: Message): TeamsPayload {
  const asked =
    question === undefined
      ? []
      : [
          block({ text: question.what, weight: "Bolder" }),
          ...titled("Why", question.why),
          ...(question.cost === undefined ? [] : titled("What it costs", question.cost)),
          ...titled("If nobody answers", question.unanswered),
          ...commanded("To approve", question.approve),
          ...commanded("To reject", question.reject),
        ];
  const body = [
    block({ text: subject, weight: "Bolder", size: "Large" }),
    ...asked,
    ...paragraphs.map((text) => block({ text })),
    ...steps.flatMap(({ what, command }) => commanded(what, command)),
    ...facts.map(({ name, value }, at) => fact(name, value, at === 0)),
  ];
  const actions = links
    .filter(({ url }) => isWebAddress(url))
    .map(({ title, url }) => ({ type: "Action.OpenUrl", title: plain(title), url }) as const);
  const content: TeamsCard = {
    $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
    type: "AdaptiveCard",
    version: "1.4",
    fallbackText: plain(subject),
    msteams: { width: "Full" },
    body,
    actions: actions.slice(0, 6),
  };
  return { type: "message", attachments: [{ contentType: "application/vnd.microsoft.card.adaptive", contentUrl: null, content }] };
}

function titled(title: string, text: string): RichTextBlock[] {
  return [block({ text: title, weight: "Bolder" }), small({ text })];
}

function commanded(title: string, line: string): RichTextBlock[] {
  return [block({ text: title, weight: "Bolder" }), small({ text: line, fontType: "Monospace" })];
}

function fact(name: string, value: string, isFirst: boolean): RichTextBlock {
  const inlines = [run({ text: `${name}: `, weight: "Bolder" }), run({ text: value })];
  return { type: "RichTextBlock", inlines, ...(isFirst ? { separator: true } : { spacing: "Small" }) };
}

type Run = Omit<TextRun, "type">;

function block(...runs: readonly Run[]): RichTextBlock {
  return { type: "RichTextBlock", inlines: runs.map(run) };
}

function small(...runs: readonly Run[]): RichTextBlock {
  return { ...block(...runs), spacing: "Small" };
}

function run({ text, ...style }: Run): TextRun {
  return { type: "TextRun", text: plain(text), ...style };
}

/**
 * A text that no client replaces: `{{DATE(…)}}` would become a date, and `<at>…</at>` a mention, were there an entity for it.
 * https://learn.microsoft.com/adaptive-cards/authoring-cards/text-features#datetime-function-rules
 */
function plain(text: string): string {
  return text.replaceAll("{{", "{\u200b{").replace(/<(?=\/?at\b)/gi, "<\u200b") || " ";
}
