// Apart from what reads them, so that declarations of the package need none of the parser.
import type { Path } from "../paths";

/** A mistake at a number of characters before it. */
export interface YamlMistake {
  readonly offset: number;
  readonly message: string;
}

/** Where something was written. */
export interface WrittenPlace {
  /** As its author wrote it: behind an alias, the path of what the alias refers to. */
  readonly path: Path;
  /** Number of characters before the key or the list item. */
  readonly offset: number;
}

/** Plain data, and where it was written. */
export interface YamlValues {
  /** Without circles, and of at most 100,000 values more than were written. */
  readonly content: unknown;
  /** In spite of which everything else was read. */
  readonly mistakes: readonly YamlMistake[];
  /** Whether a value could not be read, such as an alias of nothing. */
  readonly hasUnknown: boolean;
  /**
   * Where the value of a path was written, or its key; of what is not there, its place would be below the nearest above it.
   * Undefined where a value that could not be read may be all the trouble.
   */
  locate(path: Path, part: "key" | "value"): WrittenPlace | undefined;
}
