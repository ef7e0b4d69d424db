import { PoisonMessageError } from "../../errors";
import { DOCUMENT_LIMITS, type JsonLimits } from "../../outside-json";

/**
 * A line holds one request of at most 25 MB, which may be of many rows, and is kept no longer than it is read: of values it may
 * hold twice what a document may.
 */
export const LINE_LIMITS: JsonLimits = { ...DOCUMENT_LIMITS, values: 2 * DOCUMENT_LIMITS.values };

/**
 * Bounds the memory of a line's rows, each of which is larger than the value or two that it may be made of.
 * @throws PoisonMessageError when there are more than lists and objects may be
 */
export function checkRows(count: number): void {
  if (count <= LINE_LIMITS.containers) return;
  throw new PoisonMessageError(`got ${count} rows, expected at most ${LINE_LIMITS.containers}: send fewer rows in one request`);
}
