// What may be read twice, and what may be written: a history is its owner's only copy.
import { type Stats, statSync } from "node:fs";
import { resolve } from "node:path";
import { UsageError } from "../command-error";
import { typedText } from "../printout";
import { STANDARD_INPUT } from "./history-file";

/**
 * Refuses what a second reading would find empty, or wait for: the standard input and pipes.
 * @throws UsageError that names all of them
 */
export function refuseReadOnce(paths: readonly string[]): void {
  const once = paths.filter((path) => path === STANDARD_INPUT || isStream(statOf(path)));
  if (once.length === 0) return;
  const names = once.map((path) => (path === STANDARD_INPUT ? "- (the standard input)" : typedText(path))).join(", ");
  throw new UsageError(
    `--history ${names}: got a stream, but a history is read twice here; write it to a file first: retrigger history import - --output history.jsonl`,
  );
}

/**
 * Refuses to write over a file that is read, by whatever path or link it is named.
 * @throws UsageError
 */
export function refuseOverwriting(output: string, inputs: readonly string[]): void {
  const written = statOf(output);
  const isSame = (input: string) => {
    const read = input === STANDARD_INPUT ? undefined : statOf(input);
    if (read === undefined || written === undefined) return input !== STANDARD_INPUT && resolve(input) === resolve(output);
    return read.dev === written.dev && read.ino === written.ino;
  };
  if (inputs.some(isSame)) throw new UsageError(`--output ${typedText(output)}: it is read, too; name another file`);
}

/** Undefined where there is nothing, or nothing that may be looked at: whoever opens it says why. */
function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

function isStream(found: Stats | undefined): boolean {
  return found !== undefined && (found.isFIFO() || found.isSocket() || found.isCharacterDevice());
}
