// A run over DynamoDB can be killed at any moment and started again. Its store survives; the world around it (queues, clock, cloud,
// people) follows from the seed and from what the functions did to it. This journal keeps those effects. When the run is started
// again, the effects are repeated instead of the invocations; the invocation that was cut off is invoked again.
import { closeSync, openSync, readFileSync, truncateSync, writeSync } from "node:fs";
import type { Decision } from "../../functions/core/coordination/decision";
import type { DriftRecord } from "../../functions/core/drift/ports";
import type { LogEvent } from "../../functions/core/log/log";
import type { Refusal } from "../../functions/core/rejected-message";
import type { TrainingRequest } from "../../functions/core/training-request";
import type { ReplayQueue } from "../files/replay-record";

/** What an invocation changed in the world, besides the store and the manifests on disk. */
export type Effect =
  | { readonly did: "send"; readonly request: TrainingRequest }
  | { readonly did: "start"; readonly request: TrainingRequest }
  | { readonly did: "notify"; readonly decision: Decision }
  | { readonly did: "record"; readonly decision: Decision }
  | { readonly did: "notify-drift"; readonly subject: string }
  | { readonly did: "record-drift"; readonly record: DriftRecord }
  | { readonly did: "report"; readonly entry: LogEvent }
  | { readonly did: "set-aside"; readonly queue: ReplayQueue; readonly messageId: string; readonly refusal: Refusal };

type End = { readonly ended: string; readonly returned?: unknown; readonly threw?: string };

/** The effects and the ends of all invocations of a run, in their order. */
export interface WorldJournal {
  write(effect: Effect): void;
  /** Invokes, or repeats the effects and the result of the invocation where the journal has them. */
  invocation<R>(name: string, invoke: () => Promise<R>): Promise<R>;
  close(): void;
}

/** For a run that cannot be started again: writes nothing, repeats nothing. */
export const noJournal: WorldJournal = { write: () => {}, invocation: (_name, invoke) => invoke(), close: () => {} };

/**
 * A journal in a file, one line for each effect and each end; a line that was cut off is dropped. `repeat` applies an effect again.
 * @throws Error from `invocation` when the file is not of this run
 */
export function fileJournal(path: string, repeat: (effect: Effect) => void): WorldJournal {
  const past = readLines(path);
  const file = openSync(path, "a");
  const write = (line: Effect | End) => void writeSync(file, `${JSON.stringify(line)}\n`);

  /** Undefined where the journal stops before the invocation's end: it was cut off, or is to come. */
  function repeatNext(name: string): End | undefined {
    for (let line = past.pop(); line !== undefined; line = past.pop()) {
      if ("did" in line) repeat(line);
      else if (line.ended === name) return line;
      else throw new Error(`${path} is not of this run: it has ${line.ended} where ${name} is next; --fresh starts over`);
    }
    return undefined;
  }

  return {
    write,
    async invocation<R>(name: string, invoke: () => Promise<R>): Promise<R> {
      const before = repeatNext(name);
      if (before?.threw !== undefined) throw new Error(before.threw);
      if (before !== undefined) return before.returned as R;
      try {
        const returned = await invoke();
        write({ ended: name, returned });
        return returned;
      } catch (error) {
        write({ ended: name, threw: error instanceof Error ? error.message : String(error) });
        throw error;
      }
    },
    close: () => closeSync(file),
  };
}

/** Latest first, so that the next one is popped. */
function readLines(path: string): (Effect | End)[] {
  const text = readText(path);
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  if (whole.length < text.length) truncateSync(path, Buffer.byteLength(whole));
  const lines = whole.split("\n").slice(0, -1);
  return lines.map((line): Effect | End => JSON.parse(line)).reverse();
}

function readText(path: string): string {
  const file = openSync(path, "a+");
  try {
    return readFileSync(file, "utf8");
  } finally {
    closeSync(file);
  }
}
