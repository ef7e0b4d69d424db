import type { CoordinatorState } from "../../functions/core/coordination/coordinator-state";
import type { Decision, Outcome } from "../../functions/core/coordination/decision";
import { utcMonth } from "../../functions/core/coordination/utc-calendar";
import type { ModelSettings } from "../../functions/core/model-settings";
import type { Replay } from "../replay/replay";
import type { SimulatedRun } from "../world/simulated-cloud";
import type { RequestBalance } from "./balance";
import { formatCount, textTable } from "./text-table";

interface DecisionCount {
  readonly model: string;
  readonly outcome: Outcome;
  readonly reason: Decision["reason"];
  readonly count: number;
}

/** What the runs that started in a month cost, against its budget; USD. */
interface MonthSpent {
  readonly model: string;
  readonly month: string;
  readonly runs: number;
  readonly failed: number;
  readonly spentUsd: number;
  readonly budgetUsd: number;
}

/** What waits when the replay ends. Times are ISO 8601. */
interface WaitingRequest {
  readonly model: string;
  readonly requestId: string;
  readonly waitsFor: "approval" | "time" | "the next training";
  readonly since: string;
  /** When it is asked again, or expires; absent where only an event can help. */
  readonly dueAt?: string;
  readonly causes: number;
}

export interface CoordinationSummary {
  readonly decisions: readonly DecisionCount[];
  readonly spent: readonly MonthSpent[];
  readonly waiting: readonly WaitingRequest[];
  /** Ends of runs that no event told of, which the sweeper found out. */
  readonly endsWithoutEvent: number;
}

const OUTCOMES: readonly Outcome[] = ["start", "defer", "merge", "ask", "reject", "duplicate"];

/** Counts what the coordinator decided, spent and still holds. */
export function coordinationSummary(
  models: readonly ModelSettings[],
  { decisions, runs, states, endsWithoutEvent }: Pick<Replay, "decisions" | "runs" | "states" | "endsWithoutEvent">,
): CoordinationSummary {
  const counts = new Map<string, DecisionCount>();
  for (const { model, outcome, reason } of decisions) {
    const key = `${model} ${OUTCOMES.indexOf(outcome)} ${reason}`;
    counts.set(key, { model, outcome, reason, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return {
    decisions: [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, count]) => count),
    spent: models.flatMap((settings) => spentBy(settings, runs)),
    waiting: [...states].flatMap(([model, state]) => waitingIn(model, state)),
    endsWithoutEvent,
  };
}

function spentBy({ model, policy }: ModelSettings, runs: readonly SimulatedRun[]): MonthSpent[] {
  const ofModel = runs.filter((run) => run.model === model);
  const months = new Set(ofModel.map(({ startedAt }) => utcMonth(Date.parse(startedAt))));
  return [...months].map((month) => {
    const ofMonth = ofModel.filter(({ startedAt }) => startedAt.startsWith(month));
    const spentUsd = ofMonth.reduce((sum, { actualUsd }) => sum + actualUsd, 0);
    const failed = ofMonth.filter(({ status }) => status === "failed").length;
    return { model, month, runs: ofMonth.length, failed, spentUsd, budgetUsd: policy.budget.monthlyUsd };
  });
}

function waitingIn(model: string, { approval, parked, setAside = [] }: CoordinatorState): WaitingRequest[] {
  const waiting: WaitingRequest[] = [];
  if (approval !== undefined) {
    const { request, askedAt, expiresAt } = approval;
    const due = { since: isoTime(askedAt), dueAt: isoTime(expiresAt) };
    waiting.push({ model, requestId: request.id, waitsFor: "approval", ...due, causes: request.causes.length });
  }
  for (const { request, parkedAt, dueAt } of parked) {
    const due = { since: isoTime(parkedAt), ...(dueAt !== undefined && { dueAt: isoTime(dueAt) }) };
    waiting.push({ model, requestId: request.id, waitsFor: "time", ...due, causes: request.causes.length });
  }
  for (const { request, at } of setAside) {
    waiting.push({
      model,
      requestId: request.id,
      waitsFor: "the next training",
      since: isoTime(at),
      causes: request.causes.length,
    });
  }
  return waiting;
}

function isoTime(time: number): string {
  return new Date(time).toISOString();
}

/** Decisions by outcome and reason, one line for each of a model's. */
export function formatDecisions({ decisions }: CoordinationSummary): string {
  return textTable([
    ["model", "outcome", "reason", "decisions"],
    ...decisions.map(({ model, outcome, reason, count }) => [model, outcome, reason, count]),
  ]);
}

export function formatSpent({ spent, endsWithoutEvent }: CoordinationSummary): string {
  const rows = spent.map(({ model, month, runs, failed, spentUsd, budgetUsd }) => {
    return [model, month, runs, failed, spentText(spentUsd, budgetUsd)];
  });
  const untold = `  ${formatCount(endsWithoutEvent)} ends that no event told of were found by the sweeper`;
  return `${textTable([["model", "month", "runs", "failed", "spent"], ...rows])}\n${untold}`;
}

/** A run may cost more than was reserved for it; what is promised holds for the moment of a start. */
function spentText(spentUsd: number, budgetUsd: number): string {
  const text = `${spentUsd.toFixed(2)} of ${budgetUsd.toFixed(2)} USD`;
  if (spentUsd <= budgetUsd) return text;
  return `${text}: within it when each started; runs cost ${(spentUsd - budgetUsd).toFixed(2)} more than was reserved`;
}

export function formatWaiting({ waiting }: CoordinationSummary): string {
  return textTable(
    waiting.map(({ model, requestId, waitsFor, since, dueAt, causes }) => {
      if (waitsFor === "the next training") return [model, requestId, `set aside since ${minuteOf(since)}`, `for ${waitsFor}`, ""];
      const until = waitsFor === "approval" ? "expires" : "asked again";
      const due = dueAt === undefined ? "after an event" : minuteOf(dueAt);
      return [model, requestId, `for ${waitsFor} since ${minuteOf(since)}`, `${until} ${due}`, `${causes} causes`];
    }),
  );
}

/** Where every request ended, that nothing was started twice or left out of its run, and what no run has. */
export function formatRequestBalance(balance: RequestBalance): (readonly [string, string])[] {
  const { asked, own, merged, startedTwice, unpaired, missingInRuns, refusedObjects } = balance;
  const total = [own, merged].flatMap(Object.values).reduce((sum, count) => sum + count, 0);
  const sign = asked === total ? "=" : "is not";
  const ofMerged = `${formatCount(merged.started)} merged into started + ${merged.rejected} into rejected + ${merged.waiting} into waiting`;
  const ofOwn = `${formatCount(own.started)} started + ${own.rejected} rejected + ${own.waiting} waiting${own.dead + merged.dead === 0 ? "" : ` + ${own.dead + merged.dead} in dead letters`}`;
  return [
    ["requests", `asked ${formatCount(asked)} ${sign} ${ofOwn} + ${ofMerged} (lost ${own.lost + merged.lost})`],
    [
      "runs",
      `started twice ${startedTwice}, without a start or a run ${unpaired}, objects of merged requests missing ${missingInRuns}`,
    ],
    ["refused", `${formatCount(refusedObjects)} objects in batches that a person refused`],
  ];
}

/** `2001-01-01 00:00` */
export function minuteOf(isoTime: string): string {
  return isoTime.slice(0, 16).replace("T", " ");
}
