import type { Categories, Distribution, Histogram } from "../../functions/core/drift/distributions/distribution";
import type { DriftKind, DriftReport } from "../../functions/core/drift/drift-report";
import type { Flight } from "./landing-files";

const WEEK_MS = 7 * 24 * 3_600_000;

/** Weeks that the baseline is learned from; it never moves after that. */
const BASELINE_WEEKS = 4;

/**
 * What a monitor that looks at all flights of each week reports, from the first week after the baseline on; a week that the flights
 * end in is left out. Only counts are kept, so that memory does not grow with the flights.
 */
export async function* weeklyReports(
  model: string,
  flights: AsyncIterable<readonly Flight[]>,
  from: number,
  until: number,
): AsyncGenerator<DriftReport> {
  const baseline = new FlightCounts();
  const baselineEnd = from + BASELINE_WEEKS * WEEK_MS;
  let week = new FlightCounts();
  let start = baselineEnd;
  for await (const block of flights) {
    for (const flight of block) {
      if (flight.departsAt < baselineEnd) {
        baseline.add(flight);
        continue;
      }
      while (flight.departsAt >= start + WEEK_MS) {
        yield reportOf(model, baseline, week, start);
        week = new FlightCounts();
        start += WEEK_MS;
      }
      week.add(flight);
    }
  }
  if (start + WEEK_MS <= until) yield reportOf(model, baseline, week, start);
}

const frames = new WeakMap<FlightCounts, ReadonlyMap<string, Frame>>();

function framesOf(baseline: FlightCounts): ReadonlyMap<string, Frame> {
  const known = frames.get(baseline);
  if (known !== undefined) return known;
  const learned = new Map(FEATURES.map(({ name }) => [name, frameOf(baseline.of(name))]));
  frames.set(baseline, learned);
  return learned;
}

function reportOf(model: string, baseline: FlightCounts, week: FlightCounts, start: number): DriftReport {
  const learned = framesOf(baseline);
  const day = new Date(start).toISOString().slice(0, 10);
  return {
    version: 1,
    model,
    id: `flights-of-the-week-from-${day}`,
    monitor: "weekly-flights",
    window: { start, end: start + WEEK_MS },
    unlisted: "unknown",
    features: FEATURES.flatMap(({ name, kind }) => {
      const frame = learned.get(name);
      if (frame === undefined) return [];
      const [reference, current] = [baseline, week].map((counts) => distributionOf(counts.of(name), frame));
      if (reference === undefined || current === undefined) return [];
      return [
        {
          name,
          kind,
          sampleSize: week.flights,
          referenceSize: baseline.flights,
          evidence: { type: "distributions" as const, reference, current },
        },
      ];
    }),
  };
}

/** The features of the model that learns delays: what it is given, and what was true. */
const FEATURES = [
  { name: "delay", kind: "label", read: ({ delayMinutes }: Flight) => delayMinutes },
  { name: "distance", kind: "data", read: ({ distanceMiles }: Flight) => distanceMiles },
  { name: "hour", kind: "data", read: ({ departsAt }: Flight) => new Date(departsAt).getUTCHours() },
  { name: "origin", kind: "data", read: ({ origin }: Flight) => origin },
] as const satisfies readonly { name: string; kind: DriftKind; read: (flight: Flight) => number | string }[];

type FeatureName = (typeof FEATURES)[number]["name"];

type Value = number | string;

/** How often each value of each feature came in some window: all that a report needs of it, whatever its length. */
class FlightCounts {
  private readonly counts = new Map<FeatureName, Map<Value, number>>(FEATURES.map(({ name }) => [name, new Map()]));
  flights = 0;

  add(flight: Flight): void {
    this.flights += 1;
    for (const { name, read } of FEATURES) {
      const counts = this.counts.get(name);
      const value = read(flight);
      counts?.set(value, (counts.get(value) ?? 0) + 1);
    }
  }

  of(feature: FeatureName): ReadonlyMap<Value, number> {
    return this.counts.get(feature) ?? new Map();
  }
}

const BINS = 20;
const CATEGORIES = 100;

/** Beyond every value of a flight. */
const OUTERMOST = 1e6;

/** Where a feature's values are cut into bins, or which of them are named: learned from the baseline, and kept. */
type Frame = { readonly edges: readonly number[] } | { readonly named: ReadonlySet<Value> };

/** Bins of about equal shares of the baseline, or its most frequent values. */
function frameOf(counts: ReadonlyMap<Value, number>): Frame {
  const numbers = [...counts].filter((entry): entry is [number, number] => typeof entry[0] === "number");
  if (numbers.length < counts.size) {
    const frequent = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).slice(0, CATEGORIES);
    return { named: new Set(frequent.map(([value]) => value)) };
  }
  const total = numbers.reduce((sum, [, count]) => sum + count, 0);
  const edges = [-OUTERMOST];
  let below = 0;
  for (const [value, count] of numbers.sort((a, b) => a[0] - b[0])) {
    below += count;
    if (below >= (edges.length * total) / BINS && below < total) edges.push(value + 0.5);
  }
  return { edges: [...edges, OUTERMOST] };
}

/** A window's values in the baseline's frame. */
function distributionOf(counts: ReadonlyMap<Value, number>, frame: Frame): Distribution {
  return "edges" in frame ? histogramOf(counts, frame.edges) : categoriesOf(counts, frame.named);
}

function histogramOf(values: ReadonlyMap<Value, number>, edges: readonly number[]): Histogram {
  const counts = new Array<number>(edges.length - 1).fill(0);
  for (const [value, count] of values) {
    const bin = edges.findLastIndex((edge) => edge <= Number(value));
    counts[bin] = (counts[bin] ?? 0) + count;
  }
  return { type: "histogram", edges: [...edges], counts };
}

function categoriesOf(values: ReadonlyMap<Value, number>, named: ReadonlySet<Value>): Categories {
  const counts: Record<string, number> = { "(other)": 0 };
  for (const value of named) counts[String(value)] = 0;
  for (const [value, count] of values) {
    const category = named.has(value) ? String(value) : "(other)";
    counts[category] = (counts[category] ?? 0) + count;
  }
  return { type: "categories", counts };
}
