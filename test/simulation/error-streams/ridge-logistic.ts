const { abs, exp, sqrt } = Math;

/** Penalty of a weight, and of the intercept. */
const RIDGE = 1;
const INTERCEPT_RIDGE = 1e-3;
const MAX_ITERATIONS = 12;
// Steps shrink quadratically: what is left after one of this size is far below it.
const TOLERANCE = 1e-2;

/** Labelled rows. */
export interface Rows {
  readonly width: number;
  /** Row after row. */
  readonly features: Float64Array;
  readonly labels: Uint8Array;
}

/**
 * Fits a ridge logistic regression to the rows from `from` to below `to` by Newton's method, beginning at `start`: the weights, the
 * intercept first. The optimum is unique; `start` only saves time.
 */
export function fitRidgeLogistic({ width, features, labels }: Rows, from: number, to: number, start: Float64Array): Float64Array {
  const size = width + 1;
  const weights = Float64Array.from(start);
  const gradient = new Float64Array(size);
  const hessian = new Float64Array(size * size);
  const row = new Float64Array(size);
  // Places of the row that are not 0: one-hot rows have two of 28.
  const filled = new Int32Array(size);
  row[0] = 1;
  for (let iteration = 0; iteration < MAX_ITERATIONS; iteration++) {
    for (let place = 0; place < size; place++) gradient[place] = -ridgeOf(place) * at(weights, place);
    hessian.fill(0);
    for (let place = 0; place < size; place++) hessian[place * size + place] = ridgeOf(place);
    for (let index = from; index < to; index++) {
      let count = 1;
      let score = at(weights, 0);
      for (let place = 1, cell = index * width; place < size; place++, cell++) {
        const value = at(features, cell);
        if (value === 0) continue;
        row[place] = value;
        filled[count++] = place;
        score += value * at(weights, place);
      }
      const chance = 1 / (1 + exp(-score));
      const miss = (labels[index] ?? 0) - chance;
      const weight = chance * (1 - chance);
      for (let a = 0; a < count; a++) {
        const place = filled[a] ?? 0;
        const value = at(row, place);
        gradient[place] = at(gradient, place) + miss * value;
        const scaled = weight * value;
        const line = place * size;
        for (let b = 0; b <= a; b++) {
          const other = filled[b] ?? 0;
          hessian[line + other] = at(hessian, line + other) + scaled * at(row, other);
        }
      }
    }
    solveInPlace(hessian, gradient);
    let largest = 0;
    for (let place = 0; place < size; place++) {
      weights[place] = at(weights, place) + at(gradient, place);
      largest = Math.max(largest, abs(at(gradient, place)));
    }
    if (largest < TOLERANCE) break;
  }
  return weights;
}

/** Rows from `from` to below `to` that the weights put on the wrong side, a share. */
export function errorOf({ width, features, labels }: Rows, from: number, to: number, weights: Float64Array): number {
  let wrong = 0;
  for (let index = from; index < to; index++) {
    let score = at(weights, 0);
    for (let place = 1, cell = index * width; place <= width; place++, cell++) score += at(features, cell) * at(weights, place);
    if (score > 0 !== (labels[index] === 1)) wrong++;
  }
  return wrong / (to - from);
}

function ridgeOf(place: number): number {
  return place === 0 ? INTERCEPT_RIDGE : RIDGE;
}

/** Solves by Cholesky's decomposition: of the symmetric matrix the lower half is given; it and the right side are overwritten. */
function solveInPlace(matrix: Float64Array, right: Float64Array): void {
  const size = right.length;
  for (let column = 0; column < size; column++) {
    for (let line = column; line < size; line++) {
      let sum = at(matrix, line * size + column);
      for (let k = 0; k < column; k++) sum -= at(matrix, line * size + k) * at(matrix, column * size + k);
      matrix[line * size + column] = line === column ? sqrt(sum) : sum / at(matrix, column * size + column);
    }
  }
  for (let line = 0; line < size; line++) {
    let sum = at(right, line);
    for (let k = 0; k < line; k++) sum -= at(matrix, line * size + k) * at(right, k);
    right[line] = sum / at(matrix, line * size + line);
  }
  for (let line = size - 1; line >= 0; line--) {
    let sum = at(right, line);
    for (let k = line + 1; k < size; k++) sum -= at(matrix, k * size + line) * at(right, k);
    right[line] = sum / at(matrix, line * size + line);
  }
}

function at(values: Float64Array, place: number): number {
  return values[place] ?? 0;
}
