import { PoisonMessageError } from "../../errors";

/** Longest text that is read: the most features that a report may hold fit in, with a hundred bins on either side of each. */
export const MAX_DOCUMENT_CHARS = 16 * 1024 * 1024;

/** An escaped character, the start or end of a text, or one of the numbers that Python writes and JSON lacks. */
const QUOTE_OR_NO_NUMBER = /\\.|"|-?\b(?:NaN|Infinity)\b/gs;

/**
 * What the JSON text of a monitor says. Python's json module writes NaN and Infinity, which JSON does not have: they are read as
 * null, a number that is missing. https://docs.python.org/3/library/json.html#infinite-and-nan-number-values
 * @throws PoisonMessageError when the text is empty, too long or not JSON
 */
export function parseDocument(text: string): unknown {
  if (text.length > MAX_DOCUMENT_CHARS) {
    throw new PoisonMessageError(
      `got a drift document of ${text.length} characters, expected at most ${MAX_DOCUMENT_CHARS}: leave out the features that nobody watches`,
    );
  }
  const json = text.replace(/^\uFEFF/, "");
  if (json.trim() === "")
    throw new PoisonMessageError("got an empty drift document, expected JSON: did the monitor finish writing?");
  try {
    return JSON.parse(json);
  } catch (error) {
    return parseLeniently(json, error);
  }
}

function parseLeniently(json: string, cause: unknown): unknown {
  let isInText = false;
  const withoutNan = json.replace(QUOTE_OR_NO_NUMBER, (token) => {
    if (token === '"') isInText = !isInText;
    return isInText || token === '"' || token.startsWith("\\") ? token : "null";
  });
  try {
    return JSON.parse(withoutNan);
  } catch {
    const [start, end] = [json.slice(0, 40), json.slice(-40)];
    throw new PoisonMessageError(
      `not JSON, or cut short: starts with ${start} and ends with ${end}; have the monitor write it again`,
      {
        cause,
      },
    );
  }
}
