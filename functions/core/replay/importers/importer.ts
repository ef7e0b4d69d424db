import type { HistoryLine } from "../history-line";

/** What an importer must be told that its file does not say. */
export interface ImportOptions {
  /** The model that lines are of where the file names none, or names it otherwise. */
  readonly model: string;
  /** Offset of times without one, minutes east of UTC. @default - such times are refused */
  readonly offsetMinutes?: number;
}

/** What was read of a file, and what not. */
export interface Imported {
  readonly lines: readonly HistoryLine[];
  /** What could not be used, each with its place in the file, the reason, and what to do. */
  readonly problems: readonly string[];
  /** What the file cannot tell, which a question may need, in sentences. */
  readonly missing: readonly string[];
}

/** Reads the export of one tool. Texts are hostile until parsed; nothing is thrown for a bad file. */
export interface Importer {
  /** As `--format` names it. */
  readonly name: string;
  /** For people: the tool and the command that writes such a file. */
  readonly title: string;
  /** Its lines name their model, or may. @default - it must be said whose they are */
  readonly namesModel?: true;
  /** True for a text of this format, by its beginning. */
  detects(text: string): boolean;
  /**
   * What a file calls what it trains, as the name of a model, by its beginning. @default - files of the tool tell nothing of that
   */
  suggestModel?(text: string): string | undefined;
  read(text: string, options: ImportOptions): Imported;
}

/** A name of another tool as the name of a model, `flight-delay` for `Flight_Delay`; undefined where nothing of it can be one. */
export function modelNameOf(name: string | undefined): string | undefined {
  const words = name
    ?.toLowerCase()
    .match(/[a-z0-9]+/g)
    ?.join("-")
    .replace(/^[0-9-]+/, "");
  return words === undefined || words === "" ? undefined : words.slice(0, 40).replace(/-$/, "");
}
