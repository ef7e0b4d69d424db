import * as z from "zod/mini";

/** How many, how many bytes, how many milliseconds. */
export const amountSchema = z.int().check(z.nonnegative());

/** A number that counts from 1, such as a generation. */
export const ordinalSchema = z.int().check(z.positive());

/** The last moment that a JavaScript date can name. */
export const LAST_MOMENT_MS = 8.64e15;

/** Epoch milliseconds. */
export const timeSchema = z.int().check(z.nonnegative(), z.maximum(LAST_MOMENT_MS));

const MOMENT = "expected epoch milliseconds or an ISO 8601 time with its offset, such as 2026-11-01T02:00:00Z";

/**
 * A time as others write it, epoch milliseconds or ISO 8601 with its offset; read as epoch milliseconds. A local time names no
 * moment, and is refused.
 */
export const momentSchema = z.pipe(
  z.union([z.number(), z.iso.datetime({ offset: true, error: MOMENT })], { error: MOMENT }),
  z.pipe(
    z.transform((time: number | string) => (typeof time === "number" ? time : Date.parse(time))),
    timeSchema,
  ),
);

/** A time from 1970 on as ISO 8601 writes it, with its offset. */
export const timeTextSchema = z.iso
  .datetime({ offset: true })
  .check(z.refine((text) => Date.parse(text) >= 0, { error: "expected a time from 1970 on" }));

/** Clocks of machines differ by less than this, milliseconds: what was written further ahead, a wrong clock wrote. */
export const CLOCK_TOLERANCE_MS = 3_600_000;

const MICROS_PER_USD = 1e6;

/**
 * An amount of money as a whole number of micro-dollars, in which all sums and comparisons are made: three times 0.10 USD is
 * 0.30 USD then, and not more. Exact up to some billion USD.
 */
export function toMicros(usd: number): number {
  return Math.round(usd * MICROS_PER_USD);
}

/** The sum of amounts of money, each rounded to a micro-dollar; USD. */
export function sumUsd(amounts: readonly number[]): number {
  return amounts.reduce((micros, usd) => micros + toMicros(usd), 0) / MICROS_PER_USD;
}
