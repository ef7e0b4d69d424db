import type { Cause, TrainingRequest } from "../../functions/core/training-request";
import type { ReplayPorts } from "../clouds/local-cloud";
import { LANDING } from "../world/simulated-cloud";
import { seededRandom } from "../world/time-and-chance";

/** A request of somebody else than the batcher, and when it is sent; epoch milliseconds. */
export interface PlannedRequest {
  readonly at: number;
  readonly request: TrainingRequest;
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const SUNDAY = 0;
const WEDNESDAY = 3;
const THURSDAY = 4;
const FRIDAY = 5;

/**
 * What schedules, a drift monitor and people ask for in a period: every Sunday at 02:00 a scheduled training, on Wednesdays drift
 * that a person must approve, on Thursdays a person who asks twice, and on Fridays requests that no policy lets pass.
 */
export function plannedRequests(from: number, until: number): PlannedRequest[] {
  const planned: PlannedRequest[] = [];
  for (let day = from; day < until; day += DAY_MS) planned.push(...requestsOf(day));
  return planned;
}

function requestsOf(day: number): PlannedRequest[] {
  const at = (hours: number) => day + hours * HOUR_MS;
  switch (new Date(day).getUTCDay()) {
    case SUNDAY:
      return ["flight-delay", "west-coast"].map((model) => {
        const cause = { type: "schedule", name: "sunday-night", firedAt: at(2) } as const;
        return planned(at(2), model, cause, { priority: 3 });
      });
    case WEDNESDAY:
      return [
        planned(at(15), "flight-delay", { type: "drift", severity: "high", score: 0.31 }, { priority: 2, needsApproval: true }),
      ];
    case THURSDAY:
      return [at(10), at(10.25)].map((sentAt) => {
        const { request } = planned(at(10), "west-coast", manual("new runway data, please retrain"), { priority: 3 });
        return { at: sentAt, request };
      });
    case FRIDAY:
      return [
        planned(at(9), "flight-delay", manual("all flights since 1987"), { manifests: manifest(LANDING.bucket, 120_000_000) }),
        planned(at(11), "west-coast", manual("try the data of a friend"), { manifests: manifest("somebody-elses-bucket", 100) }),
        planned(at(13), "flight-dealy", manual("a slip of the pen"), {}),
      ];
    default:
      return [];
  }
}

function planned(at: number, model: string, cause: Cause, more: Partial<TrainingRequest>): PlannedRequest {
  const minute = new Date(at).toISOString().slice(0, 16).replace(":", "-");
  const id = `${cause.type}/${model}/${minute}`;
  return { at, request: { id, model, causes: [cause], priority: 4, manifests: [], requestedAt: at, ...more } };
}

function manual(why: string): Cause {
  return { type: "manual", by: "ada", why };
}

function manifest(bucket: string, objects: number) {
  return [{ uri: `s3://${bucket}/by-hand/flights.manifest`, objects, bytes: objects * 1_500 }];
}

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
  const { settings, batches, states, decisions, histories, drifts, fates } = ports;
  return {
    ...ports,
    settings: refusing(settings, isOut),
    batches: refusing(batches, isOut),
    states: refusing(states, isOut),
    decisions: refusing(decisions, isOut),
    histories: refusing(histories, isOut),
    drifts: refusing(drifts, isOut),
    fates: refusing(fates, isOut),
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
