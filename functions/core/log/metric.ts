/**
 * Units that CloudWatch knows; it has none for money and for shares, whose metrics have `None` and say it in their names.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html
 */
export type MetricUnit = "Count" | "Seconds" | "Milliseconds" | "None";

/**
 * A metric as a view of the log: which entries it is taken from, and which of their fields. The log is the truth, so that an entry
 * which is written twice counts twice.
 */
export interface Metric {
  /** PascalCase, unique. */
  readonly name: string;
  readonly unit: MetricUnit;
  /** `count`: summed over time. `gauge`: as it is now, the newest or the worst tells. `distribution`: one value of each thing that happened. */
  readonly kind: "count" | "gauge" | "distribution";
  /** `event` of the entries that it is taken from. */
  readonly event: string;
  /** Field of the entry that holds its number; an entry without a finite one tells nothing. @default - each entry counts 1 */
  readonly value?: string;
  /** Fields of the entry that tell its series apart, each a text with few values; an entry without one of them tells nothing. */
  readonly dimensions: readonly string[];
  /** What it tells, in one line. */
  readonly description: string;
}

/** Longest value of a dimension in characters; CloudWatch takes 1,024: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_Dimension.html */
export const MAX_DIMENSION_CHARS = 100;

/**
 * A text as the value of a dimension, which CloudWatch wants of printable ASCII and with something to see; what is not is
 * percent-encoded, so that names in any language stay apart. Undefined for what is no text or an empty one.
 */
export function dimensionValue(value: unknown): string | undefined {
  if (typeof value !== "string") return undefined;
  const encoded = [...value.slice(0, MAX_DIMENSION_CHARS).toWellFormed().trim()].map(printable).join("");
  const text = encoded.slice(0, MAX_DIMENSION_CHARS).trimEnd();
  return text === "" ? undefined : text;
}

function printable(character: string): string {
  return /[ -~]/.test(character) ? character : encodeURIComponent(character);
}
