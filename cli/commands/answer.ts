import type { Decision } from "../../functions/core/coordination/decision";
import type { Control } from "../control/control";
import { describeDecision } from "../describe-decision";
import { CommandError, findApproval, findHistory } from "../find";
import { type Paint, type Printout, timeText } from "../printout";

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
  const settings = await findApproval(control, requestId);
  if (settings === undefined) throw await notWaiting(control, requestId);
  const taken = await control.answer(settings, { requestId, by, isApproved });
  switch (taken.answer) {
    case "taken": {
      const { decisions } = taken.transition;
      const texts = decisions.map((decision) => describeDecision(decision, paint));
      return { data: { requestId, answer: taken.answer, decisions }, text: texts.join("\n") };
    }
    case "more-needed":
      return {
        data: { requestId, answer: taken.answer, missing: taken.missing },
        text: `taken; ${taken.missing} more must approve ${requestId}`,
      };
    case "answered-already":
      throw new CommandError(`${by} approved ${requestId} before; another person must`);
    case "expired":
      throw new CommandError(`${requestId} is no longer waiting: its approval has expired; retrigger trigger makes a new request`);
    case "not-waiting":
      throw await notWaiting(control, requestId);
  }
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
