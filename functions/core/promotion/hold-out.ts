// The manifest of a hold-out, in either of two forms on either cloud: a ManifestFile of SageMaker, which tells no sizes, or JSON
// Lines of {"uri": …, "bytes": …}, whose bytes may be absent.
import * as z from "zod/mini";
import { amountSchema } from "../numbers";
import { type JsonLimits, jsonExcess } from "../outside-json";
import { quotedText } from "../plain-text";

/** An object of a hold-out, in the bucket of its model's data. */
export interface HoldOutObject {
  readonly key: string;
  /** Its size; absent where the manifest does not tell. */
  readonly bytes?: number;
}

/** A hold-out as its manifest lists it. */
export interface HoldOut {
  /** Of the manifest's bytes, in hexadecimal digits. */
  readonly digest: string;
  readonly objects: readonly HoldOutObject[];
}

/** A hold-out, or why there is none to use, and what to do. */
export type HoldOutReading =
  | { readonly holdOut: HoldOut; readonly why?: undefined }
  | { readonly why: string; readonly holdOut?: undefined };

/** Every start reads all of them, beside its new data: so many take some 80 MB of a function that has 256. */
export const MAX_HOLD_OUT_OBJECTS = 50_000;

/** A list of texts behind one prefix. */
const FILE_LIMITS: JsonLimits = { values: 2_000_000, containers: 2, depth: 2 };
/** Of a line, which is an object of one text and one number. */
const LINE_LIMITS: JsonLimits = { values: 100, containers: 10, depth: 4 };

/** https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_S3DataSource.html */
const fileSchema = z.tuple([z.object({ prefix: z.string() })], z.string());
const lineSchema = z.object({ uri: z.string(), bytes: z.exactOptional(amountSchema) });

/**
 * The objects that a hold-out's manifest lists.
 * @param uri of the manifest, for errors
 * @param start what the address of every object begins with, such as `s3://lake/`: a run reads one bucket
 * @throws Error that says what is wrong with the manifest
 */
export function parseHoldOut(uri: string, start: string, text: string): HoldOutObject[] {
  return text.trimStart().startsWith("[") ? objectsOfFile(uri, start, text) : objectsOfLines(uri, start, text);
}

function objectsOfFile(uri: string, start: string, text: string): HoldOutObject[] {
  const parsed = boundedJson(text, FILE_LIMITS);
  // Stops at the first mistake, where parsing would complain of each.
  if (!z.validate(fileSchema, parsed)) throw new Error(`${uri} is not a SageMaker ManifestFile; correct the hold-out's manifest`);
  const [{ prefix }, ...names] = parsed;
  if (names.length > MAX_HOLD_OUT_OBJECTS) throw new Error(tooMany(uri));
  return names.map((name) => ({ key: keyOf(uri, start, `${prefix}${name}`) }));
}

function objectsOfLines(uri: string, start: string, text: string): HoldOutObject[] {
  const objects: HoldOutObject[] = [];
  for (let [from, line] = [0, 1]; from < text.length; line++) {
    const feed = text.indexOf("\n", from);
    const end = feed === -1 ? text.length : feed;
    const content = text.slice(from, end).trim();
    if (content !== "") {
      const parsed = z.safeParse(lineSchema, boundedJson(content, LINE_LIMITS));
      if (!parsed.success) {
        throw new Error(`line ${line} of ${uri} is not {"uri":"${start}…","bytes":…}; correct the hold-out's manifest`);
      }
      if (objects.length === MAX_HOLD_OUT_OBJECTS) throw new Error(tooMany(uri));
      const { uri: address, ...rest } = parsed.data;
      objects.push({ key: keyOf(uri, start, address), ...rest });
    }
    from = end + 1;
  }
  return objects;
}

function tooMany(uri: string): string {
  return `${uri} lists more than ${MAX_HOLD_OUT_OBJECTS} objects; list so many of them, or put them into fewer objects`;
}

function keyOf(uri: string, start: string, address: string): string {
  if (address.startsWith(start) && address.length > start.length) return address.slice(start.length);
  throw new Error(`${uri} lists ${quotedText(address)}, expected ${start}…: copy the hold-out into the bucket of the model's data`);
}

function boundedJson(text: string, limits: JsonLimits): unknown {
  if (jsonExcess(text, limits) !== undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON, so not a manifest either: the caller's error says which.
    return undefined;
  }
}
