import type { HistorySurvey } from "../../functions/core/replay/simulation/history-survey";
import { CommandError } from "../command-error";
import { durationText } from "../printout";

/** Steps that a history may have: thirty years of hours. Of many more nothing comes back in time, or memory ends. */
const MAX_STEPS = 300_000;

/**
 * Refuses a history that is too long for its step: a short step, or a line whose time is wrong by years.
 * @throws CommandError
 */
export function refuseSteps(model: string, { steps }: Pick<HistorySurvey, "steps">, stepMs: number): void {
  if (steps <= MAX_STEPS) return;
  throw new CommandError(
    `${model}: got ${steps} steps over ${durationText(stepMs)}; expected at most ${MAX_STEPS}: give a longer --step, or look for lines with a wrong time, which retrigger history import shows`,
  );
}
