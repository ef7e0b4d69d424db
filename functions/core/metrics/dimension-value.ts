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
