/** Kinds of features, in the numbers in which 50 of them are watched. */
const MIX = {
  normal: 10,
  "log-normal": 10,
  cauchy: 5,
  "zero-inflated": 10,
  poisson: 5,
  "10 categories": 5,
  "1,000 categories": 5,
} as const;

export type FeatureForm = keyof typeof MIX;

/** The form of each feature. */
export const FEATURE_FORMS: readonly FeatureForm[] = (Object.keys(MIX) as FeatureForm[]).flatMap((form) =>
  Array.from({ length: MIX[form] }, () => form),
);

/** Features are named by form and place: `normal 3`. */
export const FEATURE_NAMES: readonly string[] = FEATURE_FORMS.map((form, at) => `${form} ${at}`.replaceAll(",", ""));

/** Cells of the latent normal variable that each value is a function of, over ±REACH standard deviations. */
export const CELLS = 2 ** 16;
const REACH = 8;
const CELLS_OF_SD = CELLS / (2 * REACH);

/** Share of zeros, where they are many. */
const ZEROS = 0.7;

/** Values of the cells of each form, rising; of categories their places. */
export const CELL_VALUES: Readonly<Record<FeatureForm, Float64Array>> = {
  normal: cellsOf((z) => z),
  "log-normal": cellsOf((z) => Math.exp(2 * z)),
  cauchy: cellsOf((_, below) => Math.tan(Math.PI * (below - 0.5))),
  "zero-inflated": cellsOf((_, below) => (below < ZEROS ? 0 : -Math.log((1 - below) / (1 - ZEROS)))),
  poisson: cellsOf(quantileOf(Array.from({ length: 30 }, (_, count) => poisson(4, count)))),
  "10 categories": cellsOf(quantileOf(zipf(10))),
  "1,000 categories": cellsOf(quantileOf(zipf(1_000))),
};

/** Their texts, as CSV has them. */
export const CELL_TEXTS: Readonly<Record<FeatureForm, readonly string[]>> = {
  normal: numberTexts(CELL_VALUES.normal),
  "log-normal": numberTexts(CELL_VALUES["log-normal"]),
  cauchy: numberTexts(CELL_VALUES.cauchy),
  "zero-inflated": numberTexts(CELL_VALUES["zero-inflated"]),
  poisson: numberTexts(CELL_VALUES.poisson),
  "10 categories": nameTexts(CELL_VALUES["10 categories"]),
  "1,000 categories": nameTexts(CELL_VALUES["1,000 categories"]),
};

/** Cells of 2 ** 16 equally likely values of the latent variable, rising. */
export const LIKELY_CELLS: Int32Array = likelyCells();

/** How many cells so many standard deviations are. */
export function cellsOfSd(sd: number): number {
  return Math.round(sd * CELLS_OF_SD);
}

function cellsOf(value: (z: number, below: number) => number): Float64Array {
  return Float64Array.from({ length: CELLS }, (_, cell) => {
    const z = (cell + 0.5) / CELLS_OF_SD - REACH;
    return value(z, Math.min(1 - 2 ** -52, normalBelow(z)));
  });
}

/** The probability of less than z. Abramowitz and Stegun 26.2.17, to 7.5e-8, which is nothing here. */
function normalBelow(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const above = (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series;
  return z > 0 ? 1 - above : above;
}

function likelyCells(): Int32Array {
  const cells = new Int32Array(CELLS);
  let cell = 0;
  for (let at = 0; at < CELLS; at++) {
    while (cell < CELLS - 1 && normalBelow((cell + 1) / CELLS_OF_SD - REACH) < (at + 0.5) / CELLS) cell++;
    cells[at] = cell;
  }
  return cells;
}

/** The place of the first weight up to which the sum reaches a share of all. */
function quantileOf(weights: readonly number[]): (z: number, below: number) => number {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let sum = 0;
  const limits = weights.map((weight) => (sum += weight / total));
  let place = 0;
  let last = 0;
  return (_, below) => {
    // Cells are asked for in rising order.
    if (below < last) place = 0;
    last = below;
    while (place < limits.length - 1 && (limits[place] ?? 1) < below) place++;
    return place;
  };
}

function poisson(mean: number, count: number): number {
  let probability = Math.exp(-mean);
  for (let i = 1; i <= count; i++) probability *= mean / i;
  return probability;
}

function zipf(names: number): number[] {
  return Array.from({ length: names }, (_, place) => 1 / (place + 1));
}

function numberTexts(values: Float64Array): string[] {
  return Array.from(values, (value) => String(Number(value.toPrecision(6))));
}

function nameTexts(places: Float64Array): string[] {
  return Array.from(places, (place) => `c${place}`);
}
