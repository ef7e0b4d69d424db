import type { CaptureSettings } from "./capture-settings";
import type { LineReader } from "./captured-row";
import { rowsLine } from "./rows-line";
import { sagemakerLine } from "./sagemaker-line";
import { vertexLine } from "./vertex-line";

/** The reader of the format that requests are captured in. */
export function lineReader({ format, columns }: Pick<CaptureSettings, "format" | "columns">): LineReader {
  switch (format) {
    case "sagemaker":
      return sagemakerLine(columns);
    case "vertex":
      return vertexLine(columns);
    case "rows":
      return rowsLine;
  }
}
