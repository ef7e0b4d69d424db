import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { isMapping, isTooDeep } from "../functions/core/event-rules/pattern-fields";

/** The event of a file, or why the file holds none. */
export type EventFile =
  | { readonly file: string; readonly isBroken: false; readonly event: Readonly<Record<string, unknown>> }
  | { readonly file: string; readonly isBroken: true; readonly why: string };

/** Fields that every event has: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_TestEventPattern.html */
const TEXTS = ["id", "account", "source", "time", "region", "detail-type"] as const;

/** The events of files, and of all .json files right in folders, in the order of their names. */
export function readEventFiles(paths: readonly string[]): EventFile[] {
  return paths.flatMap((path) => filesOf(path)).map((file) => (typeof file === "string" ? readEventFile(file) : file));
}

function filesOf(path: string): (string | EventFile)[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    const names = readdirSync(path).filter((name) => name.endsWith(".json"));
    if (names.length > 0) return names.sort().map((name) => join(path, name));
    return [{ file: path, isBroken: true, why: "the folder has no file that ends in .json; name one that has, or a file" }];
  } catch (error) {
    return [{ file: path, isBroken: true, why: `cannot be read (${String(error)})` }];
  }
}

function readEventFile(file: string): EventFile {
  try {
    const event: unknown = JSON.parse(readFileSync(file, "utf8"));
    const why = mistakeOf(event);
    return why === undefined && isMapping(event) ? { file, isBroken: false, event } : { file, isBroken: true, why: why ?? "" };
  } catch (error) {
    return { file, isBroken: true, why: `is no JSON, or cannot be read (${String(error)})` };
  }
}

function mistakeOf(event: unknown): string | undefined {
  if (isTooDeep(event)) return "is nested too deep to be an event";
  if (!isMapping(event)) return "holds no event; expected one JSON object, as EventBridge sends it";
  const missing = TEXTS.filter((field) => typeof event[field] !== "string");
  const fields = Array.isArray(event.resources) ? missing : [...missing, "resources"];
  if (fields.length === 0) return undefined;
  return `lacks ${fields.join(", ")}, which every event has; add ${fields.length === 1 ? "it" : "them"}, resources as a list, the others as text`;
}
