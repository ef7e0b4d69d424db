import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { plainLine } from "../../functions/core/plain-text";
import { CommandError, InterruptedError } from "../command-error";

/** One question, which is asked again until its answer is right. */
interface Question {
  readonly text: string;
  /** What Enter answers; a question without it needs an answer. */
  readonly standard?: string;
  /** Answers to choose from by number or name; any other may be typed as well. */
  readonly choices?: readonly string[];
  /** What is wrong with an answer; undefined when it is right. */
  readonly problem: (answer: string) => string | undefined;
}

/** Asks a person at a terminal. */
export interface Prompt {
  tell(text: string): void;
  /** @throws InterruptedError on Ctrl-C, CommandError at the end of the input */
  ask(question: Question): Promise<string>;
  /**
   * Waits for what takes its time, such as a look at an account, unless a person ends it.
   * @throws InterruptedError on Ctrl-C
   */
  uninterrupted<T>(work: Promise<T>): Promise<T>;
  /** @throws InterruptedError after Ctrl-C */
  refuseInterrupted(): void;
  close(): void;
}

/** Choices that are shown; more are found by a part of their name. */
const SHOWN = 20;
/** Of a name that is shown, in characters. */
const MAX_NAME = 120;

const NOTHING_WRITTEN = "nothing was written";

/** @param isTerminal whether keys are taken one by one, as Ctrl-C is. @default true */
export function terminalPrompt(input: Readable, output: Writable, isTerminal = true): Prompt {
  const terminal = createInterface({ input, output, terminal: isTerminal });
  // Lines that are typed or pasted before their question are its answers.
  const typed: string[] = [];
  let wake: (() => void) | undefined;
  let end: CommandError | undefined;
  const interrupted = new AbortController();
  const endBy = (error: CommandError) => {
    end ??= error;
    wake?.();
  };
  terminal.on("SIGINT", () => {
    const error = new InterruptedError(`interrupted; ${NOTHING_WRITTEN}`);
    endBy(error);
    interrupted.abort(error);
    terminal.close();
  });
  terminal.on("close", () => endBy(new CommandError(`the input ended before the last answer; ${NOTHING_WRITTEN}`)));
  terminal.on("line", (line) => {
    typed.push(line);
    wake?.();
  });
  const nextLine = async (text: string) => {
    if (end === undefined) {
      terminal.setPrompt(text);
      terminal.prompt();
    }
    while (typed.length === 0 && end === undefined) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    const line = typed.shift();
    if (end instanceof InterruptedError || line === undefined) throw end ?? new CommandError(NOTHING_WRITTEN);
    return line;
  };
  const tell = (text: string) => void output.write(`${text}\n`);
  return {
    tell,
    ask: (question) => ask(question, nextLine, tell),
    uninterrupted: (work) => until(interrupted.signal, work),
    refuseInterrupted: () => interrupted.signal.throwIfAborted(),
    close: () => terminal.close(),
  };
}

/** Rejects with the signal's reason, however long the work still takes. */
async function until<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  signal.throwIfAborted();
  let stop = () => {};
  const stopped = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason);
    signal.addEventListener("abort", stop);
  });
  try {
    return await Promise.race([work, stopped]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

async function ask(question: Question, nextLine: (text: string) => Promise<string>, tell: Prompt["tell"]): Promise<string> {
  const { choices = [], standard } = question;
  const shown = standard === undefined || standard === "" ? "" : ` [${plainLine(standard, MAX_NAME)}]`;
  let offered = choices;
  let last: string | undefined;
  tellChoices(offered, tell);
  for (;;) {
    const typed = (await nextLine(`${question.text}${shown}: `)).trim();
    const answer = typed === "" ? (standard ?? "") : (numbered(offered, typed) ?? typed);
    const similar = choices.filter((choice) => choice !== answer && choice.includes(answer));
    // A part of a name is likely meant as one; typed again, it is taken as it is.
    if (typed !== "" && !choices.includes(answer) && similar.length > 0 && typed !== last) {
      offered = similar;
      tellChoices(offered, tell);
      last = typed;
      continue;
    }
    const problem = question.problem(answer);
    if (problem === undefined) return answer;
    tell(`  ${plainLine(problem)}`);
  }
}

function tellChoices(choices: readonly string[], tell: Prompt["tell"]): void {
  for (const [index, choice] of choices.slice(0, SHOWN).entries()) {
    tell(`  ${String(index + 1).padStart(2)} ${plainLine(choice, MAX_NAME)}`);
  }
  if (choices.length > SHOWN) tell(`     and ${choices.length - SHOWN} more: type a name, or a part of it`);
}

function numbered(choices: readonly string[], typed: string): string | undefined {
  return /^\d{1,2}$/.test(typed) ? choices.slice(0, SHOWN)[Number(typed) - 1] : undefined;
}
