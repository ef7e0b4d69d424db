import type { CoordinatorState, Run } from "./coordinator-state";

/** Weight of the newest run in the smoothed duration: about the last ten runs tell. */
const NEWEST_WEIGHT = 0.2;

/** The smoothed duration of a model's successful runs after one more, milliseconds. Unchanged by one that ended before it began, which no clock explains. */
export function usualRunAfter(
  { usualRunMs }: Pick<CoordinatorState, "usualRunMs">,
  { startedAt }: Run,
  endedAt: number,
): number | undefined {
  const durationMs = endedAt - startedAt;
  if (durationMs <= 0) return usualRunMs;
  return usualRunMs === undefined ? durationMs : usualRunMs + NEWEST_WEIGHT * (durationMs - usualRunMs);
}
