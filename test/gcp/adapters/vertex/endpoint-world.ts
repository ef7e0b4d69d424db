import type { EndpointTraffic, TrafficOrder } from "../../../../functions/core/promotion/rollout/ports";
import type { RolloutSettings } from "../../../../functions/core/promotion/rollout/rollout-settings";
import type { Served, Traffic } from "../../../../functions/core/promotion/rollout/traffic";
import { vertexEndpointTraffic } from "../../../../functions/gcp/adapters/vertex/endpoint-traffic";
import type { Received } from "../../../aws/adapters/loopback-server";
import {
  CHAMPION,
  ENDPOINT,
  type EndpointServer,
  type EndpointServerOptions,
  MODEL,
  startEndpointServer,
} from "../endpoint-server";
import { anonymousRest } from "../google-server";

export const NOON = Date.parse("2026-11-21T12:00:00Z");
export const MINUTE_MS = 60_000;
export const SETTINGS: RolloutSettings = {
  endpoint: ENDPOINT,
  shadowWindows: 0,
  percents: [5, 25, 50],
  tolerance: 1.25,
  bakeWindows: 24,
  deadlineWindows: 2016,
  laterCandidate: "waits",
};
export const SERVED: Extract<Served, { on: "vertex" }> = {
  on: "vertex",
  deployedModel: CHAMPION.id,
  model: CHAMPION.model,
  version: "3",
};

export const BACK: Traffic = { is: "champion" };
export const ALONE: Traffic = { is: "candidate" };
export const split = (percent: number): Traffic => ({ is: "split", percent });

export function order(from: Traffic, to: Traffic, fields: Partial<TrafficOrder> = {}): TrafficOrder {
  return { settings: SETTINGS, rolloutId: "000000ff", champion: SERVED, candidate: `${MODEL}@4`, from, to, ...fields };
}

/** An endpoint that the champion serves on, and its adapter. */
export async function openEndpoint(options: EndpointServerOptions = {}) {
  const vertex = await startEndpointServer(NOON, options);
  return { vertex, traffic: vertexEndpointTraffic(anonymousRest(), () => vertex.endpoint) };
}

/** Takes steps, a minute apart, until the order is reached; resolves to what was done. */
export async function drive(vertex: EndpointServer, traffic: EndpointTraffic, wanted: TrafficOrder): Promise<string[]> {
  const done: string[] = [];
  for (let minute = 0; minute < 60; minute++) {
    const sighting = await traffic.look(wanted);
    if (sighting.is === "reached") return done;
    if (sighting.is === "changed" || sighting.is === "lost") throw new Error(sighting.why);
    if (sighting.is === "behind") {
      const result = await traffic.step(wanted);
      if (result.is !== "taken") throw new Error(result.why);
      done.push(result.did);
    }
    vertex.advance(MINUTE_MS);
  }
  throw new Error(`not reached after ${done.join("; ")}`);
}

/** Goes through the stages in their order, up to the last one given. */
export async function goTo(vertex: EndpointServer, traffic: EndpointTraffic, last: Traffic): Promise<Traffic> {
  let from = BACK;
  for (const to of [split(5), split(25), split(50), split(100), ALONE]) {
    await drive(vertex, traffic, order(from, to));
    from = to;
    if (JSON.stringify(to) === JSON.stringify(last)) return to;
  }
  throw new Error("no such stage");
}

export function changesOf({ received }: EndpointServer): readonly Received[] {
  return received.filter(({ method }) => method !== "GET");
}

/** What the contract of `EndpointTraffic` asks of an endpoint; its requests follow a split at once. */
export async function openEndpointWorld() {
  const { vertex, traffic } = await openEndpoint({ propagationMs: 0, deployMs: 5 * MINUTE_MS });
  const idsOf = (version: string) =>
    (vertex.kept?.deployedModels ?? []).filter(({ modelVersionId }) => modelVersionId === version).map(({ id }) => id);
  return {
    traffic,
    settings: SETTINGS,
    /** Its id is another one when it was deployed again. */
    get champion(): Served {
      return { ...SERVED, deployedModel: idsOf("3")[0] ?? CHAMPION.id };
    },
    candidate: `${MODEL}@4`,
    settle: () => vertex.advance(10 * MINUTE_MS),
    serve(requests: number) {
      const answered = vertex.serve(requests);
      const sumOf = (version: string) => idsOf(version).reduce((sum, id) => sum + (answered[id] ?? 0), 0);
      return { champion: sumOf("3"), candidate: sumOf("4") };
    },
    moveByHand: (percent: number) =>
      vertex.byHand((kept) => {
        const [[champion = ""], [candidate = ""]] = [idsOf("3"), idsOf("4")];
        kept.trafficSplit = { [champion]: 100 - percent, [candidate]: percent };
      }),
    replaceByHand: () =>
      vertex.byHand((kept) => {
        kept.deployedModels = [{ ...CHAMPION, id: "12", modelVersionId: "2" }];
        kept.trafficSplit = { "12": 100 };
      }),
    remove: () => {
      vertex.kept = undefined;
    },
    stop: () => vertex.stop(),
  };
}
