import { PoisonMessageError } from "../../errors";
import { withoutNonFinite } from "../../outside-json";

/** Longest text that is read: the most features that a report may hold fit in, with a hundred bins on either side of each. */
export const MAX_DOCUMENT_CHARS = 16 * 1024 * 1024;

/**
 * What the JSON text of a monitor says. Python's json module writes NaN and Infinity, which JSON does not have: they are read as
 * null, a number that is missing.
 * @throws PoisonMessageError when the text is empty, too long, not JSON, or holds more than any report does
 */
export function parseDocument(text: string): unknown {
  if (text.length > MAX_DOCUMENT_CHARS) {
    throw new PoisonMessageError(
      `got a drift document of ${text.length} characters, expected at most ${MAX_DOCUMENT_CHARS}: leave out the features that nobody watches`,
    );
  }
  const document = text.replace(/^\uFEFF/, "");
  if (document.trim() === "")
    throw new PoisonMessageError("got an empty drift document, expected JSON: did the monitor finish writing?");
  const { json, excess } = withoutNonFinite(document);
  if (excess !== undefined) throw new PoisonMessageError(`${excess}: leave out the features that nobody watches`);
  try {
    return JSON.parse(json);
  } catch (cause) {
    const [start, end] = [document.slice(0, 40), document.slice(-40)];
    const remedy = "have the monitor write it again";
    throw new PoisonMessageError(`not JSON, or cut short: starts with ${start} and ends with ${end}; ${remedy}`, { cause });
  }
}
