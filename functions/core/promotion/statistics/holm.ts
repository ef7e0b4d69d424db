/**
 * P-values that may be compared with one level all together: the chance that any of them is below it, where nothing is to be found,
 * is at most that level, whatever depends on what. In the order of the given ones; [0, 1]. Source: Holm (1979), A simple
 * sequentially rejective multiple test procedure, Scandinavian Journal of Statistics 6(2).
 */
export function holmAdjusted(pValues: readonly number[]): number[] {
  const places = pValues.map((_, place) => place).sort((a, b) => (pValues[a] ?? 0) - (pValues[b] ?? 0));
  const adjusted = new Array<number>(pValues.length).fill(1);
  let least = 0;
  places.forEach((place, rank) => {
    least = Math.max(least, Math.min(1, (pValues.length - rank) * (pValues[place] ?? 1)));
    adjusted[place] = least;
  });
  return adjusted;
}
