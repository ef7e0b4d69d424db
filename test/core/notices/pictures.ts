// Cards as a page can show them: what stands where, in a frame of characters.
import type { SlackBlock, SlackPayload } from "../../../functions/core/notices/slack-blocks";
import type { TeamsPayload } from "../../../functions/core/notices/teams-card";

const WIDTH = 100;

/** What a channel of Slack shows of a message. */
export function slackPicture({ blocks }: SlackPayload): string {
  return framed("Slack", blocks.flatMap(slackLines));
}

function slackLines(block: SlackBlock): string[] {
  switch (block.type) {
    case "header":
      return [block.text.text.toUpperCase(), ""];
    case "rich_text":
      return [...block.elements.flatMap(richLines), ""];
    case "section":
      return [...block.fields.map(({ text }) => text.replace("\n", ": ")), ""];
    case "context":
      return [block.elements.map(({ text }) => `[${text.split("|")[1]?.slice(0, -1)}]`).join("  ")];
  }
}

function richLines({ type, elements }: Extract<SlackBlock, { readonly type: "rich_text" }>["elements"][number]): string[] {
  const text = elements.map((element) => element.text).join("");
  return type === "rich_text_preformatted" ? [`  ${text}`] : wrapped(text);
}

/** What a channel of Microsoft Teams shows of a message. */
export function teamsPicture({ attachments }: TeamsPayload): string {
  const lines = attachments.flatMap(({ content: { body, actions } }) => [
    ...body.flatMap(({ inlines, spacing, separator }) => {
      const text = inlines.map((run) => (run.size === "Large" ? run.text.toUpperCase() : run.text)).join("");
      const isCode = inlines.some(({ fontType }) => fontType === "Monospace");
      return [
        ...(spacing === "Small" ? [] : [""]),
        ...(separator ? ["─".repeat(20)] : []),
        ...(isCode ? [`  ${text}`] : wrapped(text)),
      ];
    }),
    "",
    actions.map(({ title }) => `[ ${title} ]`).join("  "),
  ]);
  return framed("Microsoft Teams", lines.slice(1));
}

function framed(title: string, lines: readonly string[]): string {
  const trimmed = lines.at(-1) === "" ? lines.slice(0, -1) : lines;
  return [`╭─ ${title}`, ...trimmed.map((line) => `│ ${line}`.trimEnd()), "╰─", ""].join("\n");
}

function wrapped(text: string): string[] {
  return text.split("\n").flatMap((paragraph) => {
    const lines: string[] = [];
    for (const word of paragraph.split(" ")) {
      const last = lines.at(-1);
      if (last === undefined || last.length + 1 + word.length > WIDTH) lines.push(word);
      else lines[lines.length - 1] = `${last} ${word}`;
    }
    return lines;
  });
}
