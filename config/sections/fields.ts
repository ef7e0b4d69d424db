// Types of values that several sections have: names, regions, addresses, durations and amounts.
import * as z from "zod";
import { nearestWord } from "../../functions/core/nearest-word";
import { didYouMean, quotedValue } from "../errors";
import { AWS_REGIONS, GCP_REGIONS } from "../regions";

/** What is expected, or what says it of the value that was got. */
type Expectation = string | ((issue: { readonly input?: unknown }) => string);

/** Text that matches a pattern; `expectation` is the message for anything else. */
export function text(pattern: RegExp, expectation: Expectation) {
  return z.string({ error: expectation }).regex(pattern, { error: expectation });
}

/**
 * What is expected of a parameter, whose value is text though it may look like a number. No value is proposed: of `1.10` or `010`
 * only a number is left.
 */
export function parameterExpectation({ input }: { readonly input?: unknown }): string {
  const isBare = typeof input === "number" || typeof input === "boolean";
  return isBare
    ? "expected text; put quotes around what is written here"
    : "expected text; write numbers, true and false in quotes";
}

/** Pattern of the address of a bucket of either cloud, to which what follows is added. */
export const BUCKET_PATTERN = "(?:s3:\\/\\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]|gs:\\/\\/[a-z0-9][a-z0-9._-]{1,61}[a-z0-9])";

/** Text with the address of something in a bucket; of a bucket whose name is wrong, the message says so. */
export function address(pattern: RegExp, expectation: string) {
  return z.string({ error: expectation }).regex(pattern, {
    error: ({ input }) => `${expectation}${typeof input === "string" ? bucketMistake(input) : ""}`,
  });
}

/** What is wrong with the bucket of an address; empty where nothing is, or it is no address of a bucket. */
function bucketMistake(uri: string): string {
  const [, scheme, bucket = ""] = /^(s3|gs):\/\/([^/]*)/.exec(uri) ?? [];
  if (scheme === undefined) return "";
  const schema = scheme === "s3" ? bucketNameSchema : gcsBucketNameSchema;
  if (schema.safeParse(bucket).success) return "";
  const allowed = `3 to 63 of a-z, 0-9, ${scheme === "s3" ? "- and ." : "-, _ and ."}, with a letter or digit at both ends`;
  return `; the bucket's name is wrong: got ${quotedValue(bucket)}, expected ${allowed}`;
}

/** Text of at most this many UTF-8 bytes; when `isNeeded`, not empty. */
export function boundedText(maxBytes: number, isNeeded: boolean) {
  const least = isNeeded ? z.string().min(1, { error: "expected at least one character" }) : z.string();
  return least.refine((value) => Buffer.byteLength(value) <= maxBytes, { error: `expected at most ${maxBytes} bytes` });
}

/** SHA-256 of a file. */
export const sha256Schema = text(/^[0-9a-f]{64}$/, "expected the SHA-256 of the file, 64 of 0-9 and a-f, as sha256sum prints it");

/** A mapping with these keys; `example` is what a person may write. */
export function part<Shape extends z.ZodRawShape>(shape: Shape, example: string) {
  return z.strictObject(shape, { error: `expected a mapping with ${Object.keys(shape).join(", ")}, such as ${example}` });
}

/** Name of an S3 bucket. */
export const bucketNameSchema = text(
  /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
  "expected the name of an S3 bucket alone, 3 to 63 of a-z, 0-9, - and ., without s3://, such as acme-flights",
);

/** Name of a Cloud Storage bucket. */
export const gcsBucketNameSchema = text(
  /^[a-z0-9][a-z0-9._-]{1,61}[a-z0-9]$/,
  "expected the name of a Cloud Storage bucket alone, 3 to 63 of a-z, 0-9, -, _ and ., without gs://, such as acme-clicks",
);

/** Name of an AWS region. */
export const regionSchema = text(
  /^[a-z]{2,4}(?:-[a-z]+)+-\d$/,
  regionExpectation("expected an AWS region, such as eu-central-1", AWS_REGIONS),
);

/** Name of a Google Cloud region. */
export const gcpRegionSchema = text(
  /^[a-z]+-[a-z]+\d{1,2}$/,
  regionExpectation("expected a Google Cloud region, such as europe-west4", GCP_REGIONS),
);

function regionExpectation(expectation: string, regions: readonly string[]): Expectation {
  return ({ input }) => {
    const nearest = typeof input === "string" ? nearestWord(input, regions) : undefined;
    return `${nearest === undefined ? "" : didYouMean(nearest)}${expectation}`;
  };
}

/** An e-mail address, without a display name. */
export const emailSchema = text(
  /^[\w.+-]{1,64}@[A-Za-z0-9.-]{1,180}\.[A-Za-z]{2,24}$/,
  "expected an e-mail address, such as ml-team@example.com",
);

const MS_PER_UNIT = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const PATTERN = /^(\d{1,6})(s|m|h|d)$/;
const EXPECTATION = "expected a whole number and a unit, such as 45s, 30m, 6h or 7d";

/** Amount and unit as people also write them: `1.5h`, `6 hours`, `2 weeks`. */
const SPOKEN = /^(\d{1,6}(?:\.\d{1,3})?) ?(?:(s|sec|secs|seconds?)|(m|min|mins|minutes?)|(h|hr|hrs|hours?)|(d|days?)|(w|weeks?))$/i;
const SPOKEN_MS = [MS_PER_UNIT.s, MS_PER_UNIT.m, MS_PER_UNIT.h, MS_PER_UNIT.d, 7 * MS_PER_UNIT.d];

/** What is expected of a duration, after what was probably meant by what was got. */
export function durationExpectation(expectation: string): Expectation {
  return ({ input }) => `${durationHint(input)}${expectation}`;
}

function durationHint(input: unknown): string {
  if (typeof input === "number" || (typeof input === "string" && /^\d{1,6}$/.test(input))) {
    return `it has no unit, such as the m of ${input}m; `;
  }
  const [, amount, ...units] = (typeof input === "string" ? SPOKEN.exec(input.trim()) : undefined) ?? [];
  const unitMs = SPOKEN_MS[units.findIndex((unit) => unit !== undefined)];
  if (amount === undefined || unitMs === undefined) return "";
  const ms = Number(amount) * unitMs;
  const fitting = (["d", "h", "m", "s"] as const).find((unit) => ms > 0 && ms % MS_PER_UNIT[unit] === 0);
  const meant = fitting === undefined ? "" : `${ms / MS_PER_UNIT[fitting]}${fitting}`;
  // A duration that is well written is wrong by its length.
  return meant === "" || PATTERN.test(String(input)) ? "" : didYouMean(meant);
}

/** A duration within these limits, both included. */
export function durationWithin(least: string, most: string, example: string) {
  const error = durationExpectation(`expected a whole number and a unit, ${least} to ${most}, such as ${example}`);
  return text(PATTERN, error).refine((value) => isWithin(value, least, most), { error });
}

/** A duration within these limits, both included, or `never`. */
export function durationOrNever(least: string, most: string, example: string) {
  const error = durationExpectation(`expected never, or a whole number and a unit, ${least} to ${most}, such as ${example}`);
  return text(/^(?:never|\d{1,6}[smhd])$/, error).refine((value) => isWithin(value, least, most), { error });
}

/** True too for what is no duration at all: the pattern of durations refuses that. */
function isWithin(value: string, least: string, most: string): boolean {
  if (!durationSchema.safeParse(value).success) return true;
  return durationMs(value) >= durationMs(least) && durationMs(value) <= durationMs(most);
}

/** An amount of money or a price in USD, 0 or more. */
export function usd(example: number) {
  const error = `expected a number of USD, 0 or more, such as ${example}`;
  return z.number({ error }).min(0, { error });
}

/** A length of time as a person writes it: a whole number and one unit, `45s`, `30m`, `6h` or `7d`. */
export const durationSchema = text(PATTERN, durationExpectation(EXPECTATION));

/**
 * Milliseconds of a duration that `durationSchema` accepted.
 * @throws RangeError when the text is not a duration
 */
export function durationMs(text: string): number {
  const [, amount, unit] = PATTERN.exec(text) ?? [];
  if (amount === undefined || unit === undefined) {
    throw new RangeError(`"${text}" is not a duration; write a whole number and a unit, such as 45s, 30m, 6h or 7d`);
  }
  return Number(amount) * MS_PER_UNIT[unit as keyof typeof MS_PER_UNIT];
}
