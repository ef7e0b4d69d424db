import { randomUUID } from "node:crypto";
import { ANSWER_RESULTS, type AnswerRecord } from "../../functions/core/coordination/coordinator-state";
import type { Decision } from "../../functions/core/coordination/decision";
import { type Deed, PERSON_SOURCE } from "../../functions/core/coordination/person-answer";
import { modelOfRequest } from "../../functions/core/request-ids";
import type { Control } from "../control/control";
import { describeDecision } from "../describe-decision";
import { CommandError, findApproval, findHistory } from "../find";
import { type Paint, type Printout, timeText } from "../printout";

/** Of a reason, in characters. */
const MAX_WHY = 256;

/**
 * Checks the reason that a person gives.
 * @throws CommandError if it is blank or longer than 256 characters
 */
export function checkWhy(why: string): void {
  if (why.trim() === "") throw new CommandError(`--why: got a blank reason; expected 1 to ${MAX_WHY} characters`);
  if (why.length <= MAX_WHY) return;
  throw new CommandError(`--why: got ${why.length} characters; expected 1 to ${MAX_WHY} characters`);
}

/**
 * Approves or refuses a request that waits for it.
 * @throws CommandError that tells why the answer has no effect
 */
export async function answer(
  control: Control,
  requestId: string,
  { by, isApproved }: { readonly by: string; readonly isApproved: boolean },
  paint: Paint,
): Promise<Printout> {
  const found = await control.ifReadable(async () => ({ settings: await findApproval(control, requestId) }));
  if (found !== undefined && found.settings === undefined) throw await notWaiting(control, requestId);
  const model = found?.settings?.model ?? modelNamedBy(requestId);
  const record = await give(control, model, by, { do: isApproved ? "approve" : "reject", requestId });
  if (record === undefined) return sentOnly(model, { requestId });
  switch (record.result) {
    case "taken": {
      const decisions = await decisionsOf(control, model, requestId, record.at);
      const texts = decisions.map((decision) => describeDecision(decision, paint));
      return { data: { requestId, answer: record.result, decisions }, text: texts.join("\n") };
    }
    case "more-needed": {
      const approvedBy = (await control.state(model)).approval?.approvedBy ?? [];
      const missing = Math.max(0, (found?.settings?.policy.approval.approvers ?? 0) - approvedBy.length);
      return { data: { requestId, answer: record.result, missing }, text: `taken; ${missing} more must approve ${requestId}` };
    }
    case "expired":
      throw new CommandError(`${requestId} is no longer waiting: its approval has expired; retrigger trigger makes a new request`);
    case "not-waiting":
      throw await notWaiting(control, requestId);
    default:
      throw withoutEffect(record);
  }
}

/**
 * Gives a person's answer to the coordinator.
 * @param by who the person says to be
 * @returns what came of it; undefined where that is not known
 */
export async function give(control: Control, model: string, by: string, deed: Deed): Promise<AnswerRecord | undefined> {
  return await control.answer({ source: PERSON_SOURCE, id: randomUUID(), model, by, ...deed });
}

/** What is printed of an answer of which nobody knows yet what came of it. */
export function sentOnly(model: string, data: { readonly requestId?: string; readonly [field: string]: unknown }): Printout {
  const why = data.requestId === undefined ? "" : `, and retrigger why ${data.requestId} what became of the request`;
  const text = `sent; what comes of it was not seen: retrigger state ${model} tells it${why}`;
  return { data: { model, ...data, answer: "sent" }, text };
}

/** Says why an answer changed nothing. */
export function withoutEffect({ do: deed, requestId, by, result }: AnswerRecord): CommandError {
  return new CommandError(
    `${deed}${requestId === undefined ? "" : ` ${requestId}`} of ${by} has no effect: ${ANSWER_RESULTS[result]}`,
  );
}

/**
 * The model that the id of a request names.
 * @throws CommandError when it is no such id
 */
export function modelNamedBy(requestId: string): string {
  const model = modelOfRequest(requestId);
  if (model !== undefined) return model;
  throw new CommandError(`${requestId} is not the id of a request; retrigger decisions lists them`);
}

/** What an answer at `at` decided about a request and what went along: it is recorded, or is still to be. */
async function decisionsOf(control: Control, model: string, requestId: string, at: number): Promise<Decision[]> {
  const { outbox } = await control.state(model);
  const pending = outbox.flatMap((effect) => (effect.type === "record" ? [effect.decision] : []));
  const recorded: Decision[] = [];
  for await (const page of control.decisionsBetween(model, { since: at, until: at + 1 })) recorded.push(...page);
  const all = [...pending, ...recorded.reverse()].filter(
    (decision) => decision.decidedAt === at && (decision.requestId === requestId || decision.into === requestId),
  );
  return [...new Map(all.map((decision) => [`${decision.requestId} ${decision.outcome}`, decision])).values()];
}

async function notWaiting(control: Control, requestId: string): Promise<CommandError> {
  const { decisions } = await findHistory(control, requestId);
  const last = decisions.findLast(({ outcome }) => outcome !== "duplicate");
  return new CommandError(
    `${requestId} does not wait for approval: ${last === undefined ? "its record has expired" : fateText(last)}`,
  );
}

function fateText({ outcome, reason, decidedAt, approvedBy, into }: Decision): string {
  const at = timeText(decidedAt);
  switch (outcome) {
    case "start":
      return approvedBy === undefined
        ? `it started ${at} without one`
        : `it was approved by ${approvedBy.join(", ")} and started ${at}`;
    case "reject":
      return `it was rejected ${at}: ${reason}`;
    case "merge":
      return `it merged into ${into} ${at}; answer that one`;
    case "defer":
      return approvedBy === undefined
        ? `it is deferred since ${at}: ${reason}`
        : `it was approved by ${approvedBy.join(", ")}, and is deferred since ${at}: ${reason}`;
    case "ask":
    case "duplicate":
      return "it was answered, and what follows is on its way";
  }
}
