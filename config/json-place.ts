import { quotedValue } from "./errors";

/**
 * Where a text that is not JSON stops being JSON, such as `line 2, column 7: got "}"`. `JSON.parse` tells it on some versions of
 * Node only, and of some mistakes.
 */
export function placeOfMistake(text: string): string {
  const offset = soundLength(text);
  const lines = text.slice(0, offset).split("\n");
  const place = `line ${lines.length}, column ${(lines.at(-1) ?? "").length + 1}`;
  return `${place}: got ${offset === text.length ? "the end of the text" : quotedValue(text.charAt(offset))}`;
}

/** The length of the longest beginning that could go on as JSON. */
function soundLength(text: string): number {
  let [least, most] = [0, text.length];
  while (least < most) {
    const middle = Math.ceil((least + most) / 2);
    if (mayGoOn(text.slice(0, middle))) least = middle;
    else most = middle - 1;
  }
  return least;
}

/** True for JSON, and for what `JSON.parse` reads to its end and finds too short. */
function mayGoOn(beginning: string): boolean {
  try {
    JSON.parse(beginning);
    return true;
  } catch (error) {
    const message = String(error);
    return message.includes("end of JSON input") || Number(/position (\d+)/.exec(message)?.[1]) >= beginning.length;
  }
}
