// The section `schedule` of a model in retrigger.yaml: one mapping, or a list of them.
import * as z from "zod";
import { cronExpression, readCron } from "../functions/core/schedules/cron-expression";
import { SCHEDULE_PRIORITY, type Schedule, scheduleNameSchema } from "../functions/core/schedules/scheduled-request";

/** Name of a schedule that is given none; only one of a model can have it. */
export const DEFAULT_SCHEDULE_NAME = "schedule";

const CRON_EXPECTATION = "expected a cron expression of five fields, such as 30 2 * * MON-FRI";
const ZONE_EXPECTATION = "expected the name of a time zone in the IANA database, such as UTC or Europe/Berlin";

/** All that is wrong with an expression is told at once. */
const cronSchema = z.string({ error: CRON_EXPECTATION }).superRefine((text, context) => {
  const read = readCron(text);
  for (const message of read.isValid ? [] : read.mistakes) context.addIssue({ code: "custom", message, input: text });
});

/** Both clouds take IANA names; Node.js also takes offsets, and any case. */
const timeZoneSchema = z.string({ error: ZONE_EXPECTATION }).superRefine((name, context) => {
  const known = knownZone(name);
  const spelling = known !== undefined && known !== name && known.toLowerCase() === name.toLowerCase();
  const message = spelling ? `expected ${known}, in this case of letters` : ZONE_EXPECTATION;
  if (known === undefined || spelling) context.addIssue({ code: "custom", message, input: name });
});

/** One schedule of a model. */
export const scheduleSchema = z.strictObject({
  cron: cronSchema.describe(
    "When a training is asked for: minute hour day-of-month month day-of-week, as 30 2 * * MON-FRI, or @daily; on AWS one of the two fields of days is *",
  ),
  timezone: timeZoneSchema
    .default("UTC")
    .describe(
      "Whose clock that goes by, an IANA name such as Europe/Berlin; summer time leaves out an hour in spring and repeats one in autumn, UTC does not",
    ),
  name: z
    ._default(scheduleNameSchema, DEFAULT_SCHEDULE_NAME)
    .describe("Tells the schedules of a model apart, in request ids and resource names; 1 to 40 of a-z, 0-9 and -"),
  priority: z.int().min(1).max(5).default(SCHEDULE_PRIORITY).describe("Of its requests: 1, the highest, to 5"),
});

/** One schedule or a list of them. */
export const schedulesSchema = z.union(
  [
    scheduleSchema,
    z.array(scheduleSchema).min(1, { error: "expected at least one schedule; leave the key out when there is none" }),
  ],
  { error: "expected a mapping with cron, or a list of such mappings" },
);

type ScheduleConfig = z.output<typeof schedulesSchema>;

/** The schedules of a configured model, whose expressions were checked. */
export function modelSchedules(model: string, config: ScheduleConfig | undefined): Schedule[] {
  return [config ?? []].flat().map(({ cron, timezone, name, priority }) => ({
    model,
    name,
    cron: cronExpression(cron),
    timeZone: timezone,
    priority,
  }));
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
