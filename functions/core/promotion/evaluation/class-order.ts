/** The number that a class's name is, as numbers are written, or with the `.0` that Python adds to whole ones; else undefined. */
export function numberNamed(name: string): number | undefined {
  const number = Number(name);
  return Number.isFinite(number) && (name === String(number) || name === `${number}.0`) ? number : undefined;
}

/**
 * The names of classes in the one order that decides which of two is the second, whose score, F1 and area are told: by value where
 * all are numbers, else as texts, as scikit-learn orders its classes. The order of some of them may differ from their order among
 * others, as `9, 10` does from `10, 9, other`; that of two never depends on anything but the two.
 */
export function inClassOrder(names: Iterable<string>): readonly string[] {
  const texts = [...names].sort();
  return texts.every((name) => numberNamed(name) !== undefined) ? texts.sort((a, b) => Number(a) - Number(b)) : texts;
}
