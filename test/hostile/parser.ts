import { MAX_REJECTION_CHARS, PoisonMessageError } from "../../functions/core/errors";
import { plainLine } from "../../functions/core/plain-text";
import { randomOf } from "../simulation/random";
import { jsonMutants, textMutants } from "./mutation";

/** A parser of what others wrote. */
export interface Parser {
  readonly name: string;
  /** Files of the source whose parsing it is. */
  readonly of: readonly string[];
  /** Real inputs, which mutants are made of. */
  readonly texts: readonly string[];
  /** Text is any characters; bytes are written as characters from 0 to 255. @default json */
  readonly form?: "json" | "text";
  /**
   * Reads a mutant, and checks what came of it by the schema of its type where it has one. A parser that tells mistakes as values
   * throws them, see `Mistakes`.
   */
  readonly read: (text: string) => unknown;
  /** @default poison */
  readonly refusal?: Refusal;
  /** @default 100 */
  readonly mutants?: number;
}

/** How a parser refuses. */
export interface Refusal {
  /** Whether it may throw this error. */
  readonly isClean: (error: Error) => boolean;
  /** Of the error's text. */
  readonly mostChars: number;
  /** The text as whoever catches the error shows it. @default - as it is */
  readonly shown?: (text: string) => string;
}

/** Of a message: no retry can cure it. */
const POISON: Refusal = { isClean: (error) => error instanceof PoisonMessageError, mostChars: MAX_REJECTION_CHARS };

/** What an error that nobody wrote on purpose is, such as a TypeError; a schema's own error is a list in JSON. */
const RAW = /^(?:TypeError|RangeError|SyntaxError|ReferenceError|URIError|EvalError|\$?Zod(?:Real)?Error)$/;

/** An error whose text begins by naming what cannot be read: a row, a file, a call. */
export function naming(what: string, mostChars = 1_000): Refusal {
  const isClean = (error: Error) => !RAW.test(error.name) && error.message.includes(what);
  return { isClean, mostChars, shown: plainLine };
}

/** An error of this class, which a person is shown. */
export function throwing(kind: abstract new (...parameters: never[]) => Error, mostChars = Number.POSITIVE_INFINITY): Refusal {
  return { isClean: (error) => error instanceof kind, mostChars, shown: plainLine };
}

/** What a parser found that tells mistakes as values: as many as there are, each in a few words. */
export class Mistakes extends Error {
  override readonly name = "Mistakes";

  /** @throws Mistakes when there are any */
  static check(mistakes: readonly string[]): void {
    const long = mistakes.find(({ length }) => length > MAX_MISTAKE_CHARS);
    if (long !== undefined) throw new RangeError(`got a mistake of ${long.length} characters: ${long.slice(0, 300)}`);
    if (mistakes.length > 0) throw new Mistakes(mistakes.join("\n"));
  }
}

/** With the names that are allowed, which may be some dozens. */
export const MAX_MISTAKE_CHARS = 2_200;

/** Repeated by `jest --seed` with the seed that jest prints. */
const SEED = jest.getSeed();
const MUTANTS = 100;

/** What is refused of the mutants of a parser's inputs, in its words. Fails where one is refused in another way. */
export async function refusalsOf(parser: Parser): Promise<string[]> {
  const random = randomOf(SEED);
  const mutants = (parser.form === "text" ? textMutants : jsonMutants)(parser.texts, parser.mutants ?? MUTANTS, random);
  const refusals: string[] = [];
  for (const [index, mutant] of mutants.entries()) {
    const refusal = await refusalOf(parser, mutant, `mutant ${index} of seed ${SEED}`);
    if (refusal !== undefined) refusals.push(refusal);
  }
  return refusals;
}

async function refusalOf({ read, refusal = POISON }: Parser, mutant: string, which: string): Promise<string | undefined> {
  try {
    await read(mutant);
    return undefined;
  } catch (error) {
    if (error instanceof Error && refusal.isClean(error) && error.message.length <= refusal.mostChars) {
      return refusal.shown?.(error.message) ?? error.message;
    }
    throw new Error(`${which} is not refused as it should be: ${mutant.slice(0, 2_000)}`, { cause: error });
  }
}
