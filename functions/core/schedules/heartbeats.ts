import type { CoordinatorStore, DecisionLog } from "../coordination/ports";
import { type Log, messageOf } from "../log/log";
import type { ModelSettings } from "../model-settings";
import { inParallel } from "../pacing";
import { fireIdStem, fireMinute, scheduleRequestId } from "../request-ids";
import type { RequestQueue } from "../training-request";
import { changeRecord, type VersionedStore } from "../versioned-store";
import { lastFireBefore } from "./last-fire";
import { type Heartbeats, SCHEDULE_PRIORITY, type WatchedSchedule } from "./schedule-settings";
import { scheduledRequest } from "./scheduled-request";
import { cronExpression } from "./timing";

/** Port: the one record, under `HEARTBEATS`. */
export type HeartbeatStore = VersionedStore<Heartbeats>;

/** What a store calls the record, in the place of a model. */
export const HEARTBEATS = "all";

/** Before the first sweep. */
const NO_HEARTBEATS: Heartbeats = { schedules: [] };

/** After this long a fire that nobody saw is missed: the schedulers themselves try again for some minutes. */
const MISSED_AFTER_MS = 15 * 60_000;

/** Schedules that are asked about at once. */
const PARALLEL_SCHEDULES = 8;

/** The record with the schedules of these models and no others; those that are new, or differ, are watched from `now` on. */
function watchSchedules(before: Heartbeats, models: readonly ModelSettings[], now: number): Heartbeats {
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
 * The newest fire of a schedule that should have been heard of by now and is not marked as such; undefined when there is none.
 * @throws RangeError for an expression or a zone that cannot be read
 */
function unmarkedFire({ cron, timeZone, since, settled }: WatchedSchedule, now: number): number | undefined {
  const fire = lastFireBefore(cronExpression(cron), timeZone, now - MISSED_AFTER_MS);
  return fire === undefined || fire <= since || (settled !== undefined && fire <= settled) ? undefined : fire;
}

function identityOf({ model, name, cron, timeZone }: Omit<WatchedSchedule, "since">): string {
  return JSON.stringify([model, name, cron, timeZone]);
}

export interface HeartbeatPorts {
  readonly heartbeats: HeartbeatStore;
  readonly states: Pick<CoordinatorStore, "load">;
  readonly decisions: Pick<DecisionLog, "read">;
  readonly requests: RequestQueue;
  readonly log: Log;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** What an id has after its stem when it is of that very schedule: the name of another may begin with this one's. */
const FIRE_MINUTE = /^\d{4}-\d{2}-\d{2}T\d{2}-\d{2}$/;

/**
 * Sends the request of every schedule whose newest fire nobody heard of, as the schedule itself would have: the id is the same, so
 * a fire that comes after all is a duplicate. Older fires are not made up for. It reads one record, and writes once for each fire
 * or change of a schedule; where another sweep saves first, it looks again, and a request may be sent twice. A schedule that cannot
 * be looked after is reported, and tried again by the next call.
 */
export async function catchMissedFires(ports: HeartbeatPorts, models: readonly ModelSettings[]): Promise<void> {
  const now = ports.now();
  await changeRecord(
    ports.heartbeats,
    HEARTBEATS,
    () => NO_HEARTBEATS,
    async (before) => {
      const watched = watchSchedules(before, models, now);
      const fires = new Map<WatchedSchedule, number>();
      await inParallel(watched.schedules, PARALLEL_SCHEDULES, async (schedule) => {
        try {
          const firedAt = unmarkedFire(schedule, now);
          if (firedAt === undefined) return;
          if (!(await isHeardOf(ports, schedule, firedAt))) await sendMissed(ports, models, schedule, firedAt);
          fires.set(schedule, firedAt);
        } catch (error) {
          const { model, name } = schedule;
          ports.log({ level: "error", event: "schedule-not-watched", model, schedule: name, error: messageOf(error) });
        }
      });
      return { state: withMarks(watched, fires) };
    },
  );
}

/** The record with the newest fire of each of these schedules marked. */
function withMarks(watched: Heartbeats, fires: ReadonlyMap<WatchedSchedule, number>): Heartbeats {
  if (fires.size === 0) return watched;
  const schedules = watched.schedules.map((schedule) => {
    const fire = fires.get(schedule);
    return fire === undefined ? schedule : { ...schedule, settled: fire };
  });
  return { schedules };
}

/** Whether this fire, or a later one, led to a request: the newest ids are in the state, older ones in the log. */
async function isHeardOf(
  { states, decisions }: HeartbeatPorts,
  { model, name }: WatchedSchedule,
  firedAt: number,
): Promise<boolean> {
  const stem = fireIdStem(model, name);
  const minute = fireMinute(firedAt);
  const loaded = await states.load(model);
  const isRecent = loaded?.state.recentIds.some((id) => {
    const rest = id.startsWith(stem) ? id.slice(stem.length) : "";
    return FIRE_MINUTE.test(rest) && rest >= minute;
  });
  return isRecent === true || (await decisions.read(scheduleRequestId(model, name, firedAt))) !== undefined;
}

async function sendMissed(
  { requests, log }: HeartbeatPorts,
  models: readonly ModelSettings[],
  { model, name }: WatchedSchedule,
  firedAt: number,
): Promise<void> {
  const settings = models.find((one) => one.model === model)?.schedules?.find((one) => one.name === name);
  const request = scheduledRequest(model, { name, priority: settings?.priority ?? SCHEDULE_PRIORITY }, firedAt);
  await requests.send(request);
  const fired = new Date(firedAt).toISOString();
  log({ level: "warn", event: "schedule-missed", model, schedule: name, requestId: request.id, firedAt: fired });
  log({ level: "info", event: "sweep-repaired", model, kind: "schedule", count: 1 });
}
