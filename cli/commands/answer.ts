import { randomUUID } from "node:crypto";
import { ANSWER_RESULTS } from "../../functions/core/coordination/coordinator-state";
import type { Decision } from "../../functions/core/coordination/decision";
import { type Deed, MAX_NAME, MAX_WHY, mistakeOfText, PERSON_SOURCE } from "../../functions/core/coordination/person-answer";
import { modelNameSchema } from "../../functions/core/model-settings";
import { modelOfRequest } from "../../functions/core/request-ids";
import { requestIdSchema } from "../../functions/core/training-request";
import { CommandError, UsageError } from "../command-error";
import type { Control, GivenAnswer } from "../control/control";
import { describeDecision } from "../describe-decision";
import { findApproval, findHistory } from "../find";
import { type Paint, type Printout, timeText, typedText } from "../printout";

/**
 * Checks who a person says to be, and the reason that they give.
 * @throws UsageError if one is blank or too long
 */
export function checkSaid({ by, why }: { readonly by: string; readonly why?: string }): void {
  const mistakes = { by: mistakeOfText(by, MAX_NAME), why: why === undefined ? undefined : mistakeOfText(why, MAX_WHY) };
  for (const [option, mistake] of Object.entries(mistakes))
    if (mistake !== undefined) throw new UsageError(`--${option}: ${mistake}`);
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
  checkSaid({ by });
  const found = await control.ifReadable(async () => ({ settings: await findApproval(control, requestId) }));
  if (found !== undefined && found.settings === undefined) throw await notWaiting(control, requestId);
  const model = found?.settings?.model ?? modelNamedBy(requestId);
  const record = await give(control, model, by, { do: isApproved ? "approve" : "reject", requestId });
  if (record === undefined) return sentOnly(model, { requestId });
  switch (record.result) {
    case "taken": {
      const all = await decisionsAt(control, model, record.at);
      const decisions = all.filter((decision) => decision.requestId === requestId || decision.into === requestId);
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
 * @throws UsageError when no model can have that name: where the state may not be read, nothing else tells
 */
export async function give(control: Control, model: string, by: string, deed: Deed): Promise<GivenAnswer | undefined> {
  if (!modelNameSchema.safeParse(model).success)
    throw new UsageError(`got the model ${typedText(model)}; expected its name as in retrigger.yaml`);
  return await control.answer({ source: PERSON_SOURCE, id: randomUUID(), model, by, ...deed });
}

/** What is printed of an answer of which nobody knows yet what came of it. */
export function sentOnly(model: string, data: { readonly requestId?: string; readonly [field: string]: unknown }): Printout {
  const why = data.requestId === undefined ? "" : `, and retrigger why ${data.requestId} what became of the request`;
  const text = `sent; what comes of it was not seen: retrigger state ${model} tells it${why}`;
  return { data: { model, ...data, answer: "sent" }, text };
}

/** Says why an answer changed nothing. */
export function withoutEffect({ do: deed, requestId, by, result }: Omit<GivenAnswer, "id" | "at">): CommandError {
  return new CommandError(
    `${deed}${requestId === undefined ? "" : ` ${requestId}`} of ${by} has no effect: ${ANSWER_RESULTS[result]}`,
  );
}

/**
 * The model that the id of a request names.
 * @throws UsageError when it is no such id
 */
export function modelNamedBy(requestId: string): string {
  const model = requestIdSchema.safeParse(requestId).success ? modelOfRequest(requestId) : undefined;
  if (model !== undefined) return model;
  throw new UsageError(`${typedText(requestId)} is not the id of a request; retrigger decisions lists them`);
}

/** What an answer at `at` decided: it is recorded, or is still to be. */
export async function decisionsAt(control: Control, model: string, at: number): Promise<Decision[]> {
  const { outbox } = await control.state(model);
  const pending = outbox.flatMap((effect) => (effect.type === "record" ? [effect.decision] : []));
  const recorded: Decision[] = [];
  for await (const page of control.decisionsBetween(model, { since: at, until: at + 1 })) recorded.push(...page);
  const all = [...pending, ...recorded.reverse()].filter(({ decidedAt }) => decidedAt === at);
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
