const DAY_MS = 86_400_000;
/** Finest time that is told apart, and the shortest period of a chart, milliseconds. */
export const SLOT_MS = 300_000;
const SLOTS_OF_DAY = DAY_MS / SLOT_MS;
/** Count, sum, minimum and maximum of a slot. */
const FIELDS = 4;

/** Each bin ends where the next one begins, 2 % higher: percentiles are right to 1 %. */
const LOG_BIN = Math.log(1.02);

/** What the values of a span of time came to. */
export interface Total {
  readonly count: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
  /** Values by bin, from which percentiles are read; empty unless they are kept. */
  readonly bins: ReadonlyMap<number, number>;
}

/** The values of one series over time, in memory that grows with the days in which there are any. */
export interface MetricSlots {
  /** `at`: epoch milliseconds. */
  add(at: number, value: number): void;
  /** Of `from` (epoch milliseconds) and before `until`, both at the edge of a slot; undefined when there is no value. */
  total(from: number, until: number): Total | undefined;
  /** Of all values. */
  sum(): number;
}

/** Slots without a value; percentiles are kept only where `hasPercentiles`, as they take more memory. */
export function metricSlots(hasPercentiles: boolean): MetricSlots {
  const days = new Map<number, Float64Array>();
  const bins = new Map<number, Map<number, number>>();
  let sumOfAll = 0;

  function addBin(slot: number, value: number): void {
    const ofSlot = bins.get(slot) ?? new Map<number, number>();
    const bin = binOf(value);
    ofSlot.set(bin, (ofSlot.get(bin) ?? 0) + 1);
    bins.set(slot, ofSlot);
  }

  return {
    add(at, value) {
      sumOfAll += value;
      const slot = Math.floor(at / SLOT_MS);
      const day = Math.floor(slot / SLOTS_OF_DAY);
      const values = days.get(day) ?? new Float64Array(SLOTS_OF_DAY * FIELDS);
      days.set(day, values);
      const index = (slot - day * SLOTS_OF_DAY) * FIELDS;
      const { count, sum, minimum, maximum } = readSlot(values, index);
      const isFirst = count === 0;
      values[index] = count + 1;
      values[index + 1] = sum + value;
      values[index + 2] = isFirst ? value : Math.min(minimum, value);
      values[index + 3] = isFirst ? value : Math.max(maximum, value);
      if (hasPercentiles) addBin(slot, value);
    },
    total(from, until) {
      const totals: Total[] = [];
      for (let slot = Math.floor(from / SLOT_MS); slot * SLOT_MS < until; slot++) {
        const day = Math.floor(slot / SLOTS_OF_DAY);
        const values = days.get(day);
        const read = values === undefined ? undefined : readSlot(values, (slot - day * SLOTS_OF_DAY) * FIELDS);
        if (read !== undefined && read.count > 0) totals.push({ ...read, bins: bins.get(slot) ?? NO_BINS });
      }
      return mergedTotal(totals);
    },
    sum: () => sumOfAll,
  };
}

const NO_BINS: Total["bins"] = new Map();

function readSlot(values: Float64Array, index: number): Omit<Total, "bins"> {
  const { [index]: count = 0, [index + 1]: sum = 0, [index + 2]: minimum = 0, [index + 3]: maximum = 0 } = values;
  return { count, sum, minimum, maximum };
}

/** What several spans, or several series, came to together; undefined of none. */
export function mergedTotal(totals: readonly Total[]): Total | undefined {
  const [first, ...others] = totals;
  if (first === undefined) return undefined;
  if (others.length === 0) return first;
  const bins = new Map<number, number>();
  for (const total of totals) for (const [bin, count] of total.bins) bins.set(bin, (bins.get(bin) ?? 0) + count);
  return {
    count: totals.reduce((count, total) => count + total.count, 0),
    sum: totals.reduce((sum, total) => sum + total.sum, 0),
    minimum: Math.min(...totals.map(({ minimum }) => minimum)),
    maximum: Math.max(...totals.map(({ maximum }) => maximum)),
    bins,
  };
}

/** The value that `percent` (0 to 100) of the values do not exceed, to 1 %; undefined where percentiles are not kept. */
export function percentileOf({ count, minimum, maximum, bins }: Total, percent: number): number | undefined {
  const rank = Math.max(1, Math.ceil((percent / 100) * count));
  let seen = 0;
  for (const [bin, inBin] of [...bins].sort(([one], [other]) => one - other)) {
    seen += inBin;
    if (seen >= rank) return Math.min(maximum, Math.max(minimum, middleOf(bin)));
  }
  return undefined;
}

/** In the order of the values: negative ones below 0, which has a bin of its own. */
function binOf(value: number): number {
  if (value === 0) return 0;
  const magnitude = Math.ceil(Math.log(Math.abs(value)) / LOG_BIN) + OFFSET;
  return Math.sign(value) * magnitude;
}

/** More than the logarithm of the smallest number in bins, so that all magnitudes are positive. */
const OFFSET = 40_000;

function middleOf(bin: number): number {
  if (bin === 0) return 0;
  return Math.sign(bin) * Math.exp((Math.abs(bin) - OFFSET - 0.5) * LOG_BIN);
}
