import { PoisonMessageError } from "../../errors";
import type { CaptureSettings } from "../capture-settings";
import {
  columnNames,
  type LineReader,
  type LineReading,
  type NamedValues,
  type PositionalNames,
  predictionNames,
} from "./captured-row";
import { jsonRows, memberOf, pairedRows, parsedJson } from "./payload-rows";
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
  if (typeof item !== "object" || item === null || Array.isArray(item)) {
    throw new PoisonMessageError("got a line that is not a JSON object, expected values by their names");
  }
  return { rows: [{ inputs: { names: Object.keys(item), values: Object.values(item), isTyped: true } }] };
}

/**
 * Reads lines of Vertex AI's request-response logs, which are rows of a BigQuery table exported as JSON Lines: instances and
 * predictions are JSON in the repeated texts `request_payload` and `response_payload`.
 * https://cloud.google.com/vertex-ai/docs/predictions/online-prediction-logging
 */
function vertexLine(columns: readonly string[]): LineReader {
  const [nameInputs, nameOutputs] = [columnNames(columns), predictionNames];
  return (line) => {
    const logged = parsedJson(line);
    const inputs = sideRows(memberOf(logged, "request_payload"), nameInputs);
    const outputs = sideRows(memberOf(logged, "response_payload"), nameOutputs);
    if (inputs === undefined && outputs === undefined) {
      throw new PoisonMessageError("got a line without request_payload, expected a request log of Vertex AI: check format");
    }
    return pairedRows(inputs, outputs, nameOutputs);
  };
}

function sideRows(payload: unknown, nameValues: PositionalNames): NamedValues[] | undefined {
  const items: readonly unknown[] = Array.isArray(payload) ? payload : [payload];
  if (payload === undefined || payload === null || items.length === 0) return undefined;
  return items.flatMap((item) => {
    if (typeof item !== "string") throw new PoisonMessageError("got a payload that is not text, expected JSON as text");
    return jsonRows(parsedJson(item), nameValues);
  });
}
