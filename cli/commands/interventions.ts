import type { CatchUp } from "../../functions/core/coordination/coordinator-state";
import type { RunOutcome } from "../../functions/core/coordination/settle-run";
import type { Control } from "../control/control";
import { CommandError, findHistory, findModel } from "../find";
import { type Printout, timeText, usdText } from "../printout";
import { backlog } from "./state";

/** Lets nothing of a model start until `resume`. */
export async function pause(control: Control, model: string, by: string, why: string): Promise<Printout> {
  const settings = await findModel(control, model);
  const { paused } = await control.state(model);
  if (paused !== undefined) {
    throw new CommandError(`${model} is paused already, by ${paused.by} since ${timeText(paused.at)}: ${paused.why}`);
  }
  await control.pause(settings, by, why);
  return { data: { model, by, why }, text: `${model} is paused; what is asked for waits until retrigger resume ${model}` };
}

const FATES: Readonly<Record<CatchUp, string>> = {
  merged: "asked again, as one run where one can take it",
  all: "asked again, one run each, as the policy lets them",
  skip: "refused, and will not be trained on",
};

/** Ends a pause, and tells what had waited. */
export async function resume(control: Control, model: string, by: string, catchUp: CatchUp): Promise<Printout> {
  const settings = await findModel(control, model);
  const { paused } = await control.state(model);
  if (paused === undefined) throw new CommandError(`${model} is not paused`);
  const waited = await backlog(control, model);
  const decisions = await control.resume(settings, by, catchUp);
  return {
    data: { model, by, catchUp, waited: waited.data, decisions },
    text: `${model} is resumed; what had waited is ${FATES[catchUp]}:\n${waited.text}`,
  };
}

/**
 * Lets trainings start by themselves again after critical drift.
 * @throws CommandError when nothing blocks the model
 */
export async function clear(control: Control, model: string): Promise<Printout> {
  const settings = await findModel(control, model);
  const { blocked } = await control.state(model);
  if (blocked === undefined) throw new CommandError(`${model} is not blocked by drift`);
  await control.clear(settings);
  return { data: { model, blocked }, text: `${model} is no longer blocked by ${blocked.requestId}; what waited is asked again` };
}

export const RUN_ENDS: readonly RunOutcome["status"][] = ["succeeded", "failed", "stopped"];

export interface SettleOptions {
  readonly status: RunOutcome["status"];
  readonly by: string;
  /** USD; without it, the reservation is taken for the cost. */
  readonly cost?: number;
}

/**
 * Ends a run by hand, as when its pipeline was deleted and nobody can be asked about it.
 * @throws CommandError when no running run was started for the request
 */
export async function settle(control: Control, requestId: string, { status, by, cost }: SettleOptions): Promise<Printout> {
  for (const settings of await control.models()) {
    const run = (await control.state(settings.model)).runs.find((held) => held.requestId === requestId);
    if (run === undefined) continue;
    const outcome = { requestId, status, settledBy: by, ...(cost !== undefined && { actualUsd: cost }) };
    await control.settle(settings, outcome);
    return { data: outcome, text: `${requestId} has ${status}, at ${usdText(cost ?? run.reservedUsd)}; its slot is free` };
  }
  const { run } = await findHistory(control, requestId);
  const end = run?.status === undefined ? "it holds no slot" : `it has ${run.status} already`;
  throw new CommandError(`${requestId} has no run to settle: ${end}; retrigger state lists those that run`);
}
