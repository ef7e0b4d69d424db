import { PoisonMessageError } from "../../errors";
import { inputNames, type LineReader, type NamedValues, OUTPUT_NAMES, type SideNames } from "./captured-row";
import { pairedRows } from "./paired-rows";
import { JSON_LINES, parsedJson, payloadRows } from "./payload-rows";
import { memberOf } from "./row-values";

const NO_ASCII = /[^\0-\x7f]/;
const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * Reads lines of SageMaker's data capture:
 * https://docs.aws.amazon.com/sagemaker/latest/dg/model-monitor-data-capture-endpoint.html. Values of payloads without names are
 * named by `columns`. Where an output cannot be read, the inputs count without it.
 */
export function sagemakerLine(columns: readonly string[]): LineReader {
  const names = inputNames(columns);
  return (line) => {
    const captured = memberOf(parsedJson(line), "captureData");
    const [input, output] = [memberOf(captured, "endpointInput"), memberOf(captured, "endpointOutput")];
    if (input === undefined && output === undefined) {
      throw new PoisonMessageError(
        "got a line without captureData.endpointInput, expected data capture of SageMaker: check format",
      );
    }
    const inputs = input === undefined ? undefined : sideRows(input, names);
    return pairedRows(inputs, () => (output === undefined ? undefined : sideRows(output, OUTPUT_NAMES)));
  };
}

function sideRows(side: unknown, names: SideNames): NamedValues[] {
  const [data, written, observed] = [memberOf(side, "data"), memberOf(side, "encoding"), memberOf(side, "observedContentType")];
  if (typeof data !== "string") throw new PoisonMessageError("got a payload without data, expected a text");
  const contentType = typeof observed === "string" ? observed : "";
  // Nearly all captures are written so, and many have no more than a row.
  if (written === "CSV" && contentType.startsWith("text/csv")) return payloadRows(data, contentType, names);
  const encoding = typeof written === "string" ? written.toUpperCase() : "";
  if (encoding === "BASE64") return payloadRows(decoded(data), contentType, names);
  return payloadRows(data, encodedType(encoding, contentType), names);
}

/** The encoding is by the endpoint's settings, the content type by the caller: who captures as CSV gets CSV. */
function encodedType(encoding: string, contentType: string): string {
  const type = contentType.toLowerCase();
  if (encoding === "CSV") return type.includes("csv") ? type : "text/csv";
  return encoding === "JSON" && !JSON_LINES.test(type) ? "application/json" : type;
}

function decoded(data: string): string {
  try {
    const bytes = atob(data);
    return NO_ASCII.test(bytes) ? utf8.decode(Uint8Array.from(bytes, (byte) => byte.charCodeAt(0))) : bytes;
  } catch {
    throw new PoisonMessageError("got BASE64 of something else than UTF-8 text, expected CSV or JSON");
  }
}
