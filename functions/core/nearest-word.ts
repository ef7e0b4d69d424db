import { distance } from "fastest-levenshtein";

/** Longer words are compared by their beginning only: nobody mistypes that much. */
const COMPARED_CHARACTERS = 80;

/**
 * The allowed word that is most like the one that was got, whatever its case and punctuation: IN_SERVICE for InService. Undefined
 * when more than half of it would have to be retyped, which makes it an unlikely meaning.
 */
export function nearestWord(got: string, allowed: readonly string[]): string | undefined {
  const ranked = allowed.map((word) => ({ word, edits: distance(folded(got), folded(word)) }));
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
