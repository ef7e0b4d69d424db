import { utf8Bytes } from "../batching/landed-object";
import { fitted } from "./bounded-message";
import type { Message } from "./message";

/** Columns of a line; commands and addresses are never broken, as they are copied. */
const WIDTH = 96;

/** Of the 256 KB that SNS takes, most is for programs: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
const MAX_BYTES = 48_000;

/**
 * A message as the plain text of a mail: what is asked first, then why, what it costs, what happens without an answer, and how to
 * answer; then the rest.
 */
export function mailText(message: Message): string {
  return fitted(message, textOf, (text) => utf8Bytes(text) <= MAX_BYTES);
}

function textOf({ subject, paragraphs, steps = [], facts, question, links }: Message): string {
  const asked =
    question === undefined
      ? []
      : [
          ...wrapped(question.what, 0),
          ...section("Why", question.why),
          ...(question.cost === undefined ? [] : section("What it costs", question.cost)),
          ...section("If nobody answers", question.unanswered),
          "",
          ...commanded("To approve", question.approve),
          "",
          ...commanded("To reject", question.reject),
        ];
  const width = Math.max(0, ...facts.map(({ name }) => name.length)) + 2;
  const details = facts.flatMap(({ name, value }) => [`${`${name}:`.padEnd(width)}${oneLine(value)}`]);
  const pages = links.map(({ title, url }) => `${title}: ${url}`);
  const blocks = [
    wrapped(subject, 0),
    asked,
    ...paragraphs.map((text) => wrapped(text, 0)),
    ...steps.map(({ what, command }) => commanded(what, command)),
    details.length === 0 ? [] : ["Details", ...details.map((line) => `    ${line}`)],
    pages,
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n")}\n`;
}

function section(title: string, text: string): string[] {
  return ["", `${title}:`, ...wrapped(text, 4)];
}

function commanded(what: string, command: string): string[] {
  return [...wrapped(`${what}:`, 0), `    ${oneLine(command)}`];
}

/** Lines of at most `WIDTH` columns. */
function wrapped(text: string, indent: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of oneLine(text).split(" ")) {
    if (line !== "" && indent + line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  if (line !== "") lines.push(line);
  return lines.map((one) => `${" ".repeat(indent)}${one}`);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
