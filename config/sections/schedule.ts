// The section `schedule` of a model: one mapping, or a list of them.
import * as z from "zod";
import { nearestWord } from "../../functions/core/nearest-word";
import { cronText } from "../../functions/core/schedules/cron-dialects";
import type { PipelineSchedule } from "../../functions/core/schedules/pipeline-schedule";
import { SCHEDULE_PRIORITY, type ScheduleSettings, scheduleNameSchema } from "../../functions/core/schedules/schedule-settings";
import type { Schedule } from "../../functions/core/schedules/scheduled-request";
import { readSpokenSchedule, SPOKEN_FORMS } from "../../functions/core/schedules/spoken-schedule";
import { evenCron, isRate, readCron, type Timing } from "../../functions/core/schedules/timing";
import { didYouMean } from "../errors";
import type { Cloud } from "../model-cloud";
import { durationExpectation, durationMs, durationSchema, parameterExpectation, text } from "./fields";

/** Name of a schedule without a name; only one schedule of a model can have it. */
export const DEFAULT_SCHEDULE_NAME = "schedule";

const CRON_EXPECTATION = "expected a cron expression of five fields, such as 30 2 * * MON-FRI";
const ZONE_EXPECTATION = "expected the name of a time zone in the IANA database, such as UTC or Europe/Berlin";
const RATE_EXPECTATION = durationExpectation(
  "expected a whole number and a unit, 1m to 365d in whole minutes, such as 30m, 6h or 1d",
);
const EVERY_EXPECTATION = `expected ${SPOKEN_FORMS}`;

const MINUTE_MS = 60_000;
const LONGEST_RATE_MS = 365 * 1_440 * MINUTE_MS;

/** Reports every mistake of an expression, each as an issue of its own. */
const cronSchema = z.string({ error: CRON_EXPECTATION }).superRefine((text, context) => {
  const read = readCron(text);
  for (const message of read.isValid ? [] : read.mistakes) context.addIssue({ code: "custom", message, input: text });
});

const rateSchema = z.string({ error: RATE_EXPECTATION }).refine(isWholeMinutes, { error: RATE_EXPECTATION });

const everySchema = z.string({ error: EVERY_EXPECTATION }).superRefine((words, context) => {
  const read = readSpokenSchedule(words);
  if (!read.isValid) context.addIssue({ code: "custom", message: read.mistake, input: words });
});

/** Both clouds take IANA names. Node.js also takes offsets, and names in any case, so these are refused here. */
const timeZoneSchema = z.string({ error: ZONE_EXPECTATION }).superRefine((name, context) => {
  const known = knownZone(name);
  const spelling = known !== undefined && known !== name && known.toLowerCase() === name.toLowerCase();
  const message = spelling ? `expected ${known}, in this case of letters` : `${zoneHint(name)}${ZONE_EXPECTATION}`;
  if (known === undefined || spelling) context.addIssue({ code: "custom", message, input: name });
});

function zoneHint(name: string): string {
  const nearest = nearestWord(name, Intl.supportedValuesOf("timeZone"));
  return nearest === undefined ? "" : didYouMean(nearest);
}

/** What depends on the cloud is in checks/schedules.ts. */
const parametersSchema = z
  .record(
    text(/^[A-Za-z0-9_-]{1,256}$/, "expected a parameter name of 1 to 256 of A-Z, a-z, 0-9, - and _"),
    z
      .string({ error: parameterExpectation })
      .min(1, { error: "expected at least one character; leave out a parameter for the pipeline's own default" })
      .max(1024, { error: "expected at most 1024 characters" }),
  )
  .refine((parameters) => Object.keys(parameters).length <= 200, { error: "expected at most 200 parameters" });

/** One schedule of a model. */
const scheduleSchema = z.strictObject({
  mode: z
    .enum(["coordinated", "direct"], { error: "expected coordinated or direct" })
    .default("coordinated")
    .describe(
      "coordinated: requests a training, and the policy decides; direct: the scheduler of the cloud starts the pipeline without any check, so no budget, limit or cooldown applies and no decision is recorded",
    ),
  cron: cronSchema
    .optional()
    .describe(
      "When it fires: minute hour day-of-month month day-of-week, such as 30 2 * * MON-FRI, or @daily; on AWS one of the two day fields must be *; instead of every or rate",
    ),
  every: everySchema.optional().describe(`When it fires, in words: ${SPOKEN_FORMS}; instead of cron or rate`),
  rate: rateSchema
    .optional()
    .describe(
      "How often it fires, in whole minutes, such as 30m, 6h or 1d; 1m to 365d; on AWS counted from the creation of the schedule, so that missed fires go unnoticed; on Google Cloud by the clock in UTC, so that it must divide an hour or a day evenly; instead of cron or every",
    ),
  timezone: timeZoneSchema
    .default("UTC")
    .describe(
      "Time zone of cron and every, an IANA name such as Europe/Berlin; daylight saving time skips an hour in spring and repeats one in autumn, UTC does not",
    ),
  name: z
    ._default(scheduleNameSchema, DEFAULT_SCHEDULE_NAME)
    .describe("Name of the schedule, unique within the model, used in request IDs and resource names; 1 to 40 of a-z, 0-9 and -"),
  priority: z
    .int()
    .min(1)
    .max(5)
    .default(SCHEDULE_PRIORITY)
    .describe("Priority of the requests of a coordinated schedule; 1 (highest) to 5"),
  parameters: parametersSchema
    .optional()
    .describe(
      "Parameters that a direct schedule starts the pipeline with, instead of pipeline.parameters, at most 200; on AWS a value may be $.time, $.id, $.account or $.region of the scheduler's event, as the whole value; on Google Cloud a value may hold {firedAt}, {model}, {schedule} and {requestId}",
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

/** The coordinated schedules of a checked model: those that request a training. */
export function modelSchedules(model: string, config: SchedulesConfig | undefined, cloud: Cloud): Schedule[] {
  return ofMode("coordinated", config).map((schedule) => {
    const { name, timezone: timeZone, priority } = schedule;
    return { model, name, timing: timingOn(cloud, schedule), timeZone, priority };
  });
}

/** The direct schedules of a checked model: those that start the pipeline without the coordinator. */
export function directSchedules(model: string, config: SchedulesConfig | undefined, cloud: Cloud): PipelineSchedule[] {
  return ofMode("direct", config).map((schedule) => {
    const { name, timezone: timeZone, parameters = {} } = schedule;
    return { model, name, timing: timingOn(cloud, schedule), timeZone, parameters };
  });
}

/** What the functions must know of schedules to notice a missed fire. Rates are left out, as it is unknown when one is due. */
export function watchedSchedules(schedules: readonly Schedule[]): ScheduleSettings[] {
  return schedules.flatMap(({ name, timing, timeZone, priority }) =>
    isRate(timing) ? [] : [{ name, cron: cronText(timing), timeZone, priority }],
  );
}

/**
 * When a schedule fires; undefined unless exactly one of its keys `cron`, `every` and `rate` is there, and valid.
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

/** A timing as the scheduler of a cloud knows it: Cloud Scheduler has no rates, and goes by the clock alone. */
const CLOUD_TIMINGS: Readonly<Record<Cloud, (timing: Timing) => Timing | undefined>> = {
  aws: (timing) => timing,
  gcp: (timing) => (isRate(timing) ? evenCron(timing.everyMinutes) : timing),
};

function timingOn(cloud: Cloud, schedule: ScheduleConfig): Timing {
  const timing = readTiming(schedule);
  const ofCloud = timing && CLOUD_TIMINGS[cloud](timing);
  if (ofCloud !== undefined) return ofCloud;
  throw new Error(`schedule ${schedule.name} has no time of its cloud; expected a configuration that loadConfig checked`);
}

function isWholeMinutes(value: string): boolean {
  if (!durationSchema.safeParse(value).success) return false;
  const lengthMs = durationMs(value);
  return lengthMs >= MINUTE_MS && lengthMs <= LONGEST_RATE_MS && lengthMs % MINUTE_MS === 0;
}

/** The name under which Node.js knows a zone: the same name, the same in another case, or the zone that it is a link to. */
function knownZone(name: string): string | undefined {
  if (/^[+-]/.test(name)) return undefined;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}
