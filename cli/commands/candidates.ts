import { plainLine } from "../../functions/core/plain-text";
import type { CandidateRecord, PromotionState } from "../../functions/core/promotion/promotion-state";
import { textTable } from "../../local/summary/text-table";
import { CommandError } from "../command-error";
import type { Control } from "../control/control";
import { howToAnswer, listedWhy, paintStanding, type Standing, standingOf, waitText } from "../describe-candidate";
import { howToRollBack, rolloutText } from "../describe-rollout";
import { findPromoted, newestSteps } from "../find-candidate";
import { type Paint, type Printout, timeText } from "../printout";

/** Longest reason in a row, characters; why tells the rest. */
const MAX_WHY = 72;

/** Newest step of a candidate, and how it stands. */
type Listed = CandidateRecord & { readonly standing: Standing };

interface ListedModel {
  readonly model: string;
  readonly promotion: PromotionState | undefined;
  /** How many people must approve; undefined of a model whose promotion is not configured any more. */
  readonly approvers: number | undefined;
  /** What waits first, and then the newest. */
  readonly listed: readonly Listed[];
}

/**
 * The newest candidates of a model, how each stands and why, the champion, and the one that waits for people; or those of every
 * model, of which the ones whose candidate waits come first.
 * @param limit of each model
 */
export async function candidates(control: Control, model: string | undefined, limit: number, paint: Paint): Promise<Printout> {
  if (model !== undefined) {
    const one = await listedOf(control, model, limit);
    // A model that is not configured any more may have candidates.
    if (one.listed.length === 0) await findPromoted(control, model);
    return { data: dataOf(one), text: listText(one, paint) };
  }
  const promoted = (await control.models()).filter(({ promotion }) => promotion !== undefined);
  if (promoted.length === 0)
    throw new CommandError("no promotion is configured for any model: nothing decides about what they train");
  const all = await Promise.all(promoted.map((settings) => listedOf(control, settings.model, limit)));
  const [waiting, others] = [all.filter(isWaiting), all.filter((one) => !isWaiting(one))];
  const sorted = [...waiting, ...others];
  return { data: sorted.map(dataOf), text: sorted.map((one) => listText(one, paint)).join("\n\n") };
}

async function listedOf(control: Control, model: string, limit: number): Promise<ListedModel> {
  const promotion = await control.promotion(model);
  const steps = await newestSteps(control, model, promotion, limit);
  const listed = steps.map((last) => ({ ...last, standing: standingOf(last, promotion) }));
  const waits = ({ standing }: Listed) => standing === "waits-for-approval";
  const settings = (await control.models()).find((one) => one.model === model);
  return {
    ...{ model, promotion, approvers: settings?.promotion?.approval.approvers },
    listed: [...listed.filter(waits), ...listed.filter((one) => !waits(one))],
  };
}

function isWaiting({ promotion }: ListedModel): boolean {
  return promotion?.current?.stage === "approval";
}

function dataOf({ model, promotion, listed }: ListedModel): object {
  return { model, champion: promotion?.champions.at(-1), current: promotion?.current, candidates: listed };
}

function listText({ model, promotion, approvers, listed }: ListedModel, paint: Paint): string {
  const { current, next, frozenAt } = promotion ?? {};
  const waits =
    current?.stage === "approval"
      ? [`${current.candidate.id} ${waitText(current, approvers)}`, howToAnswer(current.candidate.id)]
      : [];
  const rolls = current?.rollout === undefined ? [] : [howToRollBack(current.rollout, model)];
  const after = next === undefined ? [] : [`${next.id} waits for the end of that rollout`];
  return [
    `${paint("bold", model)}  champion: ${championText(promotion)}`,
    listed.length === 0 ? "no candidate was seen yet" : tableOf(listed, promotion, paint),
    ...waits,
    ...rolls,
    ...after,
    ...(frozenAt === undefined ? [] : [frozenLine(model, frozenAt)]),
  ].join("\n");
}

/** Which candidate serves, and since when. */
export function championText(promotion: PromotionState | undefined): string {
  const champion = promotion?.champions.at(-1);
  return champion === undefined ? "none yet" : `${champion.candidateId} since ${timeText(champion.at)}`;
}

function tableOf(listed: readonly Listed[], promotion: PromotionState | undefined, paint: Paint): string {
  const header = ["registered", "outcome", "candidate", "why, or who answered"].map((title) => paint("dim", title));
  const rows = listed.map((last) => {
    const { candidate, standing } = last;
    const rollout = standing === "rollout" ? promotion?.current?.rollout : undefined;
    const why = plainLine(rollout === undefined ? listedWhy(last) : rolloutText(rollout), MAX_WHY);
    return [timeText(candidate.registeredAt), paintStanding(paint, standing), candidate.id, why];
  });
  return textTable([header, ...rows]);
}

function frozenLine(model: string, at: number): string {
  return `automatic training is frozen since ${timeText(at)}: retrigger thaw ${model} lets it go on`;
}
