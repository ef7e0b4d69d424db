import { advanceRollout } from "../advance-rollout";
import { changePromotion } from "../change-promotion";
import type { PromotionStore } from "../ports";
import type { PromotedModel } from "../promotion-effects";
import type { PromotionState } from "../promotion-state";
import { WINDOW_MS } from "./evidence/counted-window";
import type { Observation } from "./observation";
import type { EndpointTraffic, TrafficMetrics, TrafficOrder } from "./ports";
import { type Rollout, trafficAt } from "./rollout-state";
import { isLeased, LEASE_MS } from "./rollout-steps";
import { HISTORY_WINDOWS } from "./start-rollout";

export interface DrivenPorts {
  readonly promotions: PromotionStore;
  readonly traffic: EndpointTraffic;
  readonly metrics: TrafficMetrics;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** A name for the lease that a turn takes; another one at each call. */
  readonly holder: () => string;
  /** Told of each change that a cloud took. */
  readonly did: (what: string) => void;
}

/** Metrics of a window are read from so long after its end on; milliseconds. */
const SETTLED_MS = 240_000;
/** Windows that are read again, as what they counted may have come late. */
const READ_AGAIN = 12;
/** Of a change, before its first window begins: clocks differ, and a split takes a moment to spread; milliseconds. */
const SPREAD_MS = 60_000;

/**
 * A turn of the rollout of a model: reads what was counted, looks at the endpoint, and takes the next step towards where the
 * traffic is to go. It may be repeated at any time, and another may be at it: what is decided is saved by compare and set before
 * a step follows from it, and only the holder of the endpoint's lease takes one. Rejects when a port does; the next turn goes on.
 * @returns the state after it
 */
export async function driveRollout(ports: DrivenPorts, model: PromotedModel): Promise<PromotionState> {
  let { state } = await changePromotion(ports, model, (before) => ({ state: before }));
  const begun = rolloutOf(state);
  if (begun === undefined) return state;
  if (begun.startedAt === undefined) state = await survey(ports, model, begun);
  const started = rolloutOf(state);
  if (started?.startedAt === undefined) return state;
  // Counts that cannot be read must not keep a rollback from being made.
  const failures: unknown[] = [];
  state = await count(ports, model, state, started).catch((error: unknown) => {
    failures.push(error);
    return state;
  });
  const moving = rolloutOf(state);
  const moved = moving === undefined ? state : await move(ports, model, state, moving);
  if (failures.length > 0) throw failures[0];
  return moved;
}

/** The rollout in progress, with the version that it is about. */
function rolloutOf({ current }: PromotionState): (Rollout & { readonly candidate: string }) | undefined {
  return current?.rollout && { ...current.rollout, candidate: current.candidate.version };
}

type Running = NonNullable<ReturnType<typeof rolloutOf>>;

/** The state after an observation, unless the rollout is another one by now. @param of what the observation is about */
async function observe(
  { promotions, now }: DrivenPorts,
  model: PromotedModel,
  observation: Observation,
  of: Rollout,
): Promise<PromotionState> {
  const { state } = await changePromotion({ promotions }, model, (before) => {
    const isStill = isSameOrder(before.current?.rollout, of);
    return { state: isStill ? advanceRollout(before, model, observation, now()) : before };
  });
  return state;
}

/** Whether what was seen, or done, for one is still about the other. */
function isSameOrder(one: Rollout | undefined, other: Rollout): boolean {
  return (
    one?.id === other.id &&
    JSON.stringify([one.at, one.since, one.toward]) === JSON.stringify([other.at, other.since, other.toward])
  );
}

async function survey(ports: DrivenPorts, model: PromotedModel, rollout: Running): Promise<PromotionState> {
  const { settings } = rollout;
  const found = await ports.traffic.survey(settings);
  if (found.is !== "serving") return await observe(ports, model, { is: "surveyed", survey: found }, rollout);
  const until = lastWindowEnd(ports.now());
  const span = { from: until - HISTORY_WINDOWS * WINDOW_MS, until };
  const history = await ports.metrics.history(settings, found.champion, span);
  return await observe(ports, model, { is: "surveyed", survey: found, history }, rollout);
}

/** End of the newest window whose metrics are there, as a rule. */
function lastWindowEnd(now: number): number {
  return Math.floor((now - SETTLED_MS) / WINDOW_MS) * WINDOW_MS;
}

/** Reads the windows since the traffic reached its position, when another one has closed. */
async function count(ports: DrivenPorts, model: PromotedModel, state: PromotionState, rollout: Running): Promise<PromotionState> {
  const { at, since, readUntil, champion, plan, settings, id: rolloutId, candidate, slowAboveMs, ending } = rollout;
  if (champion === undefined || plan === undefined || ending !== undefined || (at.is !== "stage" && at.is !== "verify"))
    return state;
  const now = ports.now();
  const until = lastWindowEnd(now);
  // Times that are ahead are of a clock that was wrong.
  const first = Math.ceil((Math.min(since, now) + SPREAD_MS) / WINDOW_MS) * WINDOW_MS;
  const read = readUntil !== undefined && readUntil <= now ? readUntil : undefined;
  if (read !== undefined && until <= read) return state;
  const from = Math.max(first, Math.min(read ?? first, until - READ_AGAIN * WINDOW_MS));
  const order = { settings, rolloutId, champion, candidate };
  const windows = from < until ? await ports.metrics.read(order, { from, until }, slowAboveMs) : [];
  return await observe(ports, model, { is: "counted", windows, until }, rollout);
}

async function move(ports: DrivenPorts, model: PromotedModel, state: PromotionState, rollout: Running): Promise<PromotionState> {
  const order = orderOf(rollout);
  if (order === undefined) return state;
  const sighting = await ports.traffic.look(order);
  const seen = await observe(ports, model, { is: "sighted", sighting }, rollout);
  const next = rolloutOf(seen);
  if (next === undefined || sighting.is !== "behind" || isHeldStill(next)) return seen;
  return await step(ports, model, seen, next, sighting.failed);
}

/** Held for a reason that a step must not go on from; back to the champion, or to compare again, it goes whatever holds. */
function isHeldStill({ hold, ending, toward }: Rollout): boolean {
  if (hold === undefined) return false;
  if (toward?.is === "verify") return false;
  return ending === undefined && hold.reason !== "quota" && hold.reason !== "lost" && hold.reason !== "uncounted";
}

function orderOf(rollout: Running): TrafficOrder | undefined {
  const { settings, id: rolloutId, champion, candidate, plan, at, toward, abandoned, overrides, repeats } = rollout;
  if (champion === undefined || plan === undefined) return undefined;
  return {
    settings,
    rolloutId,
    champion,
    candidate,
    from: trafficAt(plan, at),
    to: trafficAt(plan, toward ?? at),
    ...(abandoned !== undefined && { abandoned }),
    ...(overrides !== undefined && { overrides }),
    ...(repeats !== undefined && { repeats }),
  };
}

/** Takes the next step under the endpoint's lease, unless somebody else has it, or another order came meanwhile. */
async function step(
  ports: DrivenPorts,
  model: PromotedModel,
  state: PromotionState,
  rollout: Running,
  failed: string | undefined,
): Promise<PromotionState> {
  const by = ports.holder();
  const { isOurs } = await changePromotion(ports, model, (before) => leased(before, rollout, by, ports.now()));
  const order = orderOf(rollout);
  if (!isOurs || order === undefined) return state;
  const result = await ports.traffic.step(order);
  if (result.is === "taken") ports.did(result.did);
  const observation: Observation = { is: "stepped", result, ...(failed !== undefined && { failed }) };
  const changed = await changePromotion(ports, model, (before) => {
    const isStill = isSameOrder(before.current?.rollout, rollout);
    return { state: isStill ? advanceRollout(before, model, observation, ports.now()) : released(before, by) };
  });
  return changed.state;
}

function leased(
  before: PromotionState,
  rollout: Running,
  by: string,
  now: number,
): { readonly state: PromotionState; readonly isOurs: boolean } {
  const { current } = before;
  const rolling = current?.rollout;
  const isFree = rolling !== undefined && !isLeased(rolling, now) && isSameOrder(rolling, rollout);
  if (current === undefined || !isFree) return { state: before, isOurs: false };
  const taken: Rollout = { ...rolling, lease: { by, until: now + LEASE_MS } };
  return { state: { ...before, current: { ...current, rollout: taken } }, isOurs: true };
}

/** Gives the lease back, where it is still held. */
function released(before: PromotionState, by: string): PromotionState {
  const { current } = before;
  if (current?.rollout?.lease?.by !== by) return before;
  const { lease: _lease, ...rollout } = current.rollout;
  return { ...before, current: { ...current, rollout } };
}
