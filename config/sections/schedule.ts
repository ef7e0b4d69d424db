// The section `schedule` of a model in retrigger.yaml: one mapping, or a list of them.
import * as z from "zod";
import { cronText } from "../../functions/core/schedules/cron-dialects";
import { readCron } from "../../functions/core/schedules/cron-expression";
import type { PipelineSchedule } from "../../functions/core/schedules/pipeline-schedule";
import { evenCron, isRate, type Timing } from "../../functions/core/schedules/rate";
import { SCHEDULE_PRIORITY, type ScheduleSettings, scheduleNameSchema } from "../../functions/core/schedules/schedule-settings";
import type { Schedule } from "../../functions/core/schedules/scheduled-request";
import { readSpokenSchedule, SPOKEN_FORMS } from "../../functions/core/schedules/spoken-schedule";
import type { Cloud } from "../model-cloud";
import { durationMs, durationSchema, text } from "./fields";

/** Name of a schedule that is given none; only one of a model can have it. */
export const DEFAULT_SCHEDULE_NAME = "schedule";

const CRON_EXPECTATION = "expected a cron expression of five fields, such as 30 2 * * MON-FRI";
const ZONE_EXPECTATION = "expected the name of a time zone in the IANA database, such as UTC or Europe/Berlin";
const RATE_EXPECTATION = "expected a whole number and a unit, 1m to 365d in whole minutes, such as 30m, 6h or 1d";
const EVERY_EXPECTATION = `expected ${SPOKEN_FORMS}`;

const MINUTE_MS = 60_000;
const LONGEST_RATE_MS = 365 * 1_440 * MINUTE_MS;

/** All that is wrong with an expression is told at once. */
const cronSchema = z.string({ error: CRON_EXPECTATION }).superRefine((text, context) => {
  const read = readCron(text);
  for (const message of read.isValid ? [] : read.mistakes) context.addIssue({ code: "custom", message, input: text });
});

const rateSchema = z.string({ error: RATE_EXPECTATION }).refine(isWholeMinutes, { error: RATE_EXPECTATION });

const everySchema = z.string({ error: EVERY_EXPECTATION }).superRefine((words, context) => {
  const read = readSpokenSchedule(words);
  if (!read.isValid) context.addIssue({ code: "custom", message: read.mistake, input: words });
});

/** Both clouds take IANA names; Node.js also takes offsets, and any case. */
const timeZoneSchema = z.string({ error: ZONE_EXPECTATION }).superRefine((name, context) => {
  const known = knownZone(name);
  const spelling = known !== undefined && known !== name && known.toLowerCase() === name.toLowerCase();
  const message = spelling ? `expected ${known}, in this case of letters` : ZONE_EXPECTATION;
  if (known === undefined || spelling) context.addIssue({ code: "custom", message, input: name });
});

/** What depends on the cloud is in direct-rules.ts. */
const parametersSchema = z
  .record(
    text(/^[A-Za-z0-9_-]{1,256}$/, "expected a parameter name of 1 to 256 of A-Z, a-z, 0-9, - and _"),
    z
      .string({ error: "expected text; write numbers, true and false in quotes" })
      .min(1, { error: "expected at least one character; leave out a parameter for the pipeline's own default" })
      .max(1024, { error: "expected at most 1024 characters" }),
  )
  .refine((parameters) => Object.keys(parameters).length <= 200, { error: "expected at most 200 parameters" });

/** One schedule of a model. */
export const scheduleSchema = z.strictObject({
  mode: z
    .enum(["coordinated", "direct"], { error: "expected coordinated or direct" })
    .default("coordinated")
    .describe(
      "coordinated: it asks for a training, and the policy decides; direct: the cloud's scheduler starts the pipeline by itself, past every check, so that no budget, limit or cooldown holds for it and no decision is recorded",
    ),
  cron: cronSchema
    .optional()
    .describe(
      "When it fires: minute hour day-of-month month day-of-week, as 30 2 * * MON-FRI, or @daily; on AWS one of the two fields of days is *; or every, or rate",
    ),
  every: everySchema.optional().describe(`When it fires, in words and by the clock: ${SPOKEN_FORMS}; or cron, or rate`),
  rate: rateSchema
    .optional()
    .describe(
      "How often it fires, in whole minutes: 30m, 6h, 1d; on AWS counted from when the schedule was made, so that a missed fire is not noticed; on Google Cloud by the clock, in UTC, where it divides an hour or a day evenly; or cron, or every",
    ),
  timezone: timeZoneSchema
    .default("UTC")
    .describe(
      "Whose clock cron and every go by, an IANA name such as Europe/Berlin; summer time leaves out an hour in spring and repeats one in autumn, UTC does not",
    ),
  name: z
    ._default(scheduleNameSchema, DEFAULT_SCHEDULE_NAME)
    .describe("Tells the schedules of a model apart, in request ids and resource names; 1 to 40 of a-z, 0-9 and -"),
  priority: z
    .int()
    .min(1)
    .max(5)
    .default(SCHEDULE_PRIORITY)
    .describe("Of the requests of a coordinated schedule: 1, the highest, to 5"),
  parameters: parametersSchema
    .optional()
    .describe(
      "What a direct schedule starts the pipeline with, in place of pipeline.parameters; on AWS a value may be $.time, $.id, $.account or $.region of the scheduler's event, and nothing else beside it; on Google Cloud values may hold {firedAt}, {model}, {schedule} and {requestId}; at most 200",
    ),
});

/** One schedule or a list of them. */
export const schedulesSchema = z.union(
  [
    scheduleSchema,
    z.array(scheduleSchema).min(1, { error: "expected at least one schedule; leave the key out when there is none" }),
  ],
  { error: "expected a mapping with cron, every or rate, or a list of such mappings" },
);

type ScheduleConfig = z.output<typeof scheduleSchema>;
type SchedulesConfig = z.output<typeof schedulesSchema>;

/** The coordinated schedules of a configured model, which was checked. */
export function modelSchedules(model: string, config: SchedulesConfig | undefined, cloud: Cloud): Schedule[] {
  return ofMode("coordinated", config).map((schedule) => {
    const { name, timezone: timeZone, priority } = schedule;
    return { model, name, timing: timingOn(cloud, schedule), timeZone, priority };
  });
}

/** The direct schedules of a configured model, which was checked. */
export function directSchedules(model: string, config: SchedulesConfig | undefined, cloud: Cloud): PipelineSchedule[] {
  return ofMode("direct", config).map((schedule) => {
    const { name, timezone: timeZone, parameters = {} } = schedule;
    return { model, name, timing: timingOn(cloud, schedule), timeZone, parameters };
  });
}

/** What the functions must know of schedules to notice a missed fire: of a rate nobody knows when it is due. */
export function watchedSchedules(schedules: readonly Schedule[]): ScheduleSettings[] {
  return schedules.flatMap(({ name, timing, timeZone, priority }) =>
    isRate(timing) ? [] : [{ name, cron: cronText(timing), timeZone, priority }],
  );
}

/**
 * When a schedule fires; undefined where none of its keys, or more than one, says so as it should.
 * @param schedule checked or not
 */
export function readTiming({ cron, every, rate }: Readonly<Record<string, unknown>>): Timing | undefined {
  const given = [cron, every, rate].filter((value) => value !== undefined);
  if (given.length !== 1) return undefined;
  if (typeof cron === "string") {
    const read = readCron(cron);
    return read.isValid ? read.cron : undefined;
  }
  if (typeof every === "string") {
    const read = readSpokenSchedule(every);
    return read.isValid ? read.cron : undefined;
  }
  return typeof rate === "string" && isWholeMinutes(rate) ? { everyMinutes: durationMs(rate) / MINUTE_MS } : undefined;
}

function ofMode(mode: ScheduleConfig["mode"], config: SchedulesConfig | undefined): ScheduleConfig[] {
  return [config ?? []].flat().filter((schedule) => schedule.mode === mode);
}

/** Cloud Scheduler goes by the clock alone, so there a rate does too. */
function timingOn(cloud: Cloud, schedule: ScheduleConfig): Timing {
  const timing = readTiming(schedule);
  const told = cloud === "gcp" && timing !== undefined && isRate(timing) ? evenCron(timing.everyMinutes) : timing;
  if (told !== undefined) return told;
  throw new Error(`schedule ${schedule.name} has no time of its cloud; expected a configuration that loadConfig checked`);
}

function isWholeMinutes(value: string): boolean {
  if (!durationSchema.safeParse(value).success) return false;
  const lengthMs = durationMs(value);
  return lengthMs >= MINUTE_MS && lengthMs <= LONGEST_RATE_MS && lengthMs % MINUTE_MS === 0;
}

/** The zone that Node.js knows by this name: the same name, in another case of letters, or one that it is a link to. */
function knownZone(name: string): string | undefined {
  if (/^[+-]/.test(name)) return undefined;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
