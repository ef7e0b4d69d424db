// Counts again, at each save of a model's state, what monitors told of its quality, and looks whether the state counted the same.
import type { CoordinatorState } from "../../functions/core/coordination/coordinator-state";
import type { Decision } from "../../functions/core/coordination/decision";
import type { CoordinatorStore } from "../../functions/core/coordination/ports";
import type { QualitySignal } from "../../functions/core/quality/quality-signal";
import { qualityRequestId } from "../../functions/core/request-ids";
import type { Telling } from "./quality-events";

/** A state that replaced another. */
export interface Save {
  readonly before: CoordinatorState | undefined;
  readonly after: CoordinatorState;
  /** Epoch milliseconds. */
  readonly at: number;
  /** What saved it. */
  readonly process: Telling;
}

export function watchedStates(
  states: CoordinatorStore,
  watch: (save: Save) => void,
  by: () => Pick<Save, "at" | "process">,
): CoordinatorStore {
  return {
    load: (model) => states.load(model),
    loadAll: (models) => states.loadAll(models),
    async save(model, after, version) {
      const before = (await states.load(model))?.state;
      const isSaved = await states.save(model, after, version);
      if (isSaved) watch({ before, after, ...by() });
      return isSaved;
    },
  };
}

/** Every promise about quality that a save broke, in words, and what came about at all. */
export function qualityWatch(stepMs: number) {
  const observed = new Set<string>();
  const wrong: string[] = [];
  let starts = 0;
  /** Of the model that serves. */
  let counted: QualitySignal[] = [];

  function watch({ before, after, at, process: { signal } }: Save): void {
    const id = signal && qualityRequestId(signal);
    const isTaken = id !== undefined && after.recentIds.includes(id) && before?.recentIds.includes(id) !== true;
    if (signal !== undefined && id !== undefined && isTaken && !observed.has(id)) {
      observed.add(id);
      counted.push(signal);
    } else if (before?.quality?.servingSince !== after.quality?.servingSince) {
      counted = [];
    }
    const { breakEven, openStep } = after.quality ?? {};
    const state = [breakEven?.steps ?? 0, rounded(breakEven?.sum ?? 0), rounded(openStep?.wrong ?? 0)].join(" ");
    const expected = recount(counted, stepMs);
    if (state !== expected) wrong.push(`${new Date(at).toISOString()}: the state counts ${state}, expected ${expected}`);
    watchStarts(newDecisions(before, after), before, after, at);
  }

  function watchStarts(
    decisions: readonly Decision[],
    before: CoordinatorState | undefined,
    after: CoordinatorState,
    at: number,
  ): void {
    const worth = decisions.flatMap(({ outcome, requestId, checks }) => {
      const check = checks.find((one) => one.check === "adaptive");
      return outcome === "start" && check?.verdict === "passed" && Object.keys(check.numbers).length > 0
        ? [{ requestId, isByPrice: check.numbers.startsBy !== undefined }]
        : [];
    });
    starts += worth.filter(({ isByPrice }) => isByPrice).length;
    const { awaited } = before?.quality ?? {};
    if (worth.length > 1) wrong.push(`${worth.length} trainings started at once`);
    if (worth.length > 0 && awaited !== undefined && at < awaited.startedAt + 14 * stepMs) {
      wrong.push(`${worth[0]?.requestId} started while ${awaited.requestId} was awaited`);
    }
    const since = after.quality?.servingSince ?? 0;
    for (const { requestId, isByPrice } of worth) {
      if (isByPrice && at <= since + 2 * stepMs) wrong.push(`${requestId} started in step ${(at - since) / stepMs}`);
    }
  }

  return { watch, wrong, observed, starts: () => starts };
}

/** Steps with all of their labels, the sum of their errors, and of the open one the errors by rows. */
function recount(signals: readonly QualitySignal[], stepMs: number): string {
  const steps = new Map<number, { covered: number; wrong: number; rows: number }>();
  for (const { from, to, error, rows = 1 } of signals) {
    const step = Math.floor((from + to) / 2 / stepMs);
    const { covered, wrong, rows: others } = steps.get(step) ?? { covered: 0, wrong: 0, rows: 0 };
    steps.set(step, { covered: covered + to - from, wrong: wrong + error * rows, rows: others + rows });
  }
  const newest = Math.max(...steps.keys());
  const isOpen = (steps.get(newest)?.covered ?? stepMs) < 0.99 * stepMs;
  const closed = [...steps].filter(([step]) => step !== newest || !isOpen);
  const sum = closed.reduce((total, [, { wrong, rows }]) => total + Math.min(1, wrong / rows), 0);
  return [closed.length, rounded(sum), rounded(isOpen ? (steps.get(newest)?.wrong ?? 0) : 0)].join(" ");
}

function newDecisions(before: CoordinatorState | undefined, after: CoordinatorState): Decision[] {
  return after.outbox.flatMap((effect) =>
    effect.type === "record" && effect.number >= (before?.effects ?? 0) ? [effect.decision] : [],
  );
}

/** Sums of other orders differ in their last digits. */
function rounded(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
