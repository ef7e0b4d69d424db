/** Longer words are compared by their beginning only: nobody mistypes that much. */
const COMPARED_CHARACTERS = 80;

/**
 * The allowed word that is most like the one that was got, whatever its case and punctuation: IN_SERVICE for InService. Undefined when
 * more than half of it would have to be typed anew, so that it is no likely meaning.
 */
export function nearestWord(got: string, allowed: readonly string[]): string | undefined {
  const ranked = allowed.map((word) => ({ word, edits: editsBetween(folded(got), folded(word)) }));
  const best = ranked.reduce<(typeof ranked)[number] | undefined>(
    (a, b) => (a === undefined || b.edits < a.edits ? b : a),
    undefined,
  );
  return best !== undefined && best.edits <= folded(got).length / 2 ? best.word : undefined;
}

function folded(word: string): string {
  return word
    .toLowerCase()
    .replaceAll(/[^a-z0-9]/g, "")
    .slice(0, COMPARED_CHARACTERS);
}

/** Insertions, deletions and replacements: https://en.wikipedia.org/wiki/Levenshtein_distance */
function editsBetween(from: string, to: string): number {
  const first = Array.from({ length: to.length + 1 }, (_, column) => column);
  const last = [...from].reduce<number[]>((above, letter, row) => {
    const cells = [row + 1];
    for (const [column, other] of [...to].entries()) {
      const replaced = (above[column] ?? 0) + (letter === other ? 0 : 1);
      cells.push(Math.min(replaced, (above[column + 1] ?? 0) + 1, (cells[column] ?? 0) + 1));
    }
    return cells;
  }, first);
  return last.at(-1) ?? 0;
}
