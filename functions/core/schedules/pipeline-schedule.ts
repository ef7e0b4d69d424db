import * as z from "zod/mini";
import { unknownPlaceholders } from "../coordination/render-parameters";
import { PoisonMessageError } from "../errors";
import { modelNameSchema, type PipelineSettings, pipelineSettingsSchema } from "../model-settings";
import { directRequestId } from "../request-ids";
import type { TrainingRequest } from "../training-request";
import { cronText } from "./cron-dialects";
import { fireOf, isFireTime, isTimeZone } from "./last-fire";
import { SCHEDULE_PRIORITY, scheduleNameSchema } from "./schedule-settings";
import { cronExpression, isRate, readCron, type Timing } from "./timing";

/** When a cloud's own scheduler starts a model's pipeline by itself: nobody decides, so no budget, limit or cooldown holds. */
export interface PipelineSchedule {
  readonly model: string;
  /** Tells the schedules of a model apart. */
  readonly name: string;
  readonly timing: Timing;
  /** Whose clock it goes by: a name of the IANA database, such as `Europe/Berlin`. */
  readonly timeZone: string;
  /** What the pipeline is started with. */
  readonly parameters: Readonly<Record<string, string>>;
}

/** What a direct schedule asks for when it fires. */
export interface Launch {
  /** It is never decided on: it names the run, and says why there is one. */
  readonly request: TrainingRequest;
  /** With every parameter filled in. */
  readonly pipeline: PipelineSettings;
}

const SOURCE = "retrigger.direct";

/** A fire that is sent again within this time is the same one; later, somebody made the job run. */
const REPEATED_WITHIN_MS = 15 * 60_000;

/** What a parameter's value may refer to, written `{name}`, where a function starts the pipeline. */
export const LAUNCH_PLACEHOLDERS = {
  model: ({ model }: TrainingRequest) => model,
  schedule: ({ causes }: TrainingRequest) => causes.flatMap((cause) => (cause.type === "schedule" ? cause.name : [])).join("+"),
  requestId: ({ id }: TrainingRequest) => id,
  /** ISO 8601, UTC, whole minutes. */
  firedAt: ({ requestedAt }: TrainingRequest) => new Date(requestedAt).toISOString().replace(".000", ""),
} as const;

const PLACEHOLDER = /\{([A-Za-z]+)\}/g;

const launchSchema = z.object({
  source: z.literal(SOURCE),
  model: modelNameSchema,
  schedule: scheduleNameSchema,
  cron: z.string().check(z.refine((text) => readCron(text).isValid, { error: "expected a cron expression" })),
  timeZone: z.string().check(z.refine(isTimeZone, { error: "expected the name of a time zone" })),
  pipeline: pipelineSettingsSchema,
  /** When it was published first, ISO 8601: of a message that is published again. */
  firedAt: z.exactOptional(z.iso.datetime({ offset: true })),
});

/** The placeholders of a text that `LAUNCH_PLACEHOLDERS` does not have. */
export function unknownLaunchPlaceholders(text: string): string[] {
  return unknownPlaceholders(text, LAUNCH_PLACEHOLDERS);
}

/**
 * The message that a cloud's scheduler must be told to send, with all that is needed to start the pipeline.
 * @throws RangeError for a rate, which is no time of a clock
 */
export function launchMessage({ model, name, timing, timeZone, parameters }: PipelineSchedule, pipeline: PipelineSettings): string {
  if (isRate(timing)) throw new RangeError(`schedule ${name} of model ${model} has a rate; expected a cron expression`);
  const what = { ...pipeline, parameters };
  return JSON.stringify({ source: SOURCE, model, schedule: name, cron: cronText(timing), timeZone, pipeline: what });
}

/**
 * What such a message asks for. Its request id holds the minute that the schedule fired for, so that every delivery of one fire
 * starts one run.
 * @param publishedAt epoch milliseconds
 * @throws PoisonMessageError when it is no such message
 */
export function parseLaunch(message: unknown, publishedAt: number): Launch {
  const parsed = launchSchema.safeParse(message);
  if (!parsed.success) throw new PoisonMessageError(`not the message of a direct schedule: ${z.prettifyError(parsed.error)}`);
  const { model, schedule: name, cron, timeZone, pipeline, firedAt: text } = parsed.data;
  const sentAt = text === undefined ? publishedAt : Date.parse(text);
  const firedAt = isFireTime(sentAt) ? fireOf(cronExpression(cron), timeZone, sentAt, REPEATED_WITHIN_MS) : sentAt;
  if (!isFireTime(firedAt)) {
    throw new PoisonMessageError(
      "not the message of a direct schedule: got no time from 1970 to 9999, in firedAt or from the topic",
    );
  }
  const request: TrainingRequest = {
    id: directRequestId(model, name, firedAt),
    model,
    causes: [{ type: "schedule", name, firedAt }],
    priority: SCHEDULE_PRIORITY,
    manifests: [],
    requestedAt: firedAt,
  };
  return { request, pipeline: { ...pipeline, parameters: filled(pipeline.parameters, request) } };
}

function filled(parameters: Readonly<Record<string, string>>, request: TrainingRequest): Record<string, string> {
  const fill = (text: string) =>
    text.replace(PLACEHOLDER, (whole, name: string) =>
      Object.hasOwn(LAUNCH_PLACEHOLDERS, name) ? LAUNCH_PLACEHOLDERS[name as keyof typeof LAUNCH_PLACEHOLDERS](request) : whole,
    );
  return Object.fromEntries(Object.entries(parameters).map(([name, value]) => [name, fill(value)]));
}
