import * as z from "zod/mini";
import { amountSchema } from "../numbers";
import { SEASON_SETTINGS } from "./season";

/** How captured requests are written: data capture of SageMaker, request logs of Vertex AI, or a JSON object of values a line. */
export const CAPTURE_FORMATS = ["sagemaker", "vertex", "rows"] as const;

/** The capture monitor, as its reports name it. */
export const CAPTURE_MONITOR = "retrigger";

/** What windows are compared with: a baseline that never changes, or one that is made anew of the windows after each training. */
export const REFERENCES = ["fixed", "last-training"] as const;

/** The part of a model's settings that the capture monitor works by: where requests are captured, and what of them is compared. */
export const captureSettingsSchema = z.object({
  /**
   * Folder of an hour's captured requests, `s3://…/` or `gs://…/`, in which `{yyyy}`, `{mm}`, `{dd}` and `{hh}` stand for the UTC
   * hour, and `*` for any text of the one folder level that it is in; ends with `/`.
   */
  location: z.string().check(z.minLength(1)),
  format: z.enum(CAPTURE_FORMATS),
  /** Endpoint of SageMaker whose data capture must be on; on AWS alone. */
  endpoint: z.exactOptional(z.string().check(z.minLength(1))),
  /** Names of the values of a payload without names (CSV, JSON arrays), in their order. */
  columns: z.array(z.string()),
  /** Compared are these alone; all that are seen when empty. */
  features: z.array(z.string()),
  /** Whose numbers are names, such as codes. */
  categories: z.array(z.string()),
  /** Length of a window; whole hours, and midnight UTC of 1970-01-01 begins one. */
  periodMs: amountSchema,
  /** How long after its end a window is read: captures are written late. */
  delayMs: amountSchema,
  /** A window of fewer rows is not compared. */
  minimumRows: amountSchema,
  /** File of the baseline, `s3://…` or `gs://…`; the first windows with enough rows are written there when there is none yet. */
  baseline: z.string().check(z.minLength(1)),
  /** Whether a baseline stands for ever, or each training is followed by a new one. @default "fixed" */
  reference: z.exactOptional(z.enum(REFERENCES)),
  /** Length of the span that a baseline is made of, whole windows. @default - seven windows, at least a day and at most 28 */
  baselineSpanMs: z.exactOptional(amountSchema),
  /** Whether windows are compared with those of the same hour, or day, where a feature follows these. @default "auto" */
  season: z.exactOptional(z.enum(SEASON_SETTINGS)),
  /** Column that tells whose a row is, such as a user: of each unit the first row in a window counts. @default - all rows count */
  unit: z.exactOptional(z.string().check(z.minLength(1))),
});

export type CaptureFormat = (typeof CAPTURE_FORMATS)[number];
export type CaptureSettings = z.infer<typeof captureSettingsSchema>;
