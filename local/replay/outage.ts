import type { ReplayPorts } from "../edition";
import { seededRandom } from "../world/seeded-random";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** A time in which the state store answers nobody: from the first moment, up to but without the last. Epoch milliseconds. */
export interface Outage {
  readonly from: number;
  readonly until: number;
}

const LASTS_MS = 10 * HOUR_MS;

/**
 * The outage of a replay that ends at `until`: on its last day, from about 01:30 for some hours, as the seed tells. So what dies is
 * not older, when the run rests, than the ledgers remember.
 */
export function plannedOutage(until: number, seed: number): Outage {
  const from = until - DAY_MS + HOUR_MS + seededRandom(seed, "outage").below(HOUR_MS / 2);
  return { from, until: from + LASTS_MS };
}

/** The ports as the functions see them while the state store, and with it the settings, answers nobody. */
export function withOutage(ports: ReplayPorts, { from, until }: Outage): ReplayPorts {
  const isOut = () => from <= ports.now() && ports.now() < until;
  const { settings, batches, states, decisions, histories, drifts } = ports;
  return {
    ...ports,
    settings: refusing(settings, isOut),
    batches: refusing(batches, isOut),
    states: refusing(states, isOut),
    decisions: refusing(decisions, isOut),
    histories: refusing(histories, isOut),
    drifts: refusing(drifts, isOut),
  };
}

/** The port whose methods reject while `isOut`. */
function refusing<T extends object>(port: T, isOut: () => boolean): T {
  return new Proxy(port, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== "function" || !isOut()) return member;
      return () => refuse();
    },
  });
}

function refuse(): Promise<never> & AsyncIterable<never> {
  const refused = Promise.reject(new Error("the state store does not answer"));
  return Object.assign(refused, { [Symbol.asyncIterator]: () => ({ next: () => refused }) });
}
