import { distance } from "fastest-levenshtein";
import type { Decision } from "../functions/core/coordination/decision";
import type { RequestHistory } from "../functions/core/coordination/ports";
import type { ModelSettings } from "../functions/core/model-settings";
import { CommandError, UsageError } from "./command-error";
import type { Control } from "./control/control";
import { typedText } from "./printout";

/** Decisions that are looked through for one. */
const SEARCHED = 2_000;
const NEAREST = 3;
/** No more than one character in so many is mistyped. */
const DIFFERS_IN = 4;
/** Of what was typed, in characters; no id is as long. */
const MAX_COMPARED = 300;

/** @throws UsageError when nobody is named */
export function checkNamed(model: string): void {
  if (model.trim() === "") throw new UsageError("the name of a model is missing; expected one as in retrigger.yaml");
}

/** @throws CommandError that names the configured ones when there is no such model */
export async function findModel(control: Control, model: string): Promise<ModelSettings> {
  checkNamed(model);
  const models = await control.models();
  const found = models.find((settings) => settings.model === model);
  if (found !== undefined) return found;
  throw new CommandError(`no model ${typedText(model)}; there are ${models.map((one) => one.model).join(", ") || "none"}`);
}

/** @throws CommandError that names those near to it when there is no such request */
export async function findHistory(control: Control, requestId: string): Promise<RequestHistory> {
  return (await control.history(requestId)) ?? (await unknownRequest(control, requestId));
}

async function unknownRequest(control: Control, requestId: string): Promise<never> {
  const candidateIds = await knownCandidates(control);
  const ids = new Set([...(await allDecisions(control)).map((decision) => decision.requestId), ...candidateIds]);
  const compared = requestId.slice(0, MAX_COMPARED);
  const tails = candidateIds.filter((id) => id.endsWith(`/${compared}`));
  const mistyped = [...ids]
    .map((id) => ({ id, edits: distance(id, compared) }))
    .filter(({ id, edits }) => edits <= id.length / DIFFERS_IN)
    .sort((a, b) => a.edits - b.edits)
    .map(({ id }) => id);
  const near = [...new Set([...tails, ...mistyped])].slice(0, NEAREST);
  const hint =
    near.length === 0 ? "retrigger decisions lists them" : `the nearest ${near.length === 1 ? "is" : "are"} ${near.join(", ")}`;
  throw new CommandError(`no request ${typedText(requestId)}; ${hint}`);
}

/** Ids of the candidates that the states of promotion remember, of every configured model. */
async function knownCandidates(control: Control): Promise<string[]> {
  const promoted = (await control.models()).filter(({ promotion }) => promotion !== undefined);
  const states = await Promise.all(promoted.map(({ model }) => control.ifReadable(() => control.promotion(model))));
  return states.flatMap((state) => [
    ...(state?.current === undefined ? [] : [state.current.candidate.id]),
    ...(state?.next === undefined ? [] : [state.next.id]),
    ...(state?.ended ?? []).map(({ candidateId }) => candidateId).reverse(),
  ]);
}

/** Decisions on every configured model, newest first. */
async function allDecisions(control: Control): Promise<Decision[]> {
  const lists = await Promise.all((await control.models()).map(({ model }) => control.decisions(model, SEARCHED)));
  return lists.flat().sort((a, b) => b.decidedAt - a.decidedAt);
}

/** Where the request waits for approval; undefined when it does not. */
export async function findApproval(control: Control, requestId: string): Promise<ModelSettings | undefined> {
  for (const settings of await control.models()) {
    const { approval } = await control.state(settings.model);
    if (approval?.request.id === requestId) return settings;
  }
  return undefined;
}
