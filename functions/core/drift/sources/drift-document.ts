import { PoisonMessageError } from "../../errors";
import { isMapping } from "../../json-path";
import { withoutNonFinite } from "../../outside-json";

/** Longest text that is read: the most features that a report may hold fit in, with a hundred bins on either side of each. */
export const MAX_DOCUMENT_CHARS = 16 * 1024 * 1024;

/**
 * What the JSON text of a monitor says; of JSON Lines, the list of the lines' objects. Python's json module writes NaN and
 * Infinity, which JSON does not have: they are read as null, a number that is missing.
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
    const lines = linesOf(json);
    if (lines !== undefined) return lines;
    const [start, end] = [document.slice(0, 40), document.slice(-40)];
    const remedy = "have the monitor write it again";
    throw new PoisonMessageError(`not JSON, or cut short: starts with ${start} and ends with ${end}; ${remedy}`, { cause });
  }
}

/** Undefined for what is no JSON Lines of objects. Line by line: blank ones take no memory. */
function linesOf(json: string): unknown[] | undefined {
  const lines: unknown[] = [];
  try {
    for (let start = 0, end = 0; start < json.length; start = end + 1) {
      const next = json.indexOf("\n", start);
      end = next === -1 ? json.length : next;
      const line = json.slice(start, end).trim();
      if (line === "") continue;
      const value: unknown = JSON.parse(line);
      if (!isMapping(value)) return undefined;
      lines.push(value);
    }
  } catch {
    return undefined;
  }
  return lines;
}
