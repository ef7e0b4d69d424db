import { distance } from "fastest-levenshtein";
import type { Decision } from "../functions/core/coordination/decision";
import type { RequestHistory } from "../functions/core/coordination/ports";
import type { ModelSettings } from "../functions/core/model-settings";
import type { Control } from "./control/control";

/** Decisions that are looked through for one. */
const SEARCHED = 2_000;
const NEAREST = 3;

/** @throws CommandError that names the configured ones when there is no such model */
export async function findModel(control: Control, model: string): Promise<ModelSettings> {
  const models = await control.models();
  const found = models.find((settings) => settings.model === model);
  if (found !== undefined) return found;
  throw new CommandError(`no model ${model}; there are ${models.map((one) => one.model).join(", ") || "none"}`);
}

/** @throws CommandError that names the nearest ones when there is no such request */
export async function findHistory(control: Control, requestId: string): Promise<RequestHistory> {
  return (await control.history(requestId)) ?? (await unknownRequest(control, requestId));
}

async function unknownRequest(control: Control, requestId: string): Promise<never> {
  const ids = new Set((await allDecisions(control)).map((decision) => decision.requestId));
  const nearest = [...ids].sort((a, b) => distance(a, requestId) - distance(b, requestId)).slice(0, NEAREST);
  throw new CommandError(`no request ${requestId}${nearest.length === 0 ? "" : `; the nearest are ${nearest.join(", ")}`}`);
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

/** What a person can correct, or must know; its message needs no stack. */
export class CommandError extends Error {
  override readonly name = "CommandError";
}
