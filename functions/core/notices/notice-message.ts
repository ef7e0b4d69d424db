import { plainLine } from "../plain-text";
import { decisionRunbook, decisionWords } from "./decision-message";
import type { Message, MessagePlace, Question, Step } from "./message";
import { commandLine, type Page, runbookPage } from "./message-place";
import type { CandidateQuestion, NextStep, Notice } from "./notice";
import { nextStepLine } from "./notice";
import { lengthText, momentText, sentence } from "./readable";
import { phrase } from "./request-words";

/** Longest line of a notice's text, characters, and how many lines are told. */
const MAX_LINE = 1_000;
const MAX_LINES = 30;

/** The words in which people are told of a notice: every text in it is plain, and the same notice gives the same message. */
export function messageOf(notice: Notice, place: MessagePlace): Message {
  const { id, kind, subject, model, decision, omitted } = notice;
  const words = decision === undefined ? plainWords(notice, place) : decisionWords(decision, omitted, place);
  const runbook = decision === undefined ? notice.runbook : decisionRunbook(decision);
  const { facts, ...told } = words;
  return { id, kind, subject: phrase(subject), model: phrase(model), ...told, ...withPages(facts, runbook, place) };
}

/** Facts and links, with the runbook among the links where it has an address, else among the facts. */
export function withPages(
  facts: Message["facts"],
  runbook: string | undefined,
  place: MessagePlace,
): Pick<Message, "facts" | "links"> {
  const console: readonly Page[] = place.console === undefined ? [] : [{ title: "Console", address: place.console, isLink: true }];
  const pages = [...(runbook === undefined ? [] : [runbookPage(runbook, place)]), ...console];
  return {
    facts: [...facts, ...pages.filter(({ isLink }) => !isLink).map(({ title, address }) => ({ name: title, value: address }))],
    links: pages.filter(({ isLink }) => isLink).map(({ title, address }) => ({ title, url: address })),
  };
}

function plainWords(notice: Notice, place: MessagePlace): Pick<Message, "paragraphs" | "steps" | "facts" | "question"> {
  const { text, model, requestId, at, asks, next = [] } = notice;
  const steps = new Set(next.map(nextStepLine));
  const lines = text.split("\n").filter((line) => line.trim() !== "" && !steps.has(line));
  const paragraphs = lines.slice(0, MAX_LINES).map((line) => plainLine(line, MAX_LINE));
  const left = lines.length > MAX_LINES ? [`… and ${lines.length - MAX_LINES} more lines`] : [];
  const others = next.filter(({ words }) => asks === undefined || !ANSWERS.has(words[0] ?? ""));
  return {
    paragraphs: asks === undefined ? [...paragraphs, ...left] : paragraphs.slice(1),
    ...(others.length > 0 && { steps: others.map((step) => stepOf(step, place)) }),
    facts: [
      { name: "Model", value: phrase(model) },
      ...(requestId === undefined
        ? []
        : [{ name: notice.kind === "promotions" ? "Candidate" : "Request", value: phrase(requestId) }]),
      ...(asks !== undefined && asks.approvers > 1
        ? [{ name: "Approvals", value: `${asks.approvers} different people must approve it; nobody has yet` }]
        : []),
      ...(at === undefined ? [] : [{ name: asks === undefined ? "Decided" : "Asked", value: momentText(at) }]),
      { name: "Environment", value: phrase(place.environment) },
    ],
    ...(asks !== undefined && requestId !== undefined && { question: candidateQuestion(model, requestId, asks, place) }),
  };
}

/** The commands that a question has in fields of its own. */
const ANSWERS: ReadonlySet<string> = new Set(["approve", "reject"]);

function stepOf({ what, words }: NextStep, place: MessagePlace): Step {
  return { what: phrase(what), command: commandLine(words, place) };
}

/** Of a first candidate: what serves beside Retrigger, if anything does, is not known. */
const UNCHANGED = "No model of this name serves through Retrigger yet, and nothing is changed.";

function candidateQuestion(model: string, candidateId: string, asks: CandidateQuestion, place: MessagePlace): Question {
  const { askedAt, expiresAt, why, isFirst } = asks;
  const until = `It expires on ${momentText(expiresAt)}, ${lengthText(expiresAt - askedAt)} after it was asked, and is rejected then.`;
  return {
    what: `May this newly trained model serve ${phrase(model)}?`,
    why: sentence(plainLine(why.replace(/^not known: /, "the evaluation does not decide these guardrails: "), MAX_LINE)),
    unanswered: `${until} ${isFirst === true ? UNCHANGED : "The model that serves now goes on serving."}`,
    until: expiresAt,
    approve: commandLine(["approve", candidateId], place),
    reject: commandLine(["reject", candidateId], place),
  };
}
