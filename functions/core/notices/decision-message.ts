import { type CheckResult, type Decision, isRejectReason, REJECT_REASONS, type RejectReason } from "../coordination/decision";
import type { Omitted } from "../coordination/request-size";
import { goesAlong, hasDataToKeep } from "../coordination/set-aside";
import type { TrainingRequest } from "../training-request";
import type { Message, MessagePlace, Question, Step } from "./message";
import { commandLine } from "./message-place";
import { amountText, lengthText, listText, momentText, sentence } from "./readable";
import { causesText, checkText, costText, dataText, phrase } from "./request-words";

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
        question: questionOf(decision, omitted, place),
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

function questionOf(decision: Decision, omitted: Omitted | undefined, place: MessagePlace): Question {
  const { requestId, model, dueAt = decision.decidedAt } = decision;
  const cost = costText(decision);
  return {
    what: `Start a training of ${phrase(model)}?`,
    why: [askedText(decision, omitted), approvalText(decision), ...overriddenText(decision)].join(" "),
    ...(cost !== undefined && { cost }),
    unanswered: unansweredText(decision, omitted),
    until: dueAt,
    approve: commandLine(["approve", requestId], place),
    reject: commandLine(["reject", requestId], place),
  };
}

function askedText({ request }: Decision, omitted: Omitted | undefined): string {
  return `It was asked for by ${causesText(request, omitted?.causes)}.`;
}

/** Why a person must approve it: see `needsApproval`. */
function approvalText({ request, checks }: Decision): string {
  const numbers = checks.find(({ check }) => check === "approval-needed")?.numbers;
  if (request.blocks === true) {
    return "The drift is so bad that it blocks the model: nothing starts by itself until a person approves a training or clears the drift.";
  }
  if (numbers?.["needed"] === "always") return "Every training of this model needs an approval.";
  const isByDrift = request.causes.some(({ type }) => type === "drift");
  return isByDrift ? "A drift this bad needs an approval." : "What asked for it wants a person to approve it.";
}

/** The limits that its priority passes, which whoever approves should know. */
function overriddenText({ request, checks }: Decision): string[] {
  const passed = checks.filter(({ verdict }) => verdict === "overridden").map(withoutCure);
  if (passed.length === 0) return [];
  return [`Its priority of ${request.priority} passes what would stop a lesser one: ${listText(passed.map(checkText))}.`];
}

function withoutCure({ check, verdict, numbers }: CheckResult): CheckResult {
  return { check, verdict, numbers };
}

/** What refused it. */
function refusedText({ checks }: Decision): string[] {
  const refused = checks.filter(({ verdict }) => verdict === "refused").map(checkText);
  return refused.length === 0 ? [] : [sentence(listText(refused, 5))];
}

function unansweredText(decision: Decision, omitted: Omitted | undefined): string {
  const { request, decidedAt, dueAt = decidedAt } = decision;
  const until = `It expires on ${momentText(dueAt)}, ${lengthText(dueAt - decidedAt)} after it was asked, and is rejected then.`;
  const data = dataText(request, omitted?.manifests);
  const after = data === undefined ? "No training starts for it." : `Its data (${data}) goes along with the next training.`;
  return [until, after, ...(request.blocks === true ? ["The model stays blocked."] : [])].join(" ");
}

function waitingText({ request }: Decision): string {
  return request.priority > 2
    ? "Until it is answered, other trainings of the model wait, except urgent ones (priority 1 or 2)."
    : "Until it is answered, no other training of the model starts.";
}

/** Data of a request that a person refused is brought back by a person alone. */
function againAfterRefusal({ requestId, model, request }: Decision, place: MessagePlace): Step[] {
  if (request.manifests.length === 0) return [];
  const command = commandLine(triggerWords(model, requestId), place);
  return [{ what: "If you reject it, its data is set aside until a person takes it along", command }];
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
  const data = dataText(request, omitted?.manifests);
  const approvers = checks.find(({ check }) => check === "approval-needed")?.numbers["approvers"];
  const asked = outcome === "ask" && typeof approvers === "number" && approvers > 1;
  return [
    { name: "Model", value: phrase(model) },
    { name: "Request", value: phrase(requestId) },
    { name: "Priority", value: `${request.priority}, of 1 (most urgent) to 5` },
    ...(data === undefined ? [] : [{ name: "Data", value: `${data}, in ${lists(request, omitted)}` }]),
    ...(asked ? [{ name: "Approvals", value: `${approvers} different people must approve it; nobody has yet` }] : []),
    { name: outcome === "ask" ? "Asked" : "Decided", value: momentText(decidedAt) },
    { name: "Environment", value: phrase(place.environment) },
  ];
}

function lists({ manifests }: TrainingRequest, omitted: Omitted | undefined): string {
  return amountText(manifests.length + (omitted?.manifests ?? 0), "list");
}
