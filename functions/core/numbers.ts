import * as z from "zod/mini";

/** How many, how many bytes, how many milliseconds. */
export const amountSchema = z.int().check(z.nonnegative());

/** A number that counts from 1, such as a generation. */
export const ordinalSchema = z.int().check(z.positive());

/** Epoch milliseconds. */
export const timeSchema = z.int().check(z.nonnegative());
