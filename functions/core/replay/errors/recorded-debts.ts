import { type ImpliedPrice, impliedPrice, type ServedStep } from "../implied-price";
import type { SurveyedHistory } from "../simulation/history-survey";
import { takeovers } from "./takeovers";

/** What the recorded trainings were worth when they were started. */
export interface RecordedDebts extends ImpliedPrice {
  /** Recorded trainings, those that failed too; of `starts` of them a debt is known. */
  readonly trainings: number;
}

/**
 * What the recorded trainings were worth when they were started, by the errors of the models that served, each of which begins
 * anew. Undefined where nothing is known of any of them.
 * @param runMs how long a run took whose end is not known, milliseconds
 */
export function recordedDebts(
  { originMs, stepMs, steps, runs, served }: Pick<SurveyedHistory, "originMs" | "stepMs" | "steps" | "runs" | "served">,
  runMs: number,
): RecordedDebts | undefined {
  const started = runs.filter(({ status }) => status === "succeeded" || status === "failed");
  // Whoever starts within a step knows the errors of those before it.
  const starts = new Set(started.map(({ at }) => Math.floor((at - originMs) / stepMs) - 1));
  const deployed = new Set(takeovers({ originMs, stepMs }, runs, runMs).map(({ from }) => from));
  const known: ServedStep[] = [];
  let isDeployed = false;
  for (let step = 0; step < steps; step++) {
    isDeployed ||= deployed.has(step);
    if (served.has(step)) {
      const rows = served.rowsOf(step);
      known.push({ error: served.errorOf(step), ...(rows !== undefined && { rows }), ...(isDeployed && { isDeployed }) });
      isDeployed = false;
    }
    const last = known.at(-1);
    if (starts.has(step) && last !== undefined) known[known.length - 1] = { ...last, isStart: true };
  }
  const implied = impliedPrice(known);
  return implied && { ...implied, trainings: started.length };
}
