// The section `monitoring.capture` of a model in retrigger.yaml: a monitor of our own, on the requests that an endpoint captured.
import * as z from "zod";
import { CAPTURE_FORMATS, type CaptureFormat, type CaptureSettings } from "../../functions/core/capture/capture-settings";
import type { Cloud } from "../model-cloud";
import { boundedText, durationMs, durationSchema, durationWithin, text } from "./fields";

const HOUR_MS = 3_600_000;

const BUCKET = "(?:s3:\\/\\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]|gs:\\/\\/[a-z0-9][a-z0-9._-]{1,61}[a-z0-9])";
const LEVEL = "(?:\\*|(?:[\\w.=@+-]|\\{(?:yyyy|mm|dd|hh)\\}){1,256})";

/** What the captures of an hour are written below, `<DestinationS3Uri>/<endpoint>/<variant>/`, by data capture of SageMaker. */
const HOUR_FOLDERS = "{yyyy}/{mm}/{dd}/{hh}/";

/** What a cloud's URIs start with. */
export const CAPTURE_SCHEMES: Readonly<Record<Cloud, string>> = { aws: "s3://", gcp: "gs://" };

/** How a cloud's endpoints write captures. */
const OWN_FORMATS: Readonly<Record<Cloud, CaptureFormat>> = { aws: "sagemaker", gcp: "vertex" };

const locationSchema = text(
  new RegExp(`^(?=.{1,512}$)${BUCKET}(?:\\/${LEVEL})+\\/?$`),
  `expected a folder below its bucket, such as s3://acme-captures/flights/AllTraffic/${HOUR_FOLDERS}, at most 512 of A-Z, a-z, 0-9, ., _, =, @, +, -, the placeholders {yyyy}, {mm}, {dd} and {hh}, and * alone for any one folder`,
);

const baselineSchema = text(
  new RegExp(`^${BUCKET}\\/[\\w.=/@+-]{1,512}\\.json$`),
  "expected a file whose name ends with .json, such as s3://acme-flights/retrigger/baselines/flight-delay.json",
);

const namesSchema = z
  .array(boundedText(256, true))
  .refine((names) => new Set(names).size === names.length, { error: "expected names that differ; remove the repeated ones" })
  .default([]);

/** A monitor of our own. What depends on other sections is in capture-rules.ts. */
export const captureSchema = z.strictObject({
  location: locationSchema.describe(
    `Where requests are captured: s3://… or gs://… with {yyyy}, {mm}, {dd} and {hh} for the UTC time, * for any one folder; on AWS ${HOUR_FOLDERS} is added to a text without placeholders`,
  ),
  format: z
    .enum(CAPTURE_FORMATS, { error: `expected one of ${CAPTURE_FORMATS.join(", ")}` })
    .optional()
    .describe(
      "How they are written: sagemaker, the default on AWS; vertex, the default on Google Cloud; or rows, a JSON object of values a line",
    ),
  endpoint: text(
    /^[a-zA-Z0-9](?:-*[a-zA-Z0-9]){0,62}$/,
    "expected the name of a SageMaker endpoint: 1 to 63 of A-Z, a-z, 0-9 and -, with a letter or digit at both ends",
  )
    .optional()
    .describe("SageMaker endpoint whose data capture must be on; the log tells when it is not; on AWS alone"),
  columns: namesSchema.describe("Names of the values of a payload without names, CSV or a JSON array, in their order"),
  features: namesSchema.describe("Compared are these columns alone; all that are seen when left out"),
  categories: namesSchema.describe("Columns whose numbers are names, such as codes"),
  every: durationWithin("1h", "7d", "1d")
    .refine((value) => !durationSchema.safeParse(value).success || durationMs(value) % HOUR_MS === 0, {
      error: "expected whole hours, such as 6h",
    })
    .default("1d")
    .describe("Length of a window, whole hours from 1970-01-01 UTC on, 1h to 7d; each is compared with the baseline once"),
  delay: durationWithin("5m", "7d", "1h")
    .default("1h")
    .describe("How long after its end a window is read, as captures are written late; what comes later is not seen; 5m to 7d"),
  minimumRows: z.int().min(1).default(1000).describe("A window of fewer rows is not compared"),
  baseline: baselineSchema
    .optional()
    .describe(
      "File that windows are compared with; made of the first window with enough rows when there is none; <data.bucket>/retrigger/baselines/<model>.json when left out",
    ),
});

export type CaptureConfig = z.output<typeof captureSchema>;

/** Whose captures they are. */
export interface CaptureOwner {
  readonly model: string;
  /** Of the model's data. */
  readonly bucket: string;
  readonly cloud: Cloud;
}

/** What the functions must know of a model's captures. */
export function captureSettings(config: CaptureConfig, of: CaptureOwner): CaptureSettings {
  const { location, format = OWN_FORMATS[of.cloud], endpoint, columns, features, categories, every, delay, minimumRows } = config;
  return {
    location: hourLocation(location),
    format,
    ...(endpoint !== undefined && { endpoint }),
    columns,
    features,
    categories,
    periodMs: durationMs(every),
    delayMs: durationMs(delay),
    minimumRows,
    baseline: config.baseline ?? defaultBaseline(of),
  };
}

/** A checked location as the functions take it: with placeholders, and `/` at its end. */
export function hourLocation(location: string): string {
  const folder = location.endsWith("/") ? location : `${location}/`;
  return folder.startsWith(CAPTURE_SCHEMES.aws) && !folder.includes("{") ? `${folder}${HOUR_FOLDERS}` : folder;
}

/** Where a model's baseline is kept when its configuration names no file. */
export function defaultBaseline({ model, bucket, cloud }: CaptureOwner): string {
  return `${CAPTURE_SCHEMES[cloud]}${bucket}/retrigger/baselines/${model}.json`;
}
