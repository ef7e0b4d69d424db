import { type Decision, isRejectReason, REJECT_REASONS, type RejectReason } from "../coordination/decision";
import type { Omitted } from "../coordination/request-size";
import { goesAlong, hasDataToKeep } from "../coordination/set-aside";
import type { TrainingRequest } from "../training-request";
import { approvalQuestion, askedText, IF_REJECTED, takenAlong, waitingText } from "./approval-question";
import type { Message, MessagePlace, Step } from "./message";
import { commandLine } from "./message-place";
import { amountText, listText, momentText, sentence } from "./readable";
import { checkText, costText, dataText, phrase } from "./request-words";

/** What a message says of a decision; the rest is the same for every notice. */
export type DecisionWords = Pick<Message, "paragraphs" | "steps" | "facts" | "question">;

/** What people are told of a decision: they are asked, or told why a training was rejected and how to bring it back. */
export function decisionWords(decision: Decision, omitted: Omitted | undefined, place: MessagePlace): DecisionWords {
  const { outcome } = decision;
  const facts = factsOf(decision, omitted, place);
  const every: Step = { what: "Every check with its numbers", command: commandLine(["why", decision.requestId], place) };
  switch (outcome) {
    case "ask":
      return {
        paragraphs: [waitingText(decision)],
        steps: [...againAfterRefusal(decision, place), every],
        facts,
        question: approvalQuestion(decision, omitted, place),
      };
    case "reject":
      return { paragraphs: rejectedParagraphs(decision, omitted), steps: [...backSteps(decision, place), every], facts };
    case "start":
    case "defer":
    case "merge":
    case "duplicate":
      return { paragraphs: [askedText(decision, omitted), ...refusedText(decision)], steps: [every], facts };
  }
}

/** The runbook that tells what to do about it. */
export function decisionRunbook({ outcome, reason, request }: Decision): string | undefined {
  if (outcome === "ask") return "approval-expiring";
  return outcome === "reject" && isRejectReason(reason) && hasDataToKeep(request, reason) ? "data-set-aside" : undefined;
}

/** What refused it. */
function refusedText({ checks }: Decision): string[] {
  const refused = checks.filter(({ verdict }) => verdict === "refused").map(checkText);
  return refused.length === 0 ? [] : [sentence(listText(refused, 5))];
}

/** Data of a request that a person refused is brought back by a person alone. */
function againAfterRefusal({ requestId, model, request }: Decision, place: MessagePlace): Step[] {
  if (request.manifests.length === 0) return [];
  const command = commandLine(triggerWords(model, requestId), place);
  return [{ what: IF_REJECTED, command }];
}

function triggerWords(model: string, requestId?: string): string[] {
  return ["trigger", model, "--why", "your reason", ...(requestId === undefined ? [] : ["--with", requestId])];
}

function rejectedParagraphs(decision: Decision, omitted: Omitted | undefined): string[] {
  const { reason } = decision;
  if (!isRejectReason(reason)) return [askedText(decision, omitted), ...refusedText(decision)];
  const cost = reason === "estimate-over-budget" ? costText(decision) : undefined;
  return [
    `A training of ${phrase(decision.model)} will not start: ${REJECT_REASONS[reason]}.`,
    askedText(decision, omitted),
    ...(cost === undefined ? [] : [cost]),
    ...keptText(decision, reason, omitted),
    ...(HINTS[reason] === undefined ? [] : [HINTS[reason]]),
  ];
}

/** What becomes of its data. */
function keptText({ request }: Decision, reason: RejectReason, omitted: Omitted | undefined): string[] {
  const data = dataText(request, omitted?.manifests);
  if (data === undefined) return [];
  if (!hasDataToKeep(request, reason)) return [`Its list of data (${data}) is not kept.`];
  return goesAlong({ reason })
    ? [`Its data (${data}) is set aside, and goes along with the next training of the model that can take it.`]
    : [`Its data (${data}) is set aside until a person takes it along.`];
}

/** The command that brings it back, where one can. */
function backSteps({ requestId, model, request, reason }: Decision, place: MessagePlace): Step[] {
  if (!isRejectReason(reason) || UNTRAINABLE.has(reason)) return [];
  const words = triggerWords(model, hasDataToKeep(request, reason) ? requestId : undefined);
  return [{ what: "To ask for it yourself", command: commandLine(words, place) }];
}

/** What no command brings back: what asked for it must change. */
const UNTRAINABLE: ReadonlySet<RejectReason> = new Set(["unknown-model", "priority-out-of-range", "foreign-manifest"]);

/** What to do first. */
const HINTS: Readonly<Partial<Record<RejectReason, string>>> = {
  "estimate-over-budget": "Raise dailyBudgetUsd or monthlyBudgetUsd in the model's policy first, or ask with --priority 1.",
  "from-the-future": "Look at the clock of what asked.",
  "unknown-model": "Add the model to retrigger.yaml and deploy it, or stop what asks for it.",
  "priority-out-of-range": "Let what asks give a priority from 1 to 5, and ask again.",
  "foreign-manifest": "Only lists in the model's own bucket are trained on; look at what sent the request.",
};

function factsOf(decision: Decision, omitted: Omitted | undefined, place: MessagePlace): Message["facts"] {
  const { requestId, model, outcome, request, decidedAt, checks } = decision;
  const data = askedData(decision, omitted);
  const approvers = checks.find(({ check }) => check === "approval-needed")?.numbers.approvers;
  const asked = outcome === "ask" && typeof approvers === "number" && approvers > 1;
  return [
    { name: "Model", value: phrase(model) },
    { name: "Request", value: phrase(requestId) },
    { name: "Priority", value: `${request.priority}, of 1 (most urgent) to 5` },
    ...(data === undefined ? [] : [{ name: "Data", value: data }]),
    ...(asked ? [{ name: "Approvals", value: `${approvers} different people must approve it; nobody has yet` }] : []),
    { name: outcome === "ask" ? "Asked" : "Decided", value: momentText(decidedAt) },
    { name: "Environment", value: phrase(place.environment) },
  ];
}

/** Data that it was asked for with, and whether that is all. */
function askedData(decision: Decision, omitted: Omitted | undefined): string | undefined {
  const { request, outcome } = decision;
  const data = dataText(request, omitted?.manifests);
  const own = data && `${data}, in ${lists(request, omitted)}`;
  const isAll = outcome !== "ask" || takenAlong(decision) === undefined;
  return isAll ? own : `${own ?? "none of its own"}; more may go along`;
}

function lists({ manifests }: TrainingRequest, omitted: Omitted | undefined): string {
  return amountText(manifests.length + (omitted?.manifests ?? 0), "list");
}
