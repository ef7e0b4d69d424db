// Data of requests that ended without a run: it is kept apart, and goes along with the next training of its model that may take it.
import type { Cause, TrainingRequest } from "../training-request";
import type { CoordinatorState, SetAside } from "./coordinator-state";
import type { RejectReason } from "./decision";
import { LISTED_CAUSES, MAX_WAITING_SPACE, waitingSpace } from "./parked-requests";
import { spaceOf } from "./request-size";

/**
 * What is set aside of a model at the same time, and the manifests of all of it: the state is one record of the store. What is
 * older is in the decision log alone, from which `takesAlong` brings it back.
 */
export const MAX_SET_ASIDE = 50;
export const MAX_SET_ASIDE_MANIFESTS = 1_000;

/**
 * How a request may end without a run, beside its rejection: the cloud refused the start, its lists are gone or not those that were
 * published, or a person ended it before it started.
 */
export type EndedStart = "start-refused" | "list-refused" | "settled-unstarted";

/** What a person refused, or must look at, is brought back by a person alone. */
const FOR_PERSON: ReadonlySet<string> = new Set<RejectReason | EndedStart>([
  "not-approved",
  "skipped",
  "settled-unstarted",
  "list-refused",
]);

/** Not the model's own data, or of a request that Retrigger did not make. */
const NOT_KEPT: ReadonlySet<string> = new Set<RejectReason>(["foreign-manifest", "unknown-model", "priority-out-of-range"]);

/** True for data that goes along without being asked for. */
export function goesAlong({ reason }: Pick<SetAside, "reason">): boolean {
  return !FOR_PERSON.has(reason);
}

/** True for a request whose data is kept when it ends for this reason. */
export function hasDataToKeep({ manifests }: TrainingRequest, reason: RejectReason | EndedStart): boolean {
  return manifests.length > 0 && !NOT_KEPT.has(reason);
}

/** The state with the data of a request that ended, if it has any, once; the oldest goes where there is no room. */
export function withSetAside(
  state: CoordinatorState,
  request: TrainingRequest,
  reason: RejectReason | EndedStart,
  at: number,
): CoordinatorState {
  if (!hasDataToKeep(request, reason)) return state;
  const kept = (state.setAside ?? []).filter((aside) => aside.request.id !== request.id);
  kept.push({ request: dataOf(request), reason, at });
  return withinSpace({ ...state, setAside: kept });
}

/** The state with as much of what was set aside as there is room for, beside what waits; the oldest goes. */
export function withinSpace(state: CoordinatorState): CoordinatorState {
  const { setAside } = state;
  if (setAside === undefined) return state;
  const room = MAX_WAITING_SPACE - waitingSpace(state);
  let from = 0;
  while (isOver(setAside.slice(from), room)) from++;
  return from === 0 ? state : { ...state, setAside: setAside.slice(from) };
}

function isOver(kept: readonly SetAside[], room: number): boolean {
  if (kept.length === 0) return false;
  if (kept.length > MAX_SET_ASIDE || manifestsOf(kept) > MAX_SET_ASIDE_MANIFESTS) return true;
  return kept.reduce((sum, { request }) => sum + spaceOf(request), 0) > room;
}

/** The state without what was set aside of these requests. */
export function withoutSetAside({ setAside = [], ...state }: CoordinatorState, ids: readonly string[]): CoordinatorState {
  const left = setAside.filter(({ request }) => !ids.includes(request.id));
  return left.length === 0 ? state : { ...state, setAside: left };
}

/**
 * A request with nothing but its data: what it was allowed, and who asked, ended with it. So it lends no priority to the training
 * that takes it along.
 */
export function dataOf({ id, model, causes, manifests, requestedAt }: TrainingRequest): TrainingRequest {
  const [first] = causes;
  const ofData: readonly Cause[] = causes.filter(({ type }) => type === "data").slice(0, LISTED_CAUSES);
  const kept = ofData.length > 0 || first === undefined ? ofData : [first];
  return { id, model, causes: kept, priority: LOWEST_PRIORITY, manifests, requestedAt, askedBy: { data: LOWEST_PRIORITY } };
}

const LOWEST_PRIORITY = 5;

function manifestsOf(kept: readonly SetAside[]): number {
  return kept.reduce((sum, { request }) => sum + request.manifests.length, 0);
}
