import type { DriftReport } from "../../functions/core/drift/drift-report";
import type { Flight } from "../replay/landing-files";
import { distributionOf, FEATURES, FlightCounts, type Frame, frameOf } from "./flight-features";

const WEEK_MS = 7 * 24 * 3_600_000;

/** Weeks that the baseline is learned from; it never moves after that. */
export const BASELINE_WEEKS = 4;

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
