import type { CatchUp, CoordinatorState, Parked } from "../../functions/core/coordination/coordinator-state";
import type { Decision, RejectReason } from "../../functions/core/coordination/decision";
import type { RunOutcome } from "../../functions/core/coordination/settle-run";
import { textTable } from "../../local/summary/text-table";
import { CommandError, UsageError } from "../command-error";
import type { Control } from "../control/control";
import { findHistory, findModel } from "../find";
import { type Printout, timeText, usdText } from "../printout";
import { checkSaid, decisionsAt, give, modelNamedBy, sentOnly, withoutEffect } from "./answer";
import { requestText } from "./state";

type Pause = NonNullable<CoordinatorState["paused"]>;

/** Lets nothing of a model start until `resume`. */
export async function pause(control: Control, model: string, by: string, why: string): Promise<Printout> {
  checkSaid({ by, why });
  const before = await control.ifReadable(() => stateOf(control, model));
  if (before?.paused !== undefined) throw pausedAlready(model, before.paused);
  const record = await give(control, model, by, { do: "pause", why });
  if (record === undefined) return sentOnly(model, { why });
  if (record.result !== "taken") throw withoutEffect(record);
  const data = { model, by: record.by, why };
  return { data, text: `${model} is paused; what is asked for waits until retrigger resume ${model}` };
}

/** Lets nothing of a model start until `thaw`, but for what a person asks for. */
export async function freeze(control: Control, model: string, by: string, why: string): Promise<Printout> {
  checkSaid({ by, why });
  const before = await control.ifReadable(() => stateOf(control, model));
  if (before?.paused !== undefined) throw pausedAlready(model, before.paused);
  const record = await give(control, model, by, { do: "pause", why, isFreeze: true });
  if (record === undefined) return sentOnly(model, { why });
  if (record.result !== "taken") throw withoutEffect(record);
  const text = `${model} is frozen; what a person asks for still starts, and the rest waits until retrigger thaw ${model}`;
  return { data: { model, by: record.by, why }, text };
}

function pausedAlready(model: string, { by, why, at, isFreeze }: Pause): CommandError {
  const ending = isFreeze === true ? `frozen already, ${byText({ by, at })}` : `paused already, ${byText({ by, at })}`;
  const remedy = isFreeze === true ? `; retrigger thaw ${model} comes before a pause` : "";
  return new CommandError(`${model} is ${ending}: ${why}${remedy}`);
}

function byText({ by, at }: Pick<Pause, "by" | "at">): string {
  return `by ${by} since ${timeText(at)}`;
}

const ASKED_AGAIN: Readonly<Record<Exclude<CatchUp, "skip">, string>> = {
  merged: "as one run where one can take it",
  all: "one run each, as the policy lets them",
};

/** Ends a pause, or a freeze, and tells what had waited and what became of it. What was set aside goes on as it was. */
export async function resume(control: Control, model: string, by: string, catchUp: CatchUp): Promise<Printout> {
  checkSaid({ by });
  const waited = await control.ifReadable(async () => {
    const { paused, parked } = await stateOf(control, model);
    if (paused === undefined) throw new CommandError(`${model} is not paused`);
    return parked;
  });
  return await goOn(control, model, by, catchUp, { waited, word: "resumed" });
}

/**
 * Ends a freeze, as `resume` ends a pause.
 * @throws CommandError for a model that is not frozen, or of which the caller may not read whether it is
 */
export async function thaw(control: Control, model: string, by: string, catchUp: CatchUp): Promise<Printout> {
  checkSaid({ by });
  const before = await control.ifReadable(() => stateOf(control, model));
  if (before === undefined) {
    const ends = `retrigger resume ${model} ends a freeze and a pause alike`;
    throw new CommandError(`your identity may not read whether ${model} is frozen; ${ends}`);
  }
  const { paused, parked: waited } = before;
  if (paused === undefined) throw new CommandError(`${model} is not frozen`);
  if (paused.isFreeze !== true) {
    throw new CommandError(`${model} is not frozen but paused, ${byText(paused)}; retrigger resume ${model} ends that`);
  }
  return await goOn(control, model, by, catchUp, { waited, word: "thawed" });
}

async function goOn(
  control: Control,
  model: string,
  by: string,
  catchUp: CatchUp,
  { waited, word }: { readonly waited: readonly Parked[] | undefined; readonly word: "resumed" | "thawed" },
): Promise<Printout> {
  const record = await give(control, model, by, { do: "resume", catchUp });
  if (record === undefined) return sentOnly(model, { catchUp });
  if (record.result !== "taken") throw withoutEffect(record);
  const rejected = catchUp === "skip" ? await skippedAt(control, model, record.at) : [];
  const goingOn = (waited ?? []).filter(({ request }) => !rejected.some(({ requestId }) => requestId === request.id));
  return {
    data: { model, by: record.by, catchUp, waited: goingOn, rejected },
    text: [`${model} is ${word}`, ...rejectedLines(model, rejected), ...goingOnLines(model, goingOn, catchUp)].join("\n"),
  };
}

async function skippedAt(control: Control, model: string, at: number): Promise<Decision[]> {
  return (await decisionsAt(control, model, at)).filter(({ reason }) => reason === ("skipped" satisfies RejectReason));
}

function rejectedLines(model: string, rejected: readonly Decision[]): string[] {
  if (rejected.length === 0) return [];
  const rows = rejected.map(({ requestId, request }) => [model, requestId, requestText(request)]);
  return ["rejected; what data these have is trained on only if retrigger trigger --with names them:", textTable(rows)];
}

function goingOnLines(model: string, waited: readonly Parked[], catchUp: CatchUp): string[] {
  if (waited.length === 0) return catchUp === "skip" ? [] : ["nothing had waited"];
  const rows = waited.map(({ request }) => [model, request.id, requestText(request)]);
  const how = catchUp === "skip" ? "is not rejected, as a run of it may exist" : `is asked again, ${ASKED_AGAIN[catchUp]}`;
  return [`what had waited ${how}:`, textTable(rows)];
}

/**
 * Lets trainings start by themselves again after critical drift.
 * @throws CommandError when nothing blocks the model
 */
export async function clear(control: Control, model: string, by: string): Promise<Printout> {
  checkSaid({ by });
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
  checkSaid({ by });
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
  if (person.trim() === "") throw new UsageError("name the person, as retrigger state or why prints the identity");
  const erased = await control.erase(person);
  const { states, decisions, runs, candidates } = erased;
  const text = `erased from ${states} states, ${decisions} decisions, the ends of ${runs} runs and ${candidates} steps of candidates`;
  return { data: erased, text };
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
