import * as z from "zod/mini";
import { PoisonMessageError } from "../errors";
import { modelNameSchema } from "../model-settings";
import type { TrainingRequest } from "../training-request";
import type { CronExpression } from "./cron-expression";

/** When a model's training is asked for, whatever else asks. */
export interface Schedule {
  readonly model: string;
  /** Tells the schedules of a model apart. */
  readonly name: string;
  readonly cron: CronExpression;
  /** Whose clock it goes by: a name of the IANA database, such as `Europe/Berlin`. */
  readonly timeZone: string;
  /** Of its requests: highest 1 to lowest 5. */
  readonly priority: number;
}

/** Priority of a request that a schedule raises, when it names none: above that of data, which comes again by itself. */
export const SCHEDULE_PRIORITY = 3;

/** Name of a schedule: it stands in request ids and resource names. */
export const scheduleNameSchema = z
  .string()
  .check(z.regex(/^[a-z][a-z0-9-]{0,39}$/, { error: "expected 1 to 40 of a-z, 0-9 and -, starting with a letter" }));

const SOURCE = "retrigger.schedule";

const fromScheduleSchema = z.object({ source: z.literal(SOURCE) });

/** What a cloud's scheduler sends when a schedule fires. */
const fireSchema = z.object({
  source: z.literal(SOURCE),
  model: modelNameSchema,
  schedule: scheduleNameSchema,
  /** For when it fired, ISO 8601; a scheduler that cannot say so leaves it out. */
  firedAt: z.exactOptional(z.iso.datetime({ offset: true })),
  priority: z._default(z.int(), SCHEDULE_PRIORITY),
});

const MINUTE_MS = 60_000;

/** The message that a cloud's scheduler must be told to send; `firedAt` is what it replaces by the time, if it can. */
export function fireMessage({ model, name, priority }: Schedule, firedAt?: string): string {
  return JSON.stringify({ source: SOURCE, model, schedule: name, ...(firedAt === undefined ? {} : { firedAt }), priority });
}

/**
 * The request of a schedule that fired, undefined for any other message. Its id holds the minute that it fired for, so that every
 * delivery of one fire is one request. Without that time in the message, the minute that the message was published in serves.
 * @param publishedAt epoch milliseconds, where the queue tells
 * @throws PoisonMessageError when the message of a schedule is broken
 */
export function parseScheduledRequest(message: unknown, publishedAt?: number): TrainingRequest | undefined {
  if (!fromScheduleSchema.safeParse(message).success) return undefined;
  const parsed = fireSchema.safeParse(message);
  if (!parsed.success) throw new PoisonMessageError(`not the message of a schedule: ${z.prettifyError(parsed.error)}`);
  const { model, schedule: name, priority, firedAt: text } = parsed.data;
  const time = text === undefined ? publishedAt : Date.parse(text);
  if (time === undefined || !(time >= 0)) {
    throw new PoisonMessageError(`not the message of a schedule: got no time from 1970 on, in firedAt or from the queue`);
  }
  const firedAt = time - (time % MINUTE_MS);
  return {
    id: scheduleRequestId(model, name, firedAt),
    model,
    causes: [{ type: "schedule", name, firedAt }],
    priority,
    manifests: [],
    requestedAt: firedAt,
  };
}

/** The request id of a fire; its minute is UTC, without the colon, which a request id does not allow. */
function scheduleRequestId(model: string, name: string, firedAt: number): string {
  return `schedule/${model}/${name}-${new Date(firedAt).toISOString().slice(0, 16).replace(":", "-")}`;
}
