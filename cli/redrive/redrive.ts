import type { WriteStream } from "node:tty";
import { messageOf } from "../../functions/core/log/log";
import { plainLine } from "../../functions/core/plain-text";
import { CommandError } from "../command-error";
import { type Paint, type Printout, plainValues, typedText } from "../printout";
import type { DeadLetter, DeadLetterQueue, DeadLetters } from "./dead-letters";
import { type Entry, type Fate, formatRedrive, type Handling, type QueueTrouble, redriveData } from "./redrive-report";

/** Which letters, and what is done with them. */
export interface RedriveOptions {
  /** Epoch milliseconds. */
  readonly now: number;
  /** Only shows what is there. */
  readonly isDryRun: boolean;
  /** Sent then or later, epoch milliseconds. @default - whenever */
  readonly since?: number;
  /** That concern this model. @default - all, also those that name none */
  readonly model?: string;
  /** Names of the queues to go through. @default - all */
  readonly queues?: readonly string[];
  /** Re-sends what will fail again, too. */
  readonly includesBroken: boolean;
  /** Removes what is worth nothing any more. */
  readonly discardsObsolete: boolean;
}

/** Told of each letter that was looked at. */
export type OnLetter = (queue: string, letters: number) => void;

const REASON_LENGTH = 400;
const BODY_LENGTH = 200;

/**
 * Shows the dead letters and why they are there, and re-sends those that their functions can take. One that cannot be re-sent
 * does not stop the others; the command has then not done all that it was asked for.
 */
export async function redrive(letters: DeadLetters, options: RedriveOptions, paint: Paint, onLetter: OnLetter): Promise<Printout> {
  const queues = chosen(await letters.queues(), options.queues);
  const entries: Entry[] = [];
  const troubles: QueueTrouble[] = [];
  let unselected = 0;
  for (const queue of queues) {
    let seen = 0;
    try {
      for await (const letter of letters.receive(queue)) {
        seen += 1;
        onLetter(queue.name, entries.length + unselected + 1);
        if (isSelected(letter, options)) entries.push(await handle(letters, letter, options));
        else {
          unselected += 1;
          await letters.release(letter);
        }
      }
      const behind = (queue.letters ?? 0) - seen;
      if (behind > 0) troubles.push({ queue: queue.name, behind });
    } catch (error) {
      troubles.push({ queue: queue.name, error: plainLine(messageOf(error), REASON_LENGTH) });
    }
  }
  const settled = options.isDryRun ? undefined : await letters.settle();
  const report = { isDryRun: options.isDryRun, queues: queues.length, entries, troubles, unselected };
  return {
    data: { ...redriveData(report), ...(settled && { settled: settled.data }) },
    text: [formatRedrive(report, paint), ...(settled ? [settled.text] : [])].join("\n\n"),
    isRefused: entries.some(({ fate }) => fate === "failed") || troubles.some((trouble) => "error" in trouble),
  };
}

function chosen(queues: readonly DeadLetterQueue[], names: readonly string[] | undefined): readonly DeadLetterQueue[] {
  const all = queues.map(({ name }) => name);
  const unknown = (names ?? []).filter((name) => !all.includes(name));
  if (unknown.length > 0)
    throw new CommandError(`no dead-letter queue ${unknown.map(typedText).join(", ")}; there are ${all.join(", ") || "none"}`);
  return names === undefined ? queues : queues.filter(({ name }) => names.includes(name));
}

function isSelected({ sentAt, models }: DeadLetter, { since, model }: RedriveOptions): boolean {
  return (since === undefined || sentAt >= since) && (model === undefined || models.includes(model));
}

async function handle(letters: DeadLetters, letter: DeadLetter, options: RedriveOptions): Promise<Entry> {
  const { id, queue, body, sentAt, receives, models, kind, reason, rememberedUntil, target, log } = letter;
  const shown = { id: plainLine(id, BODY_LENGTH), body: plainLine(body, BODY_LENGTH), reason: plainLine(reason, REASON_LENGTH) };
  const entry = {
    ...{ ...shown, ...plainValues({ queue }), sentAt, receives, kind },
    models: models.map((model) => plainLine(model, BODY_LENGTH)),
    ...(rememberedUntil !== undefined && { isForgotten: rememberedUntil < options.now }),
    ...(target !== undefined && plainValues({ target })),
    ...(log !== undefined && plainValues({ log })),
  };
  const { fate, act } = dueTo(letters, letter, options);
  try {
    await act(letter);
    return { ...entry, fate };
  } catch (error) {
    return { ...entry, fate: "failed", error: plainLine(messageOf(error), REASON_LENGTH) };
  }
}

function dueTo(
  letters: DeadLetters,
  letter: DeadLetter,
  options: RedriveOptions,
): { readonly fate: Fate; readonly act: (letter: DeadLetter) => Promise<void> } {
  const handling = handlingOf(letter, options);
  if (options.isDryRun) return { fate: `to be ${handling}`, act: letters.release };
  const acts = { "re-sent": letters.resend, left: letters.release, discarded: letters.discard } as const;
  return { fate: handling, act: acts[handling] };
}

function handlingOf({ kind }: DeadLetter, { includesBroken, discardsObsolete }: RedriveOptions): Handling {
  if (kind === "curable" || (kind === "broken" && includesBroken)) return "re-sent";
  return kind === "obsolete" && discardsObsolete ? "discarded" : "left";
}

const LINE_MS = 100;

/** Tells how far a redrive is, in one line that is written over; on a terminal only. */
export function redriveProgress(
  output: WriteStream,
  now: () => number,
): { readonly onLetter: OnLetter; readonly clear: () => void } {
  let shownAt = 0;
  return {
    onLetter(queue, letters) {
      if (!output.isTTY || now() - shownAt < LINE_MS) return;
      shownAt = now();
      output.write(`\r${plainLine(queue, BODY_LENGTH)}: ${letters.toLocaleString("en-US")} letters so far\u001b[K`);
    },
    clear() {
      if (output.isTTY) output.write("\r\u001b[K");
    },
  };
}
