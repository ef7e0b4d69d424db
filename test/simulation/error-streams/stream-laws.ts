import { seededRandom } from "../../../functions/core/capture/seeded-random";

const { cos, exp, log, PI, sin, sqrt } = Math;

/** Steps of a stream, and labelled rows of a step. */
export const STEPS = 200;
export const ROWS = 150;
/** Steps that a model is trained on, its own the last; Infinity for all history. */
export const WINDOW = 10;

/** Of the logistic streams and of the hyperplane. */
const DIMENSIONS = 10;
/** How sharply the classes of a logistic stream part. */
const SHARPNESS = 4;

export const STREAM_NAMES = [
  "stationary",
  "covariate",
  "noiseburst",
  "sea",
  "stagger",
  "hyperplane",
  "sine",
  "gauss",
  "circles",
  "log-abrupt",
  "log-gradual",
  "log-recurring",
  "seasonal",
  "slow-fast",
  "fast-slow",
] as const;

export type StreamName = (typeof STREAM_NAMES)[number];

/** Labelled rows, step after step, each as the features that its learner gets. */
export interface LabelledStream {
  /** Features of a row. */
  readonly width: number;
  /** Row after row. */
  readonly features: Float64Array;
  /** 0 or 1 for each row. */
  readonly labels: Uint8Array;
}

/** A row, and the chance of its label 1; the label is flipped in a share `noise` of the rows. */
interface DrawnRow {
  readonly features: readonly number[];
  readonly chance: number;
  readonly noise?: number;
}

type Draw = () => number;
type Law = (step: number) => DrawnRow;

/** Two hundred steps of 150 rows; the same name and seed give the same ones. */
export function drawStream(name: StreamName, seed: number): LabelledStream {
  const random = seededRandom(`${name}.${seed}`);
  const law = LAWS[name](random);
  const rows: DrawnRow[] = [];
  const labels = new Uint8Array(STEPS * ROWS);
  for (let row = 0; row < STEPS * ROWS; row++) {
    const drawn = law(Math.floor(row / ROWS));
    rows.push(drawn);
    const label = random() < drawn.chance ? 1 : 0;
    labels[row] = random() < (drawn.noise ?? 0) ? 1 - label : label;
  }
  const width = rows[0]?.features.length ?? 0;
  const features = new Float64Array(rows.length * width);
  for (const [row, drawn] of rows.entries()) features.set(drawn.features, row * width);
  return { width, features, labels };
}

/** What decides the labels, and how it changes with the step: of each stream the world that its rows are drawn from. */
const LAWS: Readonly<Record<StreamName, (random: Draw) => Law>> = {
  stationary: (random) => logistic(random, () => 0),
  covariate(random) {
    const [first, second] = plane(random);
    return (step) => {
      const far = Math.floor(step / 30) % 2 === 1 ? 1.2 : 0;
      const features = second.map((weight) => normal(random) + far * weight);
      return { features, chance: sigmoid(SHARPNESS * dot(features, first)) };
    };
  },
  noiseburst(random) {
    const rowOf = logistic(random, () => 0);
    const isNoisy = (step: number) => (step >= 25 && step < 35) || (step >= 80 && step < 100) || (step >= 140 && step < 155);
    return (step) => ({ ...rowOf(step), noise: isNoisy(step) ? 0.2 : 0 });
  },
  sea(random) {
    const limits = [8, 9, 7, 9.5];
    return (step) => {
      const [a, b, c] = [10 * random(), 10 * random(), 10 * random()];
      const limit = limits[Math.floor(step / 35) % 4] ?? 0;
      return { features: [a / 5 - 1, b / 5 - 1, c / 5 - 1], chance: a + b <= limit ? 1 : 0, noise: 0.1 };
    };
  },
  stagger(random) {
    const concepts = [
      (size: number, colour: number) => size === 0 && colour === 0,
      (_: number, colour: number, shape: number) => colour === 1 || shape === 1,
      (size: number) => size === 1 || size === 2,
    ];
    const third = () => Math.floor(3 * random());
    return (step) => {
      const [size, colour, shape] = [third(), third(), third()];
      const features = new Array<number>(27).fill(0);
      features[9 * size + 3 * colour + shape] = 1;
      const isOne = concepts[Math.floor(step / 33) % 3]?.(size, colour, shape) ?? false;
      return { features, chance: isOne ? 1 : 0, noise: 0.05 };
    };
  },
  hyperplane(random) {
    const turned = rotation(plane(random));
    return (step) => {
      const features = Array.from({ length: DIMENSIONS }, () => 2 * random() - 1);
      return { features, chance: dot(features, turned(0.012 * (step + 1))) > 0 ? 1 : 0, noise: 0.05 };
    };
  },
  sine: (random) => (step) => {
    const [x, y] = [random(), random()];
    const isBelow = y < 0.4 * sin(2 * PI * x) + 0.5;
    const [a, b] = [2 * x - 1, 2 * y - 1];
    const features = [a, b, a * a, a * b, b * b, a ** 3, a * a * b, a ** 4, a ** 5];
    return { features, chance: isBelow === (Math.floor(step / 40) % 2 === 0) ? 1 : 0, noise: 0.05 };
  },
  gauss(random) {
    const phase = 2 * PI * random();
    return (step) => {
      const side = random() < 0.5 ? 1.1 : -1.1;
      const angle = phase + 0.03 * (step + 1);
      const features = [normal(random) + side * cos(angle), normal(random) + side * sin(angle)];
      return { features, chance: side > 0 ? 1 : 0 };
    };
  },
  circles: (random) => (step) => {
    const [a, b] = [2 * random() - 1, 2 * random() - 1];
    const angle = 2 * PI * 1.2 * (step / STEPS);
    const isInside = (a - 0.45 * cos(angle)) ** 2 + (b - 0.45 * sin(angle)) ** 2 < 0.35;
    return { features: [a, b, a * a, a * b, b * b], chance: isInside ? 1 : 0, noise: 0.05 };
  },
  "log-abrupt": (random) => logistic(random, (step) => (step < 110 ? 0 : PI / 2)),
  "log-gradual": (random) => logistic(random, (step) => (Math.min(1, Math.max(0, (step - 90) / 40)) * PI) / 2),
  "log-recurring": (random) => logistic(random, (step) => (Math.floor(step / 30) % 2 === 0 ? 0 : PI / 3)),
  seasonal: (random) => logistic(random, (step) => 0.8 * sin((2 * PI * step) / 50)),
  "slow-fast": (random) => logistic(random, (step) => 0.003 * Math.min(step + 1, 100) + 0.03 * Math.max(0, step - 99)),
  "fast-slow": (random) => logistic(random, (step) => 0.03 * Math.min(step + 1, 75) + 0.003 * Math.max(0, step - 74)),
};

/** Normal rows whose label's odds are those of a direction, which turns in a plane. */
function logistic(random: Draw, angleAt: (step: number) => number): Law {
  const turned = rotation(plane(random));
  return (step) => {
    const features = Array.from({ length: DIMENSIONS }, () => normal(random));
    return { features, chance: sigmoid(SHARPNESS * dot(features, turned(angleAt(step)))) };
  };
}

/** Two directions at right angles. */
function plane(random: Draw): readonly [readonly number[], readonly number[]] {
  const first = unit(Array.from({ length: DIMENSIONS }, () => normal(random)));
  const other = Array.from({ length: DIMENSIONS }, () => normal(random));
  const along = dot(other, first);
  return [first, unit(other.map((value, place) => value - along * (first[place] ?? 0)))];
}

/** A direction of the plane by its angle; the same one is asked for all rows of a step. */
function rotation([first, second]: ReturnType<typeof plane>): (angle: number) => readonly number[] {
  let [known, direction] = [0, first];
  return (angle) => {
    if (angle !== known) direction = first.map((value, place) => cos(angle) * value + sin(angle) * (second[place] ?? 0));
    known = angle;
    return direction;
  };
}

function unit(values: readonly number[]): readonly number[] {
  const length = sqrt(dot(values, values));
  return values.map((value) => value / length);
}

function dot(a: readonly number[], b: readonly number[]): number {
  let sum = 0;
  for (let place = 0; place < a.length; place++) sum += (a[place] ?? 0) * (b[place] ?? 0);
  return sum;
}

/** Box and Muller. */
function normal(random: Draw): number {
  return sqrt(-2 * log(random())) * cos(2 * PI * random());
}

function sigmoid(value: number): number {
  return 1 / (1 + exp(-value));
}
