import { DOCUMENT_LIMITS, type JsonLimits } from "../../outside-json";

/**
 * A line holds one request of at most 25 MB, which may be of many rows, and is kept no longer than it is read: of values it may
 * hold twice what a document may.
 */
export const LINE_LIMITS: JsonLimits = { ...DOCUMENT_LIMITS, values: 2 * DOCUMENT_LIMITS.values };
