// What people are asked about a training, in words that hold for whatever the coordinator may do until they answer.
import type { CheckResult, Decision } from "../coordination/decision";
import type { Omitted } from "../coordination/request-size";
import type { MessagePlace, Question } from "./message";
import { commandLine } from "./message-place";
import { lengthText, listText, momentText } from "./readable";
import { causesText, checkText, costText, dataText, phrase } from "./request-words";

/** What the step is for that brings back the data of a request that a person refused. */
export const IF_REJECTED = "If you reject it, its data is set aside until a person takes it along";

/** The question that the decision to ask people puts to them. */
export function approvalQuestion(decision: Decision, omitted: Omitted | undefined, place: MessagePlace): Question {
  const { requestId, model, dueAt = decision.decidedAt } = decision;
  const cost = costText(decision, takenAlong(decision));
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

export function askedText({ request }: Decision, omitted: Omitted | undefined): string {
  return `It was asked for by ${causesText(request, omitted?.causes)}.`;
}

/**
 * What an approved training takes along beside what it was asked for with, in sentences; undefined where it takes nothing: see
 * `withCompany` and `consider`.
 */
export function takenAlong(decision: Decision): string | undefined {
  if (decision.withdrawnAt !== undefined) return undefined;
  const { priority } = decision.request;
  const isAlways = numbersOf(decision, "approval-needed")?.needed === "always";
  const what = isAlways
    ? "data that was set aside by then goes along"
    : "other requests of the model that wait by then and need no approval go along, and so does data that was set aside";
  if (priority === 1) return `When it starts, ${what}. The budgets need not limit that: its priority of 1 passes them.`;
  const limit = `When it starts, ${what}, as far as the budgets have room for it.`;
  return isAlways ? limit : `${limit} A request of priority 1 among them passes the budgets.`;
}

/** What else of the model may start before the answer: see the checks `waiting-for-approval`, `blocked-by-drift` and `paused`. */
export function waitingText(decision: Decision): string {
  const { request } = decision;
  if (request.priority <= 2) return "Until it is answered, no other training of the model starts.";
  const isBlocked = request.blocks === true || numbersOf(decision, "blocked-by-drift")?.requestId !== undefined;
  const isFrozen = numbersOf(decision, "paused")?.since !== undefined;
  if (!isBlocked && !isFrozen) {
    return "Until it is answered, other trainings of the model wait, except that urgent ones (priority 1 or 2) may start.";
  }
  const held = isBlocked ? "blocked" : "frozen";
  const others = "no other training of it starts, except one that a person asks for with priority 1 or 2";
  return `While the model is ${held} and this is not answered, ${others}.`;
}

/** Why a person must approve it: see `needsApproval`. */
function approvalText(decision: Decision): string {
  const { request } = decision;
  if (request.blocks === true) {
    const end = "until a training starts that a person approved, or a person clears the drift";
    return `The drift is so bad that it blocks the model: ${end}, only what a person asks for starts.`;
  }
  if (numbersOf(decision, "approval-needed")?.needed === "always") return "Every training of this model needs an approval.";
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

function unansweredText(decision: Decision, omitted: Omitted | undefined): string {
  const { request, decidedAt, withdrawnAt, dueAt = decidedAt } = decision;
  const expires = `It expires on ${momentText(dueAt)}, ${lengthText(dueAt - decidedAt)} after it was asked`;
  const data = dataText(request, omitted?.manifests);
  const end =
    withdrawnAt === undefined
      ? [
          `${expires}, and is rejected then.`,
          data === undefined ? "No training starts for it." : `Its data (${data}) goes along with the next training.`,
        ]
      : [
          `${expires}, and is asked again then: a run of it may exist, though its start found no capacity.`,
          ...(data === undefined ? [] : [`Its data (${data}) stays with it.`]),
        ];
  return [
    ...end,
    ...(request.blocks === true ? ["The model stays blocked."] : []),
    ...(request.priority > 2 ? [DISPLACEMENT] : []),
  ].join(" ");
}

/** See `withoutApproval`. */
const DISPLACEMENT =
  "If an urgent request (priority 1 or 2) needs an approval before that, it takes the place of this one, " +
  "which cannot be answered then and is asked again afterwards.";

function numbersOf({ checks }: Decision, name: CheckResult["check"]): CheckResult["numbers"] | undefined {
  return checks.find(({ check }) => check === name)?.numbers;
}
