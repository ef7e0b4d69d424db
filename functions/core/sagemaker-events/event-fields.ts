import * as z from "zod/mini";
import { eventTimeSchema } from "./event-time";

/** A field without which the event would not tell what it is about. */
export const requiredText = z.string().check(z.minLength(1));

/** Fields that an event may leave out, or write as null, which SageMaker does with what is not there yet. */
export const optionalText = z.nullish(z.string());
export const optionalNumber = z.nullish(z.number());
export const optionalTime = z.nullish(eventTimeSchema);

/** A status: any text, since the cloud invents new ones; the known values are what editors complete. */
export function statusText(values: readonly string[]) {
  return z.string().check(z.minLength(1), z.meta(knownValues(values)));
}

/** A status that an event may leave out, or write as null or empty. */
export function optionalStatus(values: readonly string[]) {
  return z.nullish(z.string().check(z.meta(knownValues(values))));
}

function knownValues(values: readonly string[]) {
  return { description: `Known: ${values.join(", ")}`, examples: [...values] };
}
