import type { CatchUp } from "../../functions/core/coordination/coordinator-state";
import type { RunOutcome } from "../../functions/core/coordination/settle-run";
import type { Control } from "../control/control";
import { CommandError, findHistory, findModel } from "../find";
import { type Printout, timeText, usdText } from "../printout";
import { checkWhy, give, modelNamedBy, sentOnly, withoutEffect } from "./answer";
import { backlog } from "./state";

/** Lets nothing of a model start until `resume`. */
export async function pause(control: Control, model: string, by: string, why: string): Promise<Printout> {
  checkWhy(why);
  const before = await control.ifReadable(() => stateOf(control, model));
  if (before?.paused !== undefined) {
    const { paused } = before;
    throw new CommandError(`${model} is paused already, by ${paused.by} since ${timeText(paused.at)}: ${paused.why}`);
  }
  const record = await give(control, model, by, { do: "pause", why });
  if (record === undefined) return sentOnly(model, { why });
  if (record.result !== "taken") throw withoutEffect(record);
  const data = { model, by: record.by, why };
  return { data, text: `${model} is paused; what is asked for waits until retrigger resume ${model}` };
}

const FATES: Readonly<Record<CatchUp, string>> = {
  merged: "asked again, as one run where one can take it",
  all: "asked again, one run each, as the policy lets them",
  skip: "refused, and will not be trained on",
};

/** Ends a pause, and tells what had waited. */
export async function resume(control: Control, model: string, by: string, catchUp: CatchUp): Promise<Printout> {
  const waited = await control.ifReadable(async () => {
    const { paused } = await stateOf(control, model);
    if (paused === undefined) throw new CommandError(`${model} is not paused`);
    return await backlog(control, model);
  });
  const record = await give(control, model, by, { do: "resume", catchUp });
  if (record === undefined) return sentOnly(model, { catchUp });
  if (record.result !== "taken") throw withoutEffect(record);
  return {
    data: { model, by: record.by, catchUp, waited: waited?.data },
    text: `${model} is resumed; what had waited is ${FATES[catchUp]}:\n${waited?.text}`,
  };
}

/**
 * Lets trainings start by themselves again after critical drift.
 * @throws CommandError when nothing blocks the model
 */
export async function clear(control: Control, model: string, by: string): Promise<Printout> {
  const before = await control.ifReadable(() => stateOf(control, model));
  const blocked = before?.blocked;
  if (before !== undefined && blocked === undefined) throw new CommandError(`${model} is not blocked by drift`);
  const record = await give(control, model, by, { do: "clear" });
  if (record === undefined) return sentOnly(model, {});
  if (record.result !== "taken") throw withoutEffect(record);
  const text = `${model} is no longer blocked by ${blocked?.requestId}; what waited is asked again`;
  return { data: { model, by: record.by, blocked }, text };
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
  const held = await control.ifReadable(() => findRun(control, requestId));
  const model = held?.model ?? modelNamedBy(requestId);
  const record = await give(control, model, by, { do: "settle", requestId, status, ...(cost !== undefined && { cost }) });
  if (record === undefined) return sentOnly(model, { requestId, status });
  if (record.result !== "taken") throw withoutEffect(record);
  const data = { requestId, status, settledBy: record.by, ...(cost !== undefined && { actualUsd: cost }) };
  const usd = cost ?? held?.run.reservedUsd;
  return { data, text: `${requestId} has ${status}${usd === undefined ? "" : `, at ${usdText(usd)}`}; its slot is free` };
}

/** Forgets a person. It may be repeated. */
export async function erasePerson(control: Control, person: string): Promise<Printout> {
  if (person.trim() === "") throw new CommandError("name the person, as retrigger state or why prints the identity");
  const erased = await control.erase(person);
  const { states, decisions, runs } = erased;
  return { data: erased, text: `erased from ${states} states, ${decisions} decisions and the ends of ${runs} runs` };
}

async function findRun(control: Control, requestId: string) {
  for (const { model } of await control.models()) {
    const run = (await control.state(model)).runs.find((held) => held.requestId === requestId);
    if (run !== undefined) return { model, run };
  }
  const { run } = await findHistory(control, requestId);
  const end = run?.status === undefined ? "it holds no slot" : `it has ${run.status} already`;
  throw new CommandError(`${requestId} has no run to settle: ${end}; retrigger state lists those that run`);
}

/** @throws CommandError when there is no such model */
async function stateOf(control: Control, model: string) {
  return await control.state((await findModel(control, model)).model);
}
