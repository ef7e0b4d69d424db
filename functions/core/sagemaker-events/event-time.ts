import * as z from "zod/mini";
import { momentOf } from "../drift/sources/moment";

/** Epoch seconds or milliseconds as a text, which training and tuning jobs write. */
const NUMBER = /^\d{1,16}(?:\.\d{1,9})?$/;

/** The last moment that a JavaScript date can name. */
const MAX_TIME_MS = 8.64e15;

/**
 * A time of an event, as a Date. SageMaker writes epoch milliseconds, epoch seconds, either of them as a text, and ISO 8601, which is UTC
 * where it names no offset; numbers below 1e11 are seconds. Times before 1970 and after the year 275760 are none.
 */
export const eventTimeSchema = z.pipe(
  z.union([z.number(), z.string()]).check(z.describe("Epoch seconds or milliseconds, as a number or a text, or ISO 8601")),
  z.transform((time: number | string, context) => {
    const ms = momentOf(typeof time === "string" && NUMBER.test(time) ? Number(time) : time);
    if (ms !== undefined && ms <= MAX_TIME_MS) return new Date(ms);
    context.issues.push({ code: "custom", message: "expected epoch seconds or milliseconds, or ISO 8601", input: time });
    return z.NEVER;
  }),
);
