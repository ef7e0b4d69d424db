/** ISO 8601 with or without an offset, which CloudWatch writes without its colon; pandas may put a space before the time. */
const ISO = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(?:Z|([+-]\d{2}):?(\d{2}))?$/;

/** Epoch seconds are smaller until the year 5138, epoch milliseconds larger since 1973. */
const LEAST_MS = 1e11;

/**
 * Epoch milliseconds of a time as monitors and clouds write it: a Date, an ISO 8601 text, which is UTC where it names no offset,
 * or epoch seconds or milliseconds, told apart by their size. Undefined for anything else, and for times before 1970.
 */
export function momentOf(value: unknown): number | undefined {
  const ms = value instanceof Date ? value.getTime() : typeof value === "number" ? fromNumber(value) : fromText(value);
  return ms >= 0 && Number.isFinite(ms) ? Math.floor(ms) : undefined;
}

function fromNumber(value: number): number {
  return value < LEAST_MS ? value * 1000 : value;
}

function fromText(value: unknown): number {
  const [, day, time, hours, minutes] = (typeof value === "string" && ISO.exec(value.trim())) || [];
  if (day === undefined) return Number.NaN;
  return Date.parse(`${day}T${time}${hours === undefined ? "Z" : `${hours}:${minutes}`}`);
}
