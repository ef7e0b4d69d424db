import { ANSWER_RESULTS, type AnswerResult } from "../../functions/core/coordination/coordinator-state";
import type { Deed, RolloutOrder } from "../../functions/core/coordination/person-answer";
import { allowedPeople, mayOrder } from "../../functions/core/promotion/advance-rollout";
import { advance } from "../../functions/core/promotion/rollout/advance";
import { evidencePolicy } from "../../functions/core/promotion/rollout/evidence/evidence-policy";
import type { RolloutSettings } from "../../functions/core/promotion/rollout/rollout-settings";
import { trafficOf } from "../../functions/core/promotion/rollout/rollout-steps";
import { refusalOf } from "../../functions/core/promotion/rollout/take-order";
import { isCandidateId } from "../../functions/core/request-ids";
import { CommandError, UsageError } from "../command-error";
import type { Control } from "../control/control";
import { howToAnswer, stepText } from "../describe-candidate";
import { howToRollBack, peopleRows, rolloutText, servedText, windowsText } from "../describe-rollout";
import { findPromoted, stepsOfCandidate } from "../find-candidate";
import { findRollout, notRolling, type OrderedRollout, type RunningRollout, runningRollout } from "../find-rollout";
import { type Printout, timeText } from "../printout";
import { checkSaid, give, modelNamedBy, withoutEffect } from "./answer";

/** What a person orders, and who the person says to be. */
export interface Ordered {
  readonly do: RolloutOrder["do"];
  readonly by: string;
  /** Not of `continue`. */
  readonly why?: string;
}

/**
 * Sends a person's order to the rollout of a model that is in progress.
 * @param named the model, or the candidate: its id where the caller may send, but not read
 * @param announce told what is about to happen, before it is ordered
 * @throws CommandError that tells why the order has no effect
 */
export async function orderRollout(
  control: Control,
  named: string,
  order: Ordered,
  announce: (line: string) => void,
): Promise<Printout> {
  checkSaid(order);
  const found = await findRollout(control, named, order.do);
  const { model, candidateId, running } = found;
  if (running !== undefined) {
    const refusal = refusalOf(running.rollout, order.do);
    if (refusal !== undefined) throw refused(found, order.do, refusal);
    const by = control.identity(order.by);
    if (by !== undefined && !mayOrder(settingsOf(running), { do: order.do, by })) {
      throw notAllowed({ do: order.do, requestId: candidateId, by, result: "not-allowed" }, running);
    }
    const ifAllowed = by === undefined && allowedPeople(settingsOf(running), order.do) !== undefined ? ", if you may" : "";
    const about = `${order.do} ${candidateId} on ${running.rollout.settings.endpoint}${ifAllowed}`;
    announce(`${about}: ${previewOf(running, order, control.now())}`);
  }
  const record = await give(control, model, order.by, deedOf(order, candidateId));
  if (record === undefined) {
    const text = `sent; what comes of it was not seen: retrigger why ${candidateId} tells it`;
    return { data: { model, candidateId, answer: "sent" }, text };
  }
  const promotion = await control.promotion(model);
  switch (record.result) {
    case "taken": {
      const steps = (await stepsOfCandidate(control, model, candidateId, promotion)).filter(({ at }) => at === record.at);
      const now = runningRollout(promotion)?.rollout;
      const texts = steps.map((step) => `${timeText(step.at)}  ${stepText(step)}`);
      const stands = now === undefined ? [] : [`traffic: ${rolloutText(now)}`, howToRollBack(now, model)];
      const data = { model, candidateId, answer: record.result, steps, rollout: now };
      return { data, text: [candidateId, ...texts, ...stands].join("\n") };
    }
    case "not-rolling":
    case "going-back":
    case "not-held": {
      const again = runningRollout(promotion);
      if (again?.current.candidate.id !== candidateId) throw await notRolling(control, model, candidateId, promotion);
      throw refused({ ...found, ...(running && { running: { ...running, ...again } }) }, order.do, record.result);
    }
    case "not-allowed":
      throw notAllowed(record, running);
    default:
      throw withoutEffect(record);
  }
}

function deedOf({ do: deed, why = "" }: Ordered, requestId: string): Deed {
  return deed === "continue" ? { do: deed, requestId } : { do: deed, requestId, why };
}

/** Why an order changes nothing, by how the rollout stands. */
function refused({ candidateId, running }: OrderedRollout, deed: Ordered["do"], result: AnswerResult): CommandError {
  if (running === undefined) return new CommandError(`${candidateId}: ${ANSWER_RESULTS[result]}`);
  const isNative = running.rollout.settings.sagemaker?.native !== undefined;
  const full = isNative ? "SageMaker shifts its traffic by itself, and skips nothing" : "it has all of the traffic already";
  const why = result === "not-rolling" && deed === "promote" ? full : ANSWER_RESULTS[result];
  return new CommandError(`${candidateId}: ${why}: ${rolloutText(running.rollout)}`);
}

function notAllowed(given: Parameters<typeof withoutEffect>[0], running: RunningRollout | undefined): CommandError {
  const allowed = running === undefined ? [] : peopleRows(settingsOf(running)).map(([, who = ""]) => who);
  return new CommandError([withoutEffect(given).message, ...allowed].join("\n  "));
}

/** Those of now say who may do what. */
function settingsOf({ settings, rollout }: RunningRollout): RolloutSettings {
  return settings.promotion?.rollout ?? rollout.settings;
}

/** What an order is about to do to the traffic. */
function previewOf({ rollout }: RunningRollout, order: Ordered, now: number): string {
  const { do: deed, by, why = "" } = order;
  const { state, end } = advance(evidencePolicy(rollout.settings), rollout, { is: "asked", do: deed, by, why }, now);
  const { toward, ...standing } = rollout;
  const { champion, startedAt, settings } = rollout;
  const from = trafficOf(standing);
  if (end !== undefined) return "it has not started, so that no traffic is moved; it ends";
  switch (deed) {
    case "rollback": {
      const served = champion === undefined ? "" : `, ${servedText(champion)}`;
      return `traffic goes from ${from} to the champion alone${served}`;
    }
    case "promote": {
      const begins = startedAt === undefined ? ", once the endpoint is seen to serve" : "";
      const warm = `the champion stays warm for ${windowsText(settings.bakeWindows)}, and is put back to compare where errors rise`;
      return `traffic goes from ${from} to 100% to the candidate${begins}, without the stages between; ${warm}`;
    }
    case "hold": {
      const moving = toward === undefined ? "" : "; a change that its cloud has begun may still end";
      return `traffic stays at ${from}${moving}; evidence may still take it back`;
    }
    case "continue": {
      const again = state.overrides === true ? "; what is served is set again, over what somebody changed" : "";
      return `traffic goes on from ${trafficOf(rollout)}${again}`;
    }
  }
}

/** @throws UsageError always, for a promotion that nobody asked to be made at once */
export async function refusePromotion(control: Control, named: string): Promise<never> {
  const model = isCandidateId(named) ? modelNamedBy(named) : named;
  const waiting = await control.ifReadable(async () => {
    await findPromoted(control, model);
    const { current } = (await control.promotion(model)) ?? {};
    return current?.stage === "approval" ? current.candidate.id : undefined;
  });
  const approval =
    waiting === undefined
      ? "one that waits for approval is answered by retrigger approve <candidate>"
      : `${waiting} waits for approval; ${howToAnswer(waiting)}`;
  throw new UsageError(
    `candidates are promoted by themselves as evidence comes; in an emergency --now gives one in a rollout all of the traffic at once; ${approval}`,
  );
}
