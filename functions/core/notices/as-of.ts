import { IF_REJECTED } from "./approval-question";
import type { Message } from "./message";
import { momentText } from "./readable";

/**
 * A message as it is true at a time: once nobody can answer its question any more, it says so, and asks for nothing. Others are
 * unchanged.
 * @param now epoch milliseconds
 */
export function asOf(message: Message, now: number): Message {
  const { question, ...told } = message;
  if (question === undefined || now < question.until) return message;
  const { kind, subject, paragraphs, steps, facts } = told;
  const over = `It could be answered until ${momentText(question.until)}, and nobody can approve or reject it any more.`;
  return {
    ...told,
    subject: `expired: ${subject}`,
    paragraphs: [
      `${over} Unless it was answered by then, it expired unanswered.`,
      `The question was: ${question.what} ${question.why}`,
      // Of a decision they say what starts until it is answered; of a candidate, how its guardrails answered.
      ...(kind === "decisions" ? [] : paragraphs),
    ],
    ...(steps !== undefined && { steps: steps.filter(({ what }) => what !== IF_REJECTED) }),
    facts: facts.filter(({ name }) => name !== "Approvals"),
  };
}
