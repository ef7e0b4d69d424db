import { PoisonMessageError } from "../errors";
import type { LineReading } from "./captured-row";
import { parsedJson } from "./json-rows";

/**
 * Reads a line that is one JSON object of a request's values by name.
 * @throws PoisonMessageError when it is anything else
 */
export function rowsLine(line: string): LineReading {
  const item = parsedJson(line);
  if (typeof item !== "object" || item === null || Array.isArray(item)) {
    throw new PoisonMessageError("got a line that is no JSON object, expected values by their names");
  }
  return { rows: [{ inputs: { names: Object.keys(item), values: Object.values(item), isTyped: true } }] };
}
