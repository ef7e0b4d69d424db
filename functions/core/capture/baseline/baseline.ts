import * as z from "zod/mini";
import { LARGEST_EFFECT } from "../../drift/distributions/calm-floor";
import { MAX_FEATURES, reportProblems } from "../../drift/drift-report";
import { MAX_DOCUMENT_CHARS } from "../../drift/sources/drift-document";
import { PoisonMessageError } from "../../errors";
import { modelNameSchema } from "../../model-settings";
import { ordinalSchema, timeSchema } from "../../numbers";
import { readList } from "../../outside-json";
import { parsedJson } from "../lines/payload-rows";
import { type BaselineFeature, baselineFeatureSchema, rowsSchema } from "./baseline-feature";
import { featureOfVersion1Schema, fromVersion1 } from "./baseline-version-1";

/** How far ahead of the clock a window may end: clocks differ. */
const FUTURE_TOLERANCE_MS = 3_600_000;

/** What windows are compared with, and never changes: how the values of each feature were spread once. */
const baselineSchema = z.object({
  version: z.union([z.literal(1), z.literal(2)]),
  model: modelNameSchema,
  /** The time that it was made of; windows up to its end are not compared. */
  window: z.exactOptional(z.object({ start: timeSchema, end: timeSchema })),
  rows: rowsSchema,
  /** Length of its slices, which are windows. */
  periodMs: z.exactOptional(ordinalSchema),
  slices: z._default(ordinalSchema, 1),
  designEffect: z._default(z.number().check(z.minimum(1), z.maximum(LARGEST_EFFECT)), 1),
  /** Read one after the other. */
  features: z.array(z.unknown()).check(z.minLength(1), z.maxLength(MAX_FEATURES)),
});

export type Baseline = Omit<z.infer<typeof baselineSchema>, "features"> & { readonly features: BaselineFeature[] };

/**
 * The baseline that a file's text is, at `now` (epoch milliseconds); one of an earlier version as this one counts.
 * @throws PoisonMessageError when it is none, another model's, or of a window to come, before whose end nothing would be compared
 */
export function parseBaseline(text: string, uri: string, model: string, now: number): Baseline {
  const cure = `set baseline to another file, or delete this one: the next windows with enough rows are then written there`;
  if (text.length > MAX_DOCUMENT_CHARS) {
    throw new PoisonMessageError(
      `got a baseline of ${text.length} characters at ${uri}, expected at most ${MAX_DOCUMENT_CHARS}; ${cure}`,
    );
  }
  const document = parsedDocument(text, uri, cure);
  const parsed = baselineSchema.safeParse(document);
  const { data: features, issues } = parsed.success ? readFeatures(parsed.data) : { data: undefined, issues: parsed.error.issues };
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

function readFeatures({ version, features }: z.infer<typeof baselineSchema>) {
  if (version === 2) return readList(baselineFeatureSchema, features, ["features"]);
  const { data, issues } = readList(featureOfVersion1Schema, features, ["features"]);
  return { data: data?.map(fromVersion1), issues };
}

function parsedDocument(text: string, uri: string, cure: string): unknown {
  try {
    return parsedJson(text);
  } catch (cause) {
    throw new PoisonMessageError(`not a baseline: ${uri} is not JSON, or cut short; ${cure}`, { cause });
  }
}
