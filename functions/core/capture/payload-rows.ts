import { PoisonMessageError } from "../errors";
import type { CapturedRow, LineReading, NamedValues } from "./captured-row";
import { csvRows } from "./csv-rows";
import { jsonRows, parsedJson } from "./json-rows";
import type { PositionalNames } from "./positional-names";

/**
 * The rows of a text of this content type: CSV, JSON Lines or JSON; of an unknown one when it looks like JSON or else like CSV.
 * @throws PoisonMessageError when it cannot be read
 */
export function payloadRows(text: string, contentType: string, nameValues: PositionalNames): NamedValues[] {
  const type = contentType === "" ? guessedType(text) : contentType.toLowerCase();
  if (type.includes("csv")) {
    return csvRows(text).map((values) => ({ names: nameValues(values.length), values, isTyped: false }));
  }
  if (type.includes("jsonlines") || type.includes("ndjson")) {
    const lines = text.split("\n").filter((line) => line.trim() !== "");
    return lines.flatMap((line) => jsonRows(parsedJson(line), nameValues));
  }
  if (type.includes("json")) return jsonRows(parsedJson(text), nameValues);
  throw new PoisonMessageError(
    "got a payload of another content type, expected text/csv, application/json or application/jsonlines",
  );
}

function guessedType(text: string): string {
  return /^\s*[[{]/.test(text) ? "application/json" : "text/csv";
}

/**
 * Inputs and outputs of one line, row by row. As many values in one row as there are inputs are taken for one output each, as
 * XGBoost's container answers a batch. Outputs of another number are nobody's, and left out.
 */
export function pairedRows(
  inputs: readonly NamedValues[] | undefined,
  outputs: readonly NamedValues[] | undefined,
  nameOutputs: PositionalNames,
): LineReading {
  if (inputs === undefined) return { rows: outputs?.map((output) => ({ outputs: output })) ?? [] };
  if (outputs === undefined) return { rows: inputs.map((input) => ({ inputs: input })) };
  const answers = inputs.length > 1 && outputs.length === 1 ? outputs.flatMap((output) => spread(output, nameOutputs)) : outputs;
  if (answers.length !== inputs.length) {
    const problem = `got ${answers.length} outputs of ${inputs.length} inputs, expected as many`;
    return { rows: inputs.map((input) => ({ inputs: input })), problem };
  }
  return {
    rows: inputs.map((input, index): CapturedRow => ({ inputs: input, ...(answers[index] && { outputs: answers[index] }) })),
  };
}

/** Each value of a row as a row of its own. */
function spread({ values, isTyped }: NamedValues, nameOutputs: PositionalNames): NamedValues[] {
  return values.map((value) => ({ names: nameOutputs(1), values: [value], isTyped }));
}
