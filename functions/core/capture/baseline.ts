import * as z from "zod/mini";
import { histogramSchema, MAX_BINS } from "../drift/distribution";
import { DRIFT_KINDS, MAX_FEATURES, reportProblems } from "../drift/drift-report";
import { MAX_DOCUMENT_CHARS } from "../drift/sources/drift-document";
import { PoisonMessageError } from "../errors";
import { modelNameSchema } from "../model-settings";
import { amountSchema, timeSchema } from "../numbers";
import { readList } from "../outside-json";
import { parsedJson } from "./lines/payload-rows";

/** Longest name of a column that is compared, so that it still fits a report with what is added to it. */
export const LONGEST_COLUMN = 240;

/** How far ahead of the clock a window may end: clocks differ. */
const FUTURE_TOLERANCE_MS = 3_600_000;

const columnSchema = {
  name: z.string().check(z.minLength(1), z.maxLength(LONGEST_COLUMN)),
  kind: z.enum(DRIFT_KINDS),
  /** Rows with a value; the others lack it. */
  present: amountSchema,
};

const featureSchema = z.discriminatedUnion("type", [
  z.object({ ...columnSchema, type: z.literal("numbers"), histogram: histogramSchema }),
  z.object({
    ...columnSchema,
    type: z.literal("categories"),
    /** Numbers count as names. */
    isCode: z.boolean(),
    /** What these leave of `present` had other names. */
    counts: z.array(z.tuple([z.string().check(z.maxLength(256)), amountSchema])).check(
      z.maxLength(MAX_BINS - 1),
      z.refine((counts) => new Set(counts.map(([name]) => name)).size === counts.length),
    ),
  }),
  z.object({ ...columnSchema, type: z.literal("empty") }),
]);

/** What windows are compared with, and never changes: how the values of each feature were spread once. */
const baselineSchema = z.object({
  version: z.literal(1),
  model: modelNameSchema,
  /** The window that it was made of; windows up to it are not compared. */
  window: z.exactOptional(z.object({ start: timeSchema, end: timeSchema })),
  rows: amountSchema,
  /** Read one after the other. */
  features: z.array(z.unknown()).check(z.minLength(1), z.maxLength(MAX_FEATURES)),
});

export type BaselineFeature = z.infer<typeof featureSchema>;
export type Baseline = Omit<z.infer<typeof baselineSchema>, "features"> & { readonly features: BaselineFeature[] };

/**
 * The baseline that a file's text is, at `now` (epoch milliseconds).
 * @throws PoisonMessageError when it is none, another model's, or of a window to come, before whose end nothing would be compared
 */
export function parseBaseline(text: string, uri: string, model: string, now: number): Baseline {
  const cure = `set baseline to another file, or delete this one: the next window with enough rows is then written there`;
  if (text.length > MAX_DOCUMENT_CHARS) {
    throw new PoisonMessageError(
      `got a baseline of ${text.length} characters at ${uri}, expected at most ${MAX_DOCUMENT_CHARS}; ${cure}`,
    );
  }
  const document = parsedDocument(text, uri, cure);
  const parsed = baselineSchema.safeParse(document);
  const { data: features, issues } = parsed.success
    ? readList(featureSchema, parsed.data.features, ["features"])
    : { data: undefined, issues: parsed.error.issues };
  if (!parsed.success || features === undefined) {
    throw new PoisonMessageError(`not a baseline: ${uri}: ${reportProblems(document, issues ?? [])}; ${cure}`);
  }
  if (parsed.data.model !== model) {
    throw new PoisonMessageError(`got the baseline of model ${parsed.data.model} at ${uri}, expected one of ${model}; ${cure}`);
  }
  const end = parsed.data.window?.end ?? 0;
  if (end > now + FUTURE_TOLERANCE_MS) {
    throw new PoisonMessageError(
      `got a baseline whose window ends at ${end} at ${uri}, expected one that has ended by ${now}; ${cure}`,
    );
  }
  return { ...parsed.data, features };
}

function parsedDocument(text: string, uri: string, cure: string): unknown {
  try {
    return parsedJson(text);
  } catch (cause) {
    throw new PoisonMessageError(`not a baseline: ${uri} is not JSON, or cut short; ${cure}`, { cause });
  }
}
