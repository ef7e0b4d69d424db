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
  read(text: string, options: ImportOptions): Imported;
}
