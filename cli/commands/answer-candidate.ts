import { plainLine } from "../../functions/core/plain-text";
import type { CandidateRecord, PromotionState } from "../../functions/core/promotion/promotion-state";
import { CommandError } from "../command-error";
import type { Control } from "../control/control";
import { howToAnswer, outcomeText, peopleText, shortWhy, stepText, waitText } from "../describe-candidate";
import { howToRollBack, rolloutText } from "../describe-rollout";
import { findPromoted, stepsOfCandidate } from "../find-candidate";
import { type Printout, timeText, wrapped } from "../printout";
import { checkSaid, give, modelNamedBy, withoutEffect } from "./answer";

/** Longest reason in a refusal, characters; why tells the rest. */
const MAX_WHY = 100;

/**
 * Approves or refuses a candidate that waits for it.
 * @throws CommandError that tells why the answer has no effect
 */
export async function answerCandidate(
  control: Control,
  candidateId: string,
  { by, isApproved }: { readonly by: string; readonly isApproved: boolean },
): Promise<Printout> {
  checkSaid({ by });
  const model = modelNamedBy(candidateId);
  const approvers = await control.ifReadable(async () => {
    const { promotion: settings } = await findPromoted(control, model);
    const promotion = await control.promotion(model);
    if (!isWaiting(promotion, candidateId)) throw await notWaiting(control, model, candidateId, promotion);
    return settings?.approval.approvers;
  });
  const record = await give(control, model, by, { do: isApproved ? "approve" : "reject", requestId: candidateId });
  if (record === undefined) {
    const text = `sent; what comes of it was not seen: retrigger why ${candidateId} tells it`;
    return { data: { model, candidateId, answer: "sent" }, text };
  }
  const promotion = await control.promotion(model);
  switch (record.result) {
    case "taken": {
      const steps = (await stepsOfCandidate(control, model, candidateId, promotion)).filter(({ at }) => at === record.at);
      const texts = steps.map((step) => `${timeText(step.at)}  ${stepText(step)}`);
      return { data: { candidateId, answer: record.result, steps }, text: [candidateId, ...texts].join("\n") };
    }
    case "more-needed": {
      const approvedBy = promotion?.current?.approval?.approvedBy ?? [];
      const missing = Math.max(0, (approvers ?? 0) - approvedBy.length);
      return { data: { candidateId, answer: record.result, missing }, text: `taken; ${missing} more must approve ${candidateId}` };
    }
    case "expired":
      throw new CommandError(`${candidateId} is no longer waiting: its approval has expired; train again for another candidate`);
    case "not-waiting":
      throw await notWaiting(control, model, candidateId, promotion);
    default:
      throw withoutEffect(record);
  }
}

function isWaiting(promotion: PromotionState | undefined, candidateId: string): boolean {
  return promotion?.current?.candidate.id === candidateId && promotion.current.stage === "approval";
}

async function notWaiting(
  control: Control,
  model: string,
  candidateId: string,
  promotion: PromotionState | undefined,
): Promise<CommandError> {
  const { current, ended = [] } = promotion ?? {};
  const last = (await stepsOfCandidate(control, model, candidateId, promotion)).at(-1);
  const known = ended.find((one) => one.candidateId === candidateId);
  const past = last === undefined ? known && `it ended, ${outcomeText(known.outcome)}` : fateText(last);
  const fate = rollingText(promotion, candidateId) ?? past;
  const other =
    current?.stage === "approval"
      ? [`${current.candidate.id} ${waitText(current, undefined)}`, howToAnswer(current.candidate.id)]
      : [`no candidate of ${model} waits for one`];
  const lines = [wrapped(fate ?? "there is no such candidate", 4), ...other];
  return new CommandError([`${candidateId} does not wait for approval:`, ...lines.map((line) => `  ${line}`)].join("\n"));
}

/** Of a candidate that was accepted for a rollout, or waits for the end of one. */
function rollingText(promotion: PromotionState | undefined, candidateId: string): string | undefined {
  const { current, next } = promotion ?? {};
  if (current?.rollout === undefined) return undefined;
  const { id, model } = current.candidate;
  if (next?.id === candidateId) return `it is judged once the rollout of ${id} has ended`;
  if (id !== candidateId) return undefined;
  return `it was accepted, and is in its rollout: ${rolloutText(current.rollout)}; ${howToRollBack(current.rollout, model)}`;
}

function fateText(last: CandidateRecord): string {
  const at = timeText(last.at);
  if (last.outcome === undefined) return `it waits to be judged since ${at}`;
  const people = peopleText(last);
  return `it ended ${at}, ${last.outcome}: ${plainLine(shortWhy(last), MAX_WHY)}${people === "" ? "" : `; ${people}`}`;
}
