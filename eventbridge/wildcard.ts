import { quotedText } from "../functions/core/plain-text";

/** A wildcard in its fixed parts, between which anything may stand; or what is wrong with it. */
export type ReadWildcard =
  | { readonly isValid: true; readonly parts: readonly string[] }
  | { readonly isValid: false; readonly mistake: string };

/**
 * Reads a wildcard: `*` stands for any number of characters, `\*` for a star, `\\` for a backslash.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#eb-filtering-wildcard-matching
 */
export function readWildcard(text: string): ReadWildcard {
  const parts: string[] = [];
  let part = "";
  for (let index = 0; index < text.length; index++) {
    const character = text.charAt(index);
    if (character === "\\") {
      const escaped = text.charAt(++index);
      if (escaped !== "*" && escaped !== "\\") return wrong(text, "\\ only before * or another \\", "write \\\\ for a backslash");
      part += escaped;
    } else if (character === "*") {
      if (text.charAt(index + 1) === "*") return wrong(text, "no two * in a row", "write one");
      parts.push(part);
      part = "";
    } else {
      part += character;
    }
  }
  return { isValid: true, parts: [...parts, part] };
}

/** True for a text that a wildcard matches as a whole; false for all where the wildcard is broken. Does not go back in the text. */
export function matchesWildcard(wildcard: string, text: string): boolean {
  const read = readWildcard(wildcard);
  if (!read.isValid) return false;
  const [first = "", ...rest] = read.parts;
  const last = rest.pop();
  if (last === undefined) return text === first;
  if (text.length < first.length + last.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  const end = text.length - last.length;
  let from = first.length;
  for (const part of rest) {
    const at = text.indexOf(part, from);
    if (at < 0 || at + part.length > end) return false;
    from = at + part.length;
  }
  return true;
}

function wrong(text: string, expectation: string, cure: string): ReadWildcard {
  return { isValid: false, mistake: `got the wildcard ${quotedText(text)}; expected ${expectation}; ${cure}` };
}
