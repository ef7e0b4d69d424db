import { PoisonMessageError } from "../../errors";
import type { CaptureSettings } from "../capture-settings";
import { inputNames, type LineReader, type LineReading, type NamedValues, OUTPUT_NAMES, type SideNames } from "./captured-row";
import { jsonRows } from "./json-rows";
import { pairedRows } from "./paired-rows";
import { parsedJson } from "./payload-rows";
import { isObject, memberOf, typedRow } from "./row-values";
import { sagemakerLine } from "./sagemaker-line";

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

/**
 * Reads a line that is one JSON object of a request's values by name.
 * @throws PoisonMessageError when it is anything else
 */
function rowsLine(line: string): LineReading {
  const item = parsedJson(line);
  if (!isObject(item)) {
    throw new PoisonMessageError("got a line that is not a JSON object, expected values by their names");
  }
  return { rows: [{ inputs: typedRow(Object.keys(item), Object.values(item)) }] };
}

/**
 * Reads lines of Vertex AI's request-response logs, which are rows of a BigQuery table exported as JSON Lines: instances and
 * predictions are JSON in the repeated texts `request_payload` and `response_payload`.
 * https://cloud.google.com/vertex-ai/docs/predictions/online-prediction-logging
 */
function vertexLine(columns: readonly string[]): LineReader {
  const names = inputNames(columns);
  return (line) => {
    const logged = parsedJson(line);
    const [request, response] = [memberOf(logged, "request_payload"), memberOf(logged, "response_payload")];
    const inputs = sideRows(request, names);
    if (inputs === undefined && isEmpty(response)) {
      throw new PoisonMessageError("got a line without request_payload, expected a request log of Vertex AI: check format");
    }
    return pairedRows(inputs, () => sideRows(response, OUTPUT_NAMES));
  };
}

function isEmpty(payload: unknown): boolean {
  return payload === undefined || payload === null || (Array.isArray(payload) && payload.length === 0);
}

function sideRows(payload: unknown, names: SideNames): NamedValues[] | undefined {
  const items: readonly unknown[] = Array.isArray(payload) ? payload : [payload];
  if (isEmpty(payload)) return undefined;
  return items.flatMap((item) => {
    if (typeof item !== "string") throw new PoisonMessageError("got a payload that is not text, expected JSON as text");
    return jsonRows(parsedJson(item), names);
  });
}
