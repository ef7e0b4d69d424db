// The section `monitoring.capture` of a model: Retrigger's own monitor, which compares captured requests of an endpoint with a
// baseline.
import * as z from "zod";
import {
  CAPTURE_FORMATS,
  type CaptureFormat,
  type CaptureSettings,
  REFERENCES,
} from "../../functions/core/capture/capture-settings";
import { SEASON_SETTINGS } from "../../functions/core/capture/season";
import { BASELINE_FOLDER } from "../../functions/core/object-uri";
import { quotedValue } from "../errors";
import { ALL_CLOUDS, CLOUDS, type Cloud, cloudOfUri, type OneCloudKey } from "../model-cloud";
import { address, BUCKET_PATTERN, boundedText, durationMs, durationSchema, durationWithin, text } from "./fields";

const HOUR_MS = 3_600_000;

const LEVEL = "(?:\\*|(?:[\\w.=@+-]|\\{(?:yyyy|mm|dd|hh)\\}){1,256})";

/** The folders of an hour, in which data capture of SageMaker writes below `<DestinationS3Uri>/<endpoint>/<variant>/`. */
const HOUR_FOLDERS = "{yyyy}/{mm}/{dd}/{hh}/";

/** The format that the endpoints of a cloud write; the other formats suit every cloud. */
const CLOUD_FORMATS: Readonly<Record<Cloud, CaptureFormat>> = { aws: "sagemaker", gcp: "vertex" };

const locationSchema = address(
  new RegExp(`^(?=.{1,512}$)${BUCKET_PATTERN}(?:\\/${LEVEL})+\\/?$`),
  `expected a folder below its bucket, such as s3://acme-captures/flights/AllTraffic/${HOUR_FOLDERS}, at most 512 of A-Z, a-z, 0-9, ., _, =, @, +, -, the placeholders {yyyy}, {mm}, {dd} and {hh}, and * alone for any one folder`,
);

const baselineSchema = address(
  new RegExp(`^${BUCKET_PATTERN}\\/[\\w.=/@+-]{1,512}\\.json$`),
  "expected a file whose name ends with .json, such as s3://acme-flights/retrigger/baselines/flight-delay.json",
);

const namesSchema = z
  .array(boundedText(256, true))
  .refine((names) => new Set(names).size === names.length, { error: "expected names that differ; remove the repeated ones" })
  .default([]);

/** Retrigger's own monitor. What depends on other sections is checked in checks/monitoring.ts. */
export const captureSchema = z.strictObject({
  location: locationSchema.describe(
    `Folder of the captured requests, s3://… or gs://…, with {yyyy}, {mm}, {dd} and {hh} for the UTC time and * for any one folder; on AWS ${HOUR_FOLDERS} is added if there is no placeholder`,
  ),
  format: z
    .enum(CAPTURE_FORMATS, { error: `expected one of ${CAPTURE_FORMATS.join(", ")}` })
    .optional()
    .describe(
      "Format of the captures: sagemaker (default on AWS), vertex (default on Google Cloud), or rows, one JSON object of values per line",
    ),
  endpoint: text(
    /^[a-zA-Z0-9](?:-*[a-zA-Z0-9]){0,62}$/,
    "expected the name of a SageMaker endpoint: 1 to 63 of A-Z, a-z, 0-9 and -, with a letter or digit at both ends",
  )
    .optional()
    .describe("Name of the SageMaker endpoint; the log warns when its data capture is off; AWS only"),
  columns: namesSchema.describe(
    "Column names, in order, of payloads that have none, such as CSV or JSON arrays; each 1 to 256 bytes",
  ),
  features: namesSchema.describe("Columns to compare; all columns by default; each 1 to 256 bytes"),
  categories: namesSchema.describe("Columns whose numbers are categories, such as codes; each 1 to 256 bytes"),
  every: durationWithin("1h", "7d", "1d")
    .refine((value) => !durationSchema.safeParse(value).success || durationMs(value) % HOUR_MS === 0, {
      error: "expected whole hours, such as 6h",
    })
    .default("1d")
    .describe("Length of a window, compared with the baseline once, in whole hours counted from 1970-01-01 UTC; 1h to 7d"),
  delay: durationWithin("5m", "7d", "1h")
    .default("1h")
    .describe("Time from the end of a window until it is read; captures that are written later than that are not seen; 5m to 7d"),
  unit: boundedText(256, true)
    .optional()
    .describe(
      "Column that tells whose a row is, such as a user or a session; of each unit only the first row of a window counts, since its rows depend on each other; not compared itself; all rows count by default",
    ),
  season: z
    .enum(SEASON_SETTINGS, { error: `expected one of ${SEASON_SETTINGS.join(", ")}` })
    .default("auto")
    .describe(
      "What a feature that follows the calendar is compared with: windows of the same hour of the day (day, with windows shorter than 1d), or of the same day, or hour, of the week (week, with windows of up to 1d); auto finds out for each feature; none compares with all windows",
    ),
  minimumRows: z.int().min(1).default(1000).describe("Fewest rows of a window that is compared; 1 or more"),
  baseline: baselineSchema
    .optional()
    .describe(
      "File of the baseline, s3://… or gs://…, .json; Retrigger makes it of the first windows with enough rows if it does not exist; <data.bucket>/retrigger/baselines/<model>.json by default",
    ),
  reference: z
    .enum(REFERENCES, { error: `expected one of ${REFERENCES.join(", ")}` })
    .default("fixed")
    .describe(
      "What windows are compared with: fixed, a baseline that never changes; last-training, one that is made anew of the first windows after the start of each successful training, and nothing is compared until its span is over",
    ),
  baselineSpan: durationWithin("1h", "28d", "7d")
    .optional()
    .describe(
      "Length of the time that a baseline is made of, in whole windows; nothing is compared before its end; 7 windows by default, but at least 1d and at most 28d; a daily cycle takes 3d, a weekly one 14d or more; 1h to 28d",
    ),
});

export type CaptureConfig = z.output<typeof captureSchema>;

function uriKey(key: "location" | "baseline"): OneCloudKey {
  return {
    path: ["monitoring", "capture", key],
    cloudOf: cloudOfUri,
    message: (uri, { on }) =>
      `got ${quotedValue(uri)} for a pipeline on ${CLOUDS[on].name}; expected ${CLOUDS[on].scheme}…; name a bucket of the model's cloud`,
  };
}

/** Keys, and values of keys, of `monitoring.capture` that belong to one cloud. */
export const CAPTURE_CLOUD_KEYS: readonly OneCloudKey[] = [
  uriKey("location"),
  uriKey("baseline"),
  {
    path: ["monitoring", "capture", "endpoint"],
    cloudOf: () => "aws",
    message: (endpoint, { on, of }) =>
      `got ${quotedValue(endpoint)}, an endpoint of SageMaker, for a pipeline on ${CLOUDS[on].name}; expected endpoint with pipeline.${CLOUDS[of].pipelineKey} alone; remove it`,
  },
  {
    path: ["monitoring", "capture", "format"],
    cloudOf: (format) => ALL_CLOUDS.find((cloud) => CLOUD_FORMATS[cloud] === format),
    message: (format, { on, of }) =>
      `got ${quotedValue(format)}, which ${CLOUDS[of].name} writes, for a pipeline on ${CLOUDS[on].name}; expected rows, or none, for what its endpoints write; correct it`,
  },
];

/** Whose captures they are. */
export interface CaptureOwner {
  readonly model: string;
  /** Of the model's data. */
  readonly bucket: string;
  readonly cloud: Cloud;
}

/** What the functions must know of a model's captures: durations in milliseconds, defaults of its cloud filled in. */
export function captureSettings(config: CaptureConfig, of: CaptureOwner): CaptureSettings {
  const { location, format = CLOUD_FORMATS[of.cloud], endpoint, columns, features, categories, every, delay } = config;
  const { minimumRows, season, reference, unit, baselineSpan } = config;
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
    season,
    reference,
    ...(unit !== undefined && { unit }),
    ...(baselineSpan !== undefined && { baselineSpanMs: durationMs(baselineSpan) }),
    baseline: config.baseline ?? defaultBaseline(of),
  };
}

/** A checked location as the functions take it: with the folders of an hour, and `/` at its end. */
export function hourLocation(location: string): string {
  const folder = location.endsWith("/") ? location : `${location}/`;
  return folder.startsWith(CLOUDS.aws.scheme) && !folder.includes("{") ? `${folder}${HOUR_FOLDERS}` : folder;
}

/** Where a model's baseline is kept when its configuration names no file. */
export function defaultBaseline({ model, bucket, cloud }: CaptureOwner): string {
  return `${CLOUDS[cloud].scheme}${bucket}/${BASELINE_FOLDER}${model}.json`;
}
