import * as z from "zod/mini";
import { PoisonMessageError } from "../errors";
import { modelNameSchema } from "../model-settings";
import { scheduleRequestId } from "../request-ids";
import type { TrainingRequest } from "../training-request";
import { cronText } from "./cron-dialects";
import { fireOf, isFireTime, isTimeZone } from "./last-fire";
import { SCHEDULE_PRIORITY, scheduleNameSchema } from "./schedule-settings";
import { cronExpression, isRate, readCron, type Timing } from "./timing";

/** When a model's training is asked for, whatever else asks. */
export interface Schedule {
  readonly model: string;
  /** Tells the schedules of a model apart. */
  readonly name: string;
  readonly timing: Timing;
  /** Whose clock it goes by: a name of the IANA database, such as `Europe/Berlin`. */
  readonly timeZone: string;
  /** Of its requests: highest 1 to lowest 5. */
  readonly priority: number;
}

const SOURCE = "retrigger.schedule";

const fromScheduleSchema = z.object({ source: z.literal(SOURCE) });

/** What a cloud's scheduler sends when a schedule fires. */
const fireSchema = z.object({
  source: z.literal(SOURCE),
  model: modelNameSchema,
  schedule: scheduleNameSchema,
  /** For when it fired, ISO 8601; a scheduler that cannot say so leaves it out. */
  firedAt: z.exactOptional(z.iso.datetime({ offset: true })),
  /** When it fires, by the clock of `timeZone`; a schedule that counts from when it was made has neither. */
  cron: z.exactOptional(z.string().check(z.refine((text) => readCron(text).isValid, { error: "expected a cron expression" }))),
  timeZone: z._default(z.string().check(z.refine(isTimeZone, { error: "expected the name of a time zone" })), "UTC"),
  priority: z._default(z.int(), SCHEDULE_PRIORITY),
});

const MINUTE_MS = 60_000;

/** The message that a cloud's scheduler must be told to send; `firedAt` is what it replaces by the time, if it can. */
export function fireMessage({ model, name, timing, timeZone, priority }: Schedule, firedAt?: string): string {
  const when = isRate(timing) ? {} : { cron: cronText(timing), timeZone };
  return JSON.stringify({
    source: SOURCE,
    model,
    schedule: name,
    ...(firedAt === undefined ? {} : { firedAt }),
    ...when,
    priority,
  });
}

/**
 * The request of a schedule that fired, undefined for any other message. Its id holds the minute that it fired for, so that every
 * delivery of one fire is one request. Without that time in the message, the one that the message was published at serves. Where
 * the message says when the schedule fires, that minute is the last of these, however late it came and whichever of two equal times
 * of an autumn a scheduler took; so a job that a person makes run again is no other request.
 * @param publishedAt epoch milliseconds, where the queue tells
 * @throws PoisonMessageError when the message of a schedule is broken
 */
export function parseScheduledRequest(message: unknown, publishedAt?: number): TrainingRequest | undefined {
  if (!fromScheduleSchema.safeParse(message).success) return undefined;
  const parsed = fireSchema.safeParse(message);
  if (!parsed.success) throw new PoisonMessageError(`not the message of a schedule: ${z.prettifyError(parsed.error)}`);
  const { model, schedule: name, priority, firedAt: text, cron, timeZone } = parsed.data;
  const time = text === undefined ? publishedAt : Date.parse(text);
  const firedAt = time === undefined || !isFireTime(time) ? undefined : fireAt(time, cron, timeZone);
  if (firedAt === undefined || !isFireTime(firedAt)) {
    throw new PoisonMessageError("not the message of a schedule: got no time from 1970 to 9999, in firedAt or from the queue");
  }
  return scheduledRequest(model, { name, priority }, firedAt);
}

function fireAt(time: number, cron: string | undefined, timeZone: string): number {
  return cron === undefined ? time - (time % MINUTE_MS) : fireOf(cronExpression(cron), timeZone, time, Number.POSITIVE_INFINITY);
}

/** The request of a fire, whoever notices it; `firedAt` is epoch milliseconds of a whole minute. */
export function scheduledRequest(model: string, schedule: Pick<Schedule, "name" | "priority">, firedAt: number): TrainingRequest {
  const { name, priority } = schedule;
  return {
    id: scheduleRequestId(model, name, firedAt),
    model,
    causes: [{ type: "schedule", name, firedAt }],
    priority,
    manifests: [],
    requestedAt: firedAt,
  };
}
