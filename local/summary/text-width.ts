import { stripVTControlCharacters } from "node:util";

/** Characters of two columns: https://www.unicode.org/reports/tr11/ and those that terminals show as emoji. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6]|[\u{1b000}-\u{1b2ff}\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}|\ufe0f/u;
const SEGMENTS = new Intl.Segmenter("en", { granularity: "grapheme" });

// biome-ignore lint/suspicious/noControlCharactersInRegex: colours are what is looked for
const COLOUR = /(\u001b\[[\d;]*m)/;

/** Columns that a text of one line takes on a terminal: colours none, wide characters and emoji two. */
export function textWidth(text: string): number {
  if (/^[\u0020-\u007e]*$/.test(text)) return text.length;
  return [...SEGMENTS.segment(stripVTControlCharacters(text))].reduce((sum, { segment }) => sum + columnsOf(segment), 0);
}

function columnsOf(grapheme: string): number {
  if (/^\p{M}+$/u.test(grapheme)) return 0;
  return WIDE.test(grapheme) ? 2 : 1;
}

/** A text of one line in at most so many columns, one or more: what is left out is told by `…`, and colours end as they began. */
export function fitted(text: string, columns: number): string {
  if (textWidth(text) <= columns) return text;
  let room = columns - 1;
  let isCut = false;
  const parts = text.split(COLOUR).map((part, index) => {
    if (index % 2 === 1 || isCut) return index % 2 === 1 ? part : "";
    let kept = "";
    for (const { segment } of SEGMENTS.segment(part)) {
      const columns = columnsOf(segment);
      if (columns > room) {
        isCut = true;
        return `${kept}…`;
      }
      room -= columns;
      kept += segment;
    }
    return kept;
  });
  return parts.join("");
}
