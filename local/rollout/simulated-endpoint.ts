import { RetryableError } from "../../functions/core/errors";
import { WINDOW_MS } from "../../functions/core/promotion/rollout/evidence/counted-window";
import type {
  EndpointTraffic,
  SeenWindow,
  Sighting,
  StepResult,
  TrafficMetrics,
  TrafficOrder,
  WindowSpan,
} from "../../functions/core/promotion/rollout/ports";
import { trafficText } from "../../functions/core/promotion/rollout/traffic";
import { type EndpointFault, edited, faulty, type HandEdit, serving } from "./endpoint-events";
import { type EndpointLayout, type EndpointState, fleetText, type NextChange, type Variant } from "./endpoint-state";
import { sageMakerLayout } from "./sagemaker-layout";
import { countWindow, type EndpointBehaviour, partOfCounts, type WindowCounts } from "./served-counts";
import { vertexLayout } from "./vertex-layout";

/** An endpoint in memory, with what it counted. */
export interface SimulatedEndpoint extends EndpointTraffic, TrafficMetrics {
  /** Plain JSON, with everything up to now; an endpoint that is made with it goes on from there. */
  readonly state: () => EndpointState;
  readonly inject: (fault: EndpointFault) => void;
  /** False where the cloud refuses, as it does during another change. */
  readonly editByHand: (edit: HandEdit) => boolean;
  /** What answers requests now. */
  readonly serving: () => readonly Variant[];
}

export interface SimulatedEndpointOptions {
  /** Name of the endpoint: of another one it says that there is none. */
  readonly name: string;
  readonly layout: "sagemaker" | "vertex";
  readonly seed: number;
  readonly behaviour: EndpointBehaviour;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** Of `newEndpoint`, or of one before. */
  readonly state: EndpointState;
  /** Told of the state after each change. @default - nobody is */
  readonly saved?: (state: EndpointState) => void;
  /** From the end of a window until all of its counts are there, milliseconds; before, some of them are. @default 0 */
  readonly lateMs?: (at: number) => number;
  /** True for windows of which the candidate's errors are never told. @default - none */
  readonly lacksErrors?: (at: number) => boolean;
  /** The latency that 5 % of the champion's requests are above, milliseconds. @default - latency is not counted */
  readonly p95Ms?: number;
}

/** An endpoint that has served one model alone for as long as anybody asks. */
export function newEndpoint({ config, variant, source }: { config: string; variant: string; source: string }): EndpointState {
  const variants = [{ name: variant, source, percent: 100 }];
  return { fleet: { config, variants }, served: [{ from: 0, variants }], refusals: [], unanswered: 0, changes: 0 };
}

const LAYOUTS: Readonly<Record<SimulatedEndpointOptions["layout"], EndpointLayout>> = {
  sagemaker: sageMakerLayout,
  vertex: vertexLayout,
};

const MINUTE_MS = 60_000;
/** A change that failed is taken back in this time. */
const ROLLING_BACK_MS = 5 * MINUTE_MS;
/** Of counts that are still on their way, the share that is there. */
const ARRIVED = 0.6;
const MOST_COUNTED = 4096;

/**
 * An endpoint with the states and delays of the real ones: a change takes its time, no other is taken meanwhile, a failed one is
 * taken back, a split spreads after it was set. It counts by what it really serves, not by what it is configured to. Its calls have
 * an effect at once or none, so that whoever calls may be stopped between any two of them.
 */
export function simulatedEndpoint(options: SimulatedEndpointOptions): SimulatedEndpoint {
  const { now, seed, behaviour } = options;
  const layout = LAYOUTS[options.layout];
  const counted = new Map<number, WindowCounts>();
  let state = options.state;

  function save(next: EndpointState): void {
    state = next;
    options.saved?.(next);
  }

  /** What ended by now, has ended. */
  function settle(): EndpointState {
    for (let { change } = state; change !== undefined && change.endsAt <= now(); { change } = state) {
      const { change: _done, ...rest } = state;
      const { to, traffic, fails, endsAt, isRollingBack } = change;
      if (fails === undefined) save(serving({ ...rest, fleet: to }, endsAt));
      else if (isRollingBack === true) save({ ...rest, failed: { traffic, why: fails } });
      else save({ ...rest, change: { ...change, isRollingBack: true, endsAt: endsAt + ROLLING_BACK_MS } });
    }
    return state;
  }

  function take(change: NextChange, traffic: string): void {
    const { failing, failed: _before, ...rest } = state;
    const next = { ...rest, changes: rest.changes + 1 };
    const endsAt = now() + change.takesMs;
    if (change.takesMs === 0 && failing === undefined) save(serving({ ...next, fleet: change.to }, endsAt + change.spreadMs));
    else save({ ...next, change: { to: change.to, traffic, endsAt, ...(failing !== undefined && { fails: failing }) } });
  }

  async function answer<T>(call: () => T): Promise<T> {
    settle();
    if (state.unanswered === 0) return call();
    save({ ...state, unanswered: state.unanswered - 1 });
    throw new RetryableError("the cloud does not answer; try again");
  }

  function busyText(): string | undefined {
    if (state.change === undefined) return undefined;
    if (options.layout === "vertex") return "an operation of the endpoint is not done yet";
    return `the endpoint is ${state.change.isRollingBack === true ? "RollingBack" : "Updating"}`;
  }

  function look(order: TrafficOrder): Sighting {
    const why = lostText(order.settings.endpoint);
    if (why !== undefined) return { is: "lost", why };
    const candidate = layout.candidateOf(order.rolloutId);
    const isServed = state.fleet.variants.some(({ name, percent }) => name === candidate && percent > 0);
    const isSafe = order.to.is === "champion" && !isServed;
    const busy = busyText();
    if (busy !== undefined) return { is: "busy", why: busy, isSafe };
    const standing = layout.standing(state.fleet, order);
    if (standing.is === "refused") return { is: "behind", step: standing.why, isSafe };
    if (standing.is !== "behind") return standing;
    const { failed } = state;
    const ofThis = failed?.traffic === trafficText(order.to) ? { failed: failed.why } : {};
    return { is: "behind", step: standing.next.did, isSafe, ...ofThis };
  }

  function step(order: TrafficOrder): StepResult {
    const [refusal, ...refusals] = state.refusals;
    if (refusal !== undefined) {
      save({ ...state, refusals });
      return refusal;
    }
    const lost = lostText(order.settings.endpoint);
    if (lost !== undefined) return { is: "refused", why: lost };
    if (state.change !== undefined) return { is: "busy", why: "Cannot update in-progress endpoint" };
    const standing = layout.standing(state.fleet, order);
    if (standing.is === "refused" || standing.is === "changed") return { is: "refused", why: standing.why };
    if (standing.is === "reached") return { is: "taken", did: "nothing: it serves as ordered" };
    const { losesAnswer, ...rest } = state;
    state = rest;
    take(standing.next, trafficText(order.to));
    if (losesAnswer === true) throw new RetryableError("the answer of the cloud was lost, as this scenario simulates; try again");
    return { is: "taken", did: standing.next.did };
  }

  function lostText(endpoint: string): string | undefined {
    if (endpoint !== options.name) return `there is no endpoint ${endpoint}`;
    return state.gone;
  }

  function countsOf(at: number): WindowCounts {
    const isPast = at + WINDOW_MS <= now();
    const known = counted.get(at);
    if (known !== undefined) return known;
    const counts = countWindow(seed, behaviour, state.served, at);
    if (isPast && counted.size < MOST_COUNTED) counted.set(at, counts);
    return counts;
  }

  function toldOf(at: number): WindowCounts {
    const isLate = now() < at + WINDOW_MS + (options.lateMs?.(at) ?? 0);
    return isLate ? partOfCounts(seed, at, countsOf(at), ARRIVED) : countsOf(at);
  }

  function seen(at: number, champion: string, candidate?: string): SeenWindow {
    const counts = toldOf(at);
    const [a, b] = [counts.get(champion), candidate === undefined ? undefined : counts.get(candidate)];
    const lacks = b !== undefined && options.lacksErrors?.(at) === true;
    return {
      at,
      ...(a !== undefined && { champion: a }),
      ...(b !== undefined && { candidate: lacks ? { requests: b.requests } : b }),
    };
  }

  return {
    state: () => settle(),
    serving: () => settle().served.findLast(({ from }) => from <= now())?.variants ?? [],
    survey: ({ endpoint, ...settings }) =>
      answer(() => {
        const why = lostText(endpoint);
        if (why !== undefined) return { is: "missing", why };
        const busy = busyText();
        return busy === undefined ? layout.survey(state.fleet, { endpoint, ...settings }) : { is: "busy", why: busy };
      }),
    look: (order) => answer(() => look(order)),
    step: (order) => answer(() => step(order)),
    read: ({ champion, rolloutId }, span, slowAboveMs) =>
      answer(() => {
        const [a, b] = [layout.championOf(champion), layout.candidateOf(rolloutId)];
        const windows = windowsOf(span).map((at) => seen(at, a, b));
        return slowAboveMs === undefined ? windows.map(withoutLatency) : windows;
      }),
    history: (_settings, champion, span) =>
      answer(() => {
        const windows = windowsOf(span).map((at) => withoutLatency(seen(at, layout.championOf(champion))));
        return { windows, ...(options.p95Ms !== undefined && { p95Ms: options.p95Ms }) };
      }),
    inject: (fault) => save(serving(faulty(settle(), fault), now())),
    editByHand(edit) {
      const { fleet, change, gone } = settle();
      if (change !== undefined || gone !== undefined) return false;
      const to = edited(fleet, edit);
      const takesMs = edit.do === "set-shares" ? 0 : layout.deployMs;
      take({ did: fleetText(to), to, takesMs, spreadMs: 0 }, "a change by hand");
      return true;
    },
  };
}

function windowsOf({ from, until }: WindowSpan): number[] {
  return Array.from({ length: Math.max(0, (until - from) / WINDOW_MS) }, (_, index) => from + index * WINDOW_MS);
}

function withoutLatency(window: SeenWindow): SeenWindow {
  const { champion, candidate } = window;
  return {
    at: window.at,
    ...(champion !== undefined && { champion: withoutSlow(champion) }),
    ...(candidate !== undefined && { candidate: withoutSlow(candidate) }),
  };
}

function withoutSlow({ slow: _slow, ...rest }: NonNullable<SeenWindow["champion"]>) {
  return rest;
}
