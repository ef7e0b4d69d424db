import * as z from "zod";

const MS_PER_UNIT = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const PATTERN = /^(\d{1,6})(s|m|h|d)$/;
const EXPECTATION = "expected a whole number and a unit, such as 45s, 30m, 6h or 7d";

/** A length of time as a person writes it: a whole number and one unit, `45s`, `30m`, `6h` or `7d`. */
export const durationSchema = z.string({ error: EXPECTATION }).regex(PATTERN, { error: EXPECTATION });

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
