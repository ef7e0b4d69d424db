import { rejection } from "../functions/core/coordination/consider";
import type { CoordinatorState } from "../functions/core/coordination/coordinator-state";
import { type Transition, transition } from "../functions/core/coordination/decide";
import { resume } from "../functions/core/coordination/intervene";
import type { CatchUp } from "./control";

/** Ends a pause. What waited is asked again as the one request that it merged into, or is refused, with a record. */
export function resumeModel(state: CoordinatorState, catchUp: CatchUp, now: number): Transition {
  const { parked, ...free } = state;
  if (catchUp === "merged" || parked === undefined) return { decisions: [], state: resume(state, now) };
  return transition(resume(free, now), rejection(parked.request, "skipped", [], now));
}
