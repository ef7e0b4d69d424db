import { PoisonMessageError } from "../../errors";
import type { LineReader, NamedValues } from "./captured-row";
import { columnNames, type PositionalNames, predictionNames } from "./captured-row";
import { memberOf, pairedRows, parsedJson, payloadRows } from "./payload-rows";

const NO_ASCII = /[^\0-\x7f]/;
const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * Reads lines of SageMaker's data capture:
 * https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-data-capture-endpoint.html. Values of payloads without names are
 * named by `columns`. Where an output cannot be read, the inputs count without it.
 */
export function sagemakerLine(columns: readonly string[]): LineReader {
  const [nameInputs, nameOutputs] = [columnNames(columns), predictionNames];
  return (line) => {
    const captured = memberOf(parsedJson(line), "captureData");
    const [input, output] = [memberOf(captured, "endpointInput"), memberOf(captured, "endpointOutput")];
    if (input === undefined && output === undefined) {
      throw new PoisonMessageError(
        "got a line without captureData.endpointInput, expected data capture of SageMaker: check format",
      );
    }
    if (input === undefined) return pairedRows(undefined, sideRows(output, nameOutputs), nameOutputs);
    const inputs = sideRows(input, nameInputs);
    if (output === undefined) return pairedRows(inputs, undefined, nameOutputs);
    const outputs = readableOutputs(() => sideRows(output, nameOutputs));
    if (typeof outputs === "string") return { ...pairedRows(inputs, undefined, nameOutputs), problem: outputs };
    return pairedRows(inputs, outputs, nameOutputs);
  };
}

/** Outputs, or why there are none. */
function readableOutputs(read: () => NamedValues[]): NamedValues[] | string {
  try {
    return read();
  } catch (error) {
    if (error instanceof PoisonMessageError) return `output: ${error.message}`;
    throw error;
  }
}

function sideRows(side: unknown, nameValues: PositionalNames): NamedValues[] {
  const [data, encoding, observed] = [memberOf(side, "data"), memberOf(side, "encoding"), memberOf(side, "observedContentType")];
  if (typeof data !== "string") throw new PoisonMessageError("got a payload without data, expected a text");
  const contentType = typeof observed === "string" ? observed : "";
  if (encoding === "BASE64") return payloadRows(decoded(data), contentType, nameValues);
  // The encoding is by the endpoint's settings, the content type by the caller: who captures as CSV gets CSV.
  const isLines = contentType.includes("jsonlines");
  return payloadRows(data, encoding === "CSV" || (encoding === "JSON" && !isLines) ? encoding : contentType, nameValues);
}

function decoded(data: string): string {
  try {
    const bytes = atob(data);
    return NO_ASCII.test(bytes) ? utf8.decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0))) : bytes;
  } catch {
    throw new PoisonMessageError("got BASE64 of something else than UTF-8 text, expected CSV or JSON");
  }
}
