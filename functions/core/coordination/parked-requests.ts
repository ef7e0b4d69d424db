import { askedBy, type CauseType, type TrainingRequest } from "../training-request";
import type { CoordinatorState, Parked } from "./coordinator-state";
import type { CoordinatorPolicy } from "./policy";
import { isOneTraining, joinedManifests, spaceOf, withoutMetadata } from "./request-size";
import { isOverWholeBudget } from "./run-cost";

/** Requests of a model that wait at the same time, and the manifests of all of them: the state is one record of the store. */
export const MAX_PARKED = 20;
export const MAX_PARKED_MANIFESTS = 2_000;

/**
 * Space, as `spaceOf` measures it, of all requests of a model that wait, for approval too, and of data that is set aside, which
 * goes first. A record has room for it, for what the outbox holds beside it of one training twice, and for notices.
 */
export const MAX_WAITING_SPACE = 140_000;

/** True for a request that a person must approve before it starts; one that blocks the model asks whatever the policy says. */
export function needsApproval({ approval }: CoordinatorPolicy, request: TrainingRequest): boolean {
  if (request.blocks === true) return true;
  return approval.needed === "always" || (approval.needed === "on-request" && request.needsApproval === true);
}

/** A request that waits, and what becomes of it with another one merged in. */
export interface Host {
  readonly parked: Parked;
  readonly joined: Parked;
}

/**
 * The waiting request that another becomes part of; undefined where it waits for itself. Kept apart are requests of which only
 * one needs an approval, so that a person who refuses a training does not refuse the data that came by; those which one training
 * could not take; one whose start was taken back, which is asked again as it is; data beyond what the state can hold; and, while
 * there is room, all that comes during a pause, so that each may be run after it.
 */
export function hostOf(policy: CoordinatorPolicy, state: CoordinatorState, request: TrainingRequest): Host | undefined {
  if (state.paused !== undefined && hasRoom(state, request)) return undefined;
  if (request.manifests.length > 0 && parkedManifests(state) + request.manifests.length > MAX_PARKED_MANIFESTS) return undefined;
  if (!hasSpace(state, request)) return undefined;
  return hostAmong(policy, state, state.parked, { request });
}

/** The first of some waiting requests that another can become part of; undefined where it can of none. */
export function hostAmong(
  policy: CoordinatorPolicy,
  state: CoordinatorState,
  waiting: readonly Parked[],
  joining: Pick<Parked, "request" | "withdrawnAt">,
): Host | undefined {
  for (const parked of waiting) {
    const joined = joinedBy(policy, state, parked, joining);
    if (joined !== undefined) return { parked, joined };
  }
  return undefined;
}

/**
 * A waiting request with another merged into it; undefined where one training could not be both, or an approval that was given, or
 * is to be asked for, would not hold for both.
 */
export function joinedBy<T extends Pick<Parked, "request" | "approvedBy" | "withdrawnAt">>(
  policy: CoordinatorPolicy,
  state: CoordinatorState,
  host: T,
  joining: Pick<Parked, "request" | "withdrawnAt">,
): T | undefined {
  if (host.withdrawnAt !== undefined || joining.withdrawnAt !== undefined) return undefined;
  const asksHost = host.approvedBy === undefined && needsApproval(policy, host.request);
  if (needsApproval(policy, joining.request) !== asksHost) return undefined;
  const whole = mergeRequests(host.request, joining.request);
  // What waits without end must not fill the state with who asked for it.
  const isBrief = joining.request.manifests.length === 0 && !isOneTraining(whole);
  const request = isBrief ? withCausesCounted(whole, host.request.causes) : whole;
  return isOneTraining(request) && !isOverWholeBudget(policy, state, request) ? { ...host, request } : undefined;
}

/** True when one more request may wait. */
export function hasRoom(state: CoordinatorState, request: TrainingRequest): boolean {
  const isFull = state.parked.length >= MAX_PARKED || parkedManifests(state) + request.manifests.length > MAX_PARKED_MANIFESTS;
  return !isFull && hasSpace(state, request);
}

/** True when the state can hold one more request, for which people may be asked. */
export function hasSpace(state: CoordinatorState, request: TrainingRequest): boolean {
  return waitingSpace(state) + spaceOf(request) <= MAX_WAITING_SPACE;
}

/** True when the state can hold one more request whose start finds no capacity, beside those that it happened to. */
export function canBeWithdrawn({ parked }: CoordinatorState, request: TrainingRequest): boolean {
  const withdrawn = parked.filter(({ withdrawnAt }) => withdrawnAt !== undefined);
  return waitingSpace({ parked: withdrawn }) + spaceOf(request) <= MAX_WAITING_SPACE;
}

/** Space of all requests that wait, for approval too. */
export function waitingSpace({ parked, approval }: Pick<CoordinatorState, "parked" | "approval">): number {
  const waiting = approval === undefined ? parked : [...parked, approval];
  return waiting.reduce((sum, { request }) => sum + spaceOf(request), 0);
}

function parkedManifests({ parked }: CoordinatorState): number {
  return parked.reduce((sum, { request }) => sum + request.manifests.length, 0);
}

/** The state with one more request that waits, in the order in which they began to. */
export function withParked(state: CoordinatorState, parked: Parked): CoordinatorState {
  const later = state.parked.findIndex(({ parkedAt }) => parkedAt > parked.parkedAt);
  return { ...state, parked: state.parked.toSpliced(later < 0 ? state.parked.length : later, 0, parked) };
}

export function withoutParked(state: CoordinatorState, parked: Parked): CoordinatorState {
  return { ...state, parked: state.parked.filter(({ request }) => request.id !== parked.request.id) };
}

/** A parked request with another time to be asked again; undefined waits for an event. */
export function withDueTime(parked: Parked, dueAt: number | undefined): Parked {
  if (dueAt !== undefined) return { ...parked, dueAt };
  const { dueAt: _before, ...waiting } = parked;
  return waiting;
}

/** The state in which everything that waits is due. */
export function dueNow(state: CoordinatorState, now: number): CoordinatorState {
  return state.parked.length === 0 ? state : { ...state, parked: state.parked.map((parked) => withDueTime(parked, now)) };
}

/** Causes that a merged request lists; what exceeds them is counted, and each has its own decision record. */
export const LISTED_CAUSES = 100;

/**
 * One request for both: the earlier one's id, every manifest, the highest priority, and approval if either needs it. No cause is
 * lost: those beyond LISTED_CAUSES are counted, and what asked is kept of all. Metadata of the later one's events is in its own
 * record only: a model's state, one record of the store, would not hold that of all.
 */
export function mergeRequests(earlier: TrainingRequest, later: TrainingRequest): TrainingRequest {
  const causes = [...earlier.causes, ...later.causes.map(withoutMetadata)];
  const counted = (earlier.omittedCauses ?? 0) + (later.omittedCauses ?? 0) + Math.max(0, causes.length - LISTED_CAUSES);
  const omitted = Math.min(counted, Number.MAX_SAFE_INTEGER);
  return {
    id: earlier.id,
    model: earlier.model,
    causes: causes.slice(0, LISTED_CAUSES),
    priority: Math.min(earlier.priority, later.priority),
    manifests: joinedManifests(earlier.manifests, later.manifests),
    requestedAt: earlier.requestedAt,
    askedBy: mergedAskers(askedBy(earlier), askedBy(later)),
    ...(omitted > 0 && { omittedCauses: omitted }),
    ...((earlier.needsApproval || later.needsApproval) && { needsApproval: true }),
    ...((earlier.blocks || later.blocks) && { blocks: true }),
  };
}

/** A merged request that lists the earlier one's causes alone; the later one's are counted. */
function withCausesCounted(merged: TrainingRequest, causes: TrainingRequest["causes"]): TrainingRequest {
  const more = merged.causes.length - causes.length;
  return { ...merged, causes, omittedCauses: Math.min((merged.omittedCauses ?? 0) + more, Number.MAX_SAFE_INTEGER) };
}

type Askers = Readonly<Partial<Record<CauseType, number>>>;

/** Of every kind of cause the highest priority, which is the smallest number. */
function mergedAskers(a: Askers, b: Askers): Askers {
  const isKnown = ([type, priority]: [string, number]) => (a[type as CauseType] ?? Number.POSITIVE_INFINITY) <= priority;
  if (Object.entries(b).every(isKnown)) return a;
  const entries = [...Object.entries(a), ...Object.entries(b)].toSorted(([, one], [, other]) => other - one);
  return Object.fromEntries(entries);
}
