import { PoisonMessageError } from "../errors";
import type { LineReader, NamedValues } from "./captured-row";
import { jsonRows, memberOf, parsedJson } from "./json-rows";
import { pairedRows } from "./payload-rows";
import { columnNames, type PositionalNames, predictionNames } from "./positional-names";

/**
 * Reads lines of Vertex AI's request-response logs, which are rows of a BigQuery table exported as JSON Lines: instances and predictions
 * are JSON in the repeated texts `request_payload` and `response_payload`.
 * https://cloud.google.com/vertex-ai/docs/predictions/online-prediction-logging
 */
export function vertexLine(columns: readonly string[]): LineReader {
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
    if (typeof item !== "string") throw new PoisonMessageError("got a payload that is no text, expected JSON as text");
    return jsonRows(parsedJson(item), nameValues);
  });
}
