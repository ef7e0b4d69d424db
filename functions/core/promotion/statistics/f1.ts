/** Rows of one label and one prediction, by their classes' places. */
export interface ConfusionCell {
  readonly label: number;
  readonly prediction: number;
}

/**
 * F1, 2 TP / (2 TP + FP + FN): of the second of two classes, as scikit-learn's default is of class 1; of more classes the mean over
 * those that are labels or predictions, as scikit-learn's `average="macro"`; [0, 1], 0 where nothing is right, NaN of nothing.
 * @param cells places below `classes`, with the rows in each at the same index of `counts`
 * @param classes 2 or more
 */
export function f1(cells: readonly ConfusionCell[], counts: ArrayLike<number>, classes: number): number {
  const right = new Float64Array(classes);
  const wrong = new Float64Array(classes);
  cells.forEach(({ label, prediction }, index) => {
    const count = counts[index] ?? 0;
    if (label === prediction) right[label] = (right[label] ?? 0) + count;
    else {
      wrong[label] = (wrong[label] ?? 0) + count;
      wrong[prediction] = (wrong[prediction] ?? 0) + count;
    }
  });
  const ofClass = (place: number) => {
    const [hits, misses] = [right[place] ?? 0, wrong[place] ?? 0];
    return hits + misses === 0 ? undefined : (2 * hits) / (2 * hits + misses);
  };
  if (classes === 2) return ofClass(1) ?? 0;
  let [sum, seen] = [0, 0];
  for (let place = 0; place < classes; place++) {
    const score = ofClass(place);
    if (score === undefined) continue;
    sum += score;
    seen++;
  }
  return sum / seen;
}
