import type { CaptureStore } from "../../functions/core/capture/ports";
import { CELL_TEXTS, CELLS, cellsOfSd, FEATURE_FORMS, LIKELY_CELLS } from "./drift-features";

/** A Monday. */
export const STREAM_START = Date.UTC(2026, 10, 2);

export const STREAM_LOCATION = "s3://flights/captured/{yyyy}/{mm}/{dd}/{hh}/";

/** Column that tells whose a row is. */
export const UNIT_COLUMN = "user";

/** What the rows of a window are; all but `rows` leave them independent, and of one distribution. */
export interface StreamOptions {
  readonly seed: number;
  readonly periodMs: number;
  /** In a window. */
  readonly rows: number;
  /** Places of the features that are drawn. @default - all */
  readonly features?: readonly number[];
  /** How many equal rows in a row are of one user; drawn for each user. @default - one */
  readonly rowsOfUser?: (random: () => number) => number;
  /** In standard deviations of the latent normal variable, of a feature in a window; windows are counted from 0. */
  readonly shift?: (feature: number, window: number, start: number) => number;
  /** Share of a feature's rows that lack it. @default - none do */
  readonly missing?: (feature: number) => number;
  /** Share of the rows of a window that are one user's. */
  readonly burst?: (window: number, random: () => number) => number;
}

/** Stands for the cell of a missing value. */
export const MISSING = -1;

/** A window's rows: of each feature that is drawn the cells of its values, and whose the rows are. */
export interface StreamWindow {
  readonly cells: readonly Int32Array[];
  readonly users: Int32Array;
}

/** A stream of requests that any window can be drawn of, again and again the same. */
export interface Stream {
  readonly options: StreamOptions;
  /** Windows are counted from 0. */
  windowAt(window: number): StreamWindow;
}

/** Windows that are kept, those drawn last: of each window its report is made, and then what other rules say of it. */
const KEPT = 30;

export function createStream(options: StreamOptions): Stream {
  const kept = new Map<number, StreamWindow>();
  return {
    options,
    windowAt(window) {
      const known = kept.get(window);
      if (known !== undefined) return known;
      const drawn = drawWindow(options, window);
      kept.set(window, drawn);
      for (const old of kept.keys()) if (kept.size > KEPT) kept.delete(old);
      return drawn;
    },
  };
}

function drawWindow(options: StreamOptions, window: number): StreamWindow {
  const { seed, rows, rowsOfUser, shift, missing, burst, periodMs } = options;
  const random = randomOf(seed, window);
  const start = STREAM_START + window * periodMs;
  const users = usersOf(rows, rowsOfUser, burst?.(window, random) ?? 0, random);
  const cells = featuresOf(options).map((feature) => {
    const lacking = missing?.(feature) ?? 0;
    const moved = cellsOfSd(shift?.(feature, window, start) ?? 0);
    const column = new Int32Array(rows);
    let [user, cell] = [-1, 0];
    for (let row = 0; row < rows; row++) {
      if (users[row] !== user) {
        cell = (LIKELY_CELLS[(random() * CELLS) | 0] ?? 0) + moved;
        if (cell < 0 || cell >= CELLS) cell = cell < 0 ? 0 : CELLS - 1;
        if (lacking > 0 && random() < lacking) cell = MISSING;
        user = users[row] ?? 0;
      }
      column[row] = cell;
    }
    return column;
  });
  return { cells, users };
}

const ALL_FEATURES = FEATURE_FORMS.map((_, feature) => feature);

/** Places of the features that are drawn. */
export function featuresOf({ features = ALL_FEATURES }: StreamOptions): readonly number[] {
  return features;
}

/** Whose each row is: rows of one user follow each other. */
function usersOf(rows: number, rowsOfUser: StreamOptions["rowsOfUser"], burst: number, random: () => number): Int32Array {
  const users = new Int32Array(rows);
  const ofBurst = Math.round(rows * burst);
  let user = 1;
  for (let row = ofBurst; row < rows; user++) {
    const count = rowsOfUser?.(random) ?? 1;
    for (let i = 0; i < count && row < rows; i++) users[row++] = user;
  }
  return users;
}

/** Rows in a captured request. */
const ROWS_IN_LINE = 100;

const HOUR_MS = 3_600_000;

/** The stream as SageMaker captures it, a window an object: drawn when it is read. */
export function streamCaptures(stream: Stream): CaptureStore {
  const { periodMs } = stream.options;
  return {
    async *list(prefix) {
      const [yyyy, mm, dd, hh] = prefix.slice(STREAM_LOCATION.indexOf("{")).split("/").map(Number);
      const window = (Date.UTC(yyyy ?? 0, (mm ?? 1) - 1, dd, hh) - STREAM_START) / periodMs;
      if (window >= 0 && Number.isInteger(window)) yield { uri: `${prefix}${window}`, bytes: 1 };
    },
    folders: async () => [],
    async *lines(uri) {
      const { cells, users } = stream.windowAt(Number(uri.slice(uri.lastIndexOf("/") + 1)));
      for (let row = 0; row < users.length; row += ROWS_IN_LINE) yield [capturedLine(stream.options, cells, users, row)];
    },
  };
}

function capturedLine(options: StreamOptions, cells: readonly Int32Array[], users: Int32Array, first: number): string {
  const columns = featuresOf(options).map((feature, at) => ({
    texts: CELL_TEXTS[FEATURE_FORMS[feature] ?? "normal"],
    cells: cells[at],
  }));
  let data = "";
  for (let row = first; row < Math.min(users.length, first + ROWS_IN_LINE); row++) {
    for (const { texts, cells } of columns) data += `${texts[cells?.[row] ?? 0] ?? ""},`;
    data += `u${users[row]}\n`;
  }
  return JSON.stringify({
    captureData: { endpointInput: { observedContentType: "text/csv", mode: "INPUT", data, encoding: "CSV" } },
  });
}

/** Numbers in [0, 1) by sfc32, of Chris Doty-Humphrey's PractRand, whose sequences of different seeds never meet in practice. */
export function randomOf(...seeds: readonly number[]): () => number {
  let [a, b, c, counter] = [seeds[0] ?? 0, seeds[1] ?? 0, seeds[2] ?? 0, 1];
  const next = () => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  };
  for (let i = 0; i < 15; i++) next();
  return next;
}

/** Standard normal numbers. Box and Muller (1958), https://doi.org/10.1214/aoms/1177706645 */
export function normalOf(random: () => number): () => number {
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** An autoregression of order 1 of each feature, whose values have this standard deviation. */
export function wander(seed: number, coefficient: number, sd: number): (feature: number, window: number) => number {
  const series = FEATURE_FORMS.map((_, feature) => {
    const normal = normalOf(randomOf(seed, feature, 7));
    const values = [sd * normal()];
    return (window: number) => {
      while (values.length <= window) {
        values.push(coefficient * (values.at(-1) ?? 0) + sd * Math.sqrt(1 - coefficient ** 2) * normal());
      }
      return values[window] ?? 0;
    };
  });
  return (feature, window) => series[feature]?.(window) ?? 0;
}

/** Rows of a user, geometric with this mean: 1, 2, … */
export function geometric(mean: number): (random: () => number) => number {
  return (random) => 1 + Math.floor(Math.log(1 - random()) / Math.log(1 - 1 / mean));
}

/** Ten features of all forms. */
function isAmongTen(feature: number): boolean {
  return feature % 5 === 0;
}

/** ± `sd` over the hours of a day, lowest at 2 h UTC. */
export function dailyCycle(sd: number): (feature: number, window: number, start: number) => number {
  return (feature, _, start) => (isAmongTen(feature) ? -sd * Math.cos((2 * Math.PI * (start / HOUR_MS - 2)) / 24) : 0);
}

/** `sd` on Saturdays and Sundays. */
export function weekend(sd: number): (feature: number, window: number, start: number) => number {
  return (feature, _, start) => {
    const day = new Date(start).getUTCDay();
    return isAmongTen(feature) && (day === 0 || day === 6) ? sd : 0;
  };
}
