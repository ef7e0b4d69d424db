import * as z from "zod/mini";
import { timeSchema } from "../numbers";
import type { Stored } from "../state-layout";

/** Priority of a request that a schedule raises, when it names none: above that of data, which comes again by itself. */
export const SCHEDULE_PRIORITY = 3;

/** Name of a schedule: it stands in request ids and resource names. */
export const scheduleNameSchema = z
  .string()
  .check(z.regex(/^[a-z][a-z0-9-]{0,39}$/, { error: "expected 1 to 40 of a-z, 0-9 and -, starting with a letter" }));

/** A schedule as far as its missed fires are to be noticed. The expression is read only when it is needed. */
export const scheduleSettingsSchema = z.object({
  name: scheduleNameSchema,
  /** Of five fields, as `cronText` writes it. */
  cron: z.string().check(z.minLength(1)),
  /** Whose clock it goes by: a name of the IANA database, such as `Europe/Berlin`. */
  timeZone: z.string().check(z.minLength(1)),
  /** Of its requests: highest 1 to lowest 5. */
  priority: z.int(),
});

export type ScheduleSettings = z.infer<typeof scheduleSettingsSchema>;

/**
 * A schedule whose fires are watched for. Times are epoch milliseconds. Strict: an older program must not erase what a newer one
 * watches by.
 */
const watchedScheduleSchema = z.strictObject({
  model: z.string(),
  name: z.string(),
  /** Of five fields. */
  cron: z.string(),
  timeZone: z.string(),
  /** When it was seen first as it is: what it would have fired before that is nobody's loss. */
  since: timeSchema,
  /** The mark: the newest fire that is known to have led to a request. */
  settled: z.exactOptional(timeSchema),
});

/**
 * All schedules of a deployment that are watched. In one record, so that one that is taken away and comes back is seen as a new
 * one.
 */
export const heartbeatsSchema = z.strictObject({ schedules: z.array(watchedScheduleSchema) });

export type WatchedSchedule = Stored<typeof watchedScheduleSchema>;
export type Heartbeats = Stored<typeof heartbeatsSchema>;
