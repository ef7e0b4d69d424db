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
  const rest = [
    ...(question === undefined ? [] : paragraphs),
    ...steps.map(({ what, command }) => `${what}: ${command}`),
    ...links.map(({ title, url }) => `${title}: ${url}`),
  ];
  const [first = "", ...others] = paragraphs;
  const words = {
    told: question?.what ?? first,
    because: question?.why ?? others.join(" "),
    costs: question?.cost === undefined ? "" : `What it costs: ${question.cost}`,
    unanswered: question === undefined ? "" : `If nobody answers: ${question.unanswered}`,
    approve: question === undefined ? "" : `To approve: ${question.approve}`,
    reject: question === undefined ? "" : `To reject: ${question.reject}`,
    further: rest.join(" · "),
  };
  return {
    told: label(words.told),
    because: label(words.because),
    costs: label(words.costs),
    unanswered: label(words.unanswered),
    approve: label(words.approve),
    reject: label(words.reject),
    further: label(words.further),
  };
}

/** Mails of Cloud Monitoring are Markdown: what comes from outside must make no link and no element of HTML. */
function label(text: string): string {
  return shortened(text.replaceAll("](", "] (").replaceAll("<", "‹"), MAX_LABEL);
}
