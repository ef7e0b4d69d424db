import type { ModelSettings } from "../model-settings";
import type { VersionedStore } from "../versioned-store";
import { cronExpression } from "./cron-expression";
import { lastFireBefore } from "./last-fire";

/** A schedule whose fires are watched for. Times are epoch milliseconds. */
export interface WatchedSchedule {
  readonly model: string;
  readonly name: string;
  /** Of five fields. */
  readonly cron: string;
  readonly timeZone: string;
  /** When it was seen first as it is: what it would have fired before that is nobody's loss. */
  readonly since: number;
  /** The newest fire that is known to have led to a request. */
  readonly settled?: number;
}

/** All schedules of a deployment that are watched. In one record, so that one that is taken away and comes back is seen as a new one. */
export interface Heartbeats {
  readonly schedules: readonly WatchedSchedule[];
}

/** Port: the one record, under `HEARTBEATS`. */
export type HeartbeatStore = VersionedStore<Heartbeats>;

/** What a store calls the record, in the place of a model. */
export const HEARTBEATS = "all";

/** Before the first sweep. */
export const NO_HEARTBEATS: Heartbeats = { schedules: [] };

/** After this long a fire that nobody saw is missed: the schedulers themselves try again for some minutes. */
export const MISSED_AFTER_MS = 15 * 60_000;

/** The record with the schedules of these models and no others; those that are new, or differ, are watched from `now` on. */
export function watchSchedules(before: Heartbeats, models: readonly ModelSettings[], now: number): Heartbeats {
  const known = new Map(before.schedules.map((watched) => [identityOf(watched), watched]));
  const schedules = models.flatMap(({ model, schedules = [] }) =>
    schedules.map(({ name, cron, timeZone }): WatchedSchedule => {
      const schedule = { model, name, cron, timeZone };
      return known.get(identityOf(schedule)) ?? { ...schedule, since: now };
    }),
  );
  const isSame = schedules.length === before.schedules.length && schedules.every((watched) => before.schedules.includes(watched));
  return isSame ? before : { schedules };
}

/**
 * The newest fire of a schedule that should have been heard of by now and is not known to have been; undefined when there is none.
 * @throws RangeError for an expression or a zone that cannot be read
 */
export function unsettledFire({ cron, timeZone, since, settled }: WatchedSchedule, now: number): number | undefined {
  const fire = lastFireBefore(cronExpression(cron), timeZone, now - MISSED_AFTER_MS);
  return fire === undefined || fire <= since || (settled !== undefined && fire <= settled) ? undefined : fire;
}

function identityOf({ model, name, cron, timeZone }: Omit<WatchedSchedule, "since">): string {
  return JSON.stringify([model, name, cron, timeZone]);
}
