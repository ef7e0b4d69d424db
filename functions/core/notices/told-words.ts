import { shortened } from "./bounded-message";
import type { Message } from "./message";

/**
 * A message as fields of a line of the log, of which Cloud Monitoring writes a mail: sentences that stand for themselves, and empty
 * where there is nothing to say. A mail shows no more than ten of them.
 */
export type ToldWords = {
  /** What is asked, or what happened. */
  readonly told: string;
  readonly because: string;
  readonly costs: string;
  readonly unanswered: string;
  readonly approve: string;
  readonly reject: string;
  /** What else a person may do, and what to read. */
  readonly further: string;
};

/** Longest value of a label, characters: https://cloud.google.com/logging/quotas#log-based-metrics */
const MAX_LABEL = 1_000;

/** The words of a message as the log holds them. */
export function toldWords({ paragraphs, steps = [], question, links }: Message): ToldWords {
  const [first = "", ...others] = paragraphs;
  const words = {
    told: question?.what ?? first,
    because: question?.why ?? others.join(" "),
    costs: question?.cost === undefined ? "" : `What it costs: ${question.cost}`,
    unanswered: question === undefined ? "" : `If nobody answers: ${question.unanswered}`,
    approve: question === undefined ? "" : answer("To approve", question.approve),
    reject: question === undefined ? "" : answer("To reject", question.reject),
  };
  return {
    told: label(words.told),
    because: label(words.because),
    costs: label(words.costs),
    unanswered: label(words.unanswered),
    approve: words.approve,
    reject: words.reject,
    further: furtherText({ paragraphs: question === undefined ? [] : paragraphs, steps, links }),
  };
}

/** An answer's command: whole, or where to find it, as half of one is of no use. */
function answer(title: string, command: string): string {
  const whole = harmless(`${title}: ${command}`);
  return whole.length <= MAX_LABEL ? whole : `${title}: the command does not fit here, and retrigger why tells it`;
}

const BETWEEN = " · ";

/** Room for the count of what is left out, characters. */
const MAX_COUNT = 60;

/** As many entries as fit, none of them cut: commands and addresses count for more than paragraphs, and `why` for most. */
function furtherText({ paragraphs, steps, links }: Required<Pick<Message, "paragraphs" | "steps" | "links">>): string {
  const told = paragraphs.map((text) => ({ text, rank: 2 }));
  const commands = steps.map(({ what, command }) => ({
    text: `${what}: ${command}`,
    rank: command.startsWith("npx retrigger why ") ? 0 : 1,
  }));
  const pages = links.map(({ title, url }) => ({ text: `${title}: ${url}`, rank: 1 }));
  const entries = [...told, ...commands, ...pages].map(({ text, rank }) => ({ text: harmless(text), rank }));
  const kept = new Set<(typeof entries)[number]>();
  let room = MAX_LABEL - MAX_COUNT;
  for (const entry of entries.toSorted((a, b) => a.rank - b.rank)) {
    const length = entry.text.length + BETWEEN.length;
    if (length > room) continue;
    kept.add(entry);
    room -= length;
  }
  const left = entries.length - kept.size;
  const texts = entries.filter((entry) => kept.has(entry)).map(({ text }) => text);
  return [...texts, ...(left === 0 ? [] : [`and ${left} more, which retrigger why tells`])].join(BETWEEN);
}

function label(text: string): string {
  return shortened(harmless(text), MAX_LABEL);
}

/** Mails of Cloud Monitoring are Markdown: what comes from outside must make no link and no element of HTML. */
function harmless(text: string): string {
  return text.replaceAll("](", "] (").replaceAll("<", "‹").toWellFormed();
}
