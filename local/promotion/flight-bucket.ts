import { type Flight, parseFlights } from "../replay/landing-files";

/** The files that landed, for trainings: the replay's bucket has names alone. */
export interface FlightBucket {
  /** Keeps a file. @param csv as it landed */
  readonly keep: (key: string, csv: string) => void;
  /** The flights of files, in their order. @throws Error that names a file which never landed */
  readonly flightsOf: (keys: readonly string[]) => Flight[];
}

/** A bucket in memory, of which nothing is dropped: 30 bytes a flight. */
export function flightBucket(): FlightBucket {
  const files = new Map<string, string>();
  return {
    keep: (key, csv) => void files.set(key, csv),
    flightsOf: (keys) =>
      keys.flatMap((key) => {
        const csv = files.get(key);
        if (csv === undefined) throw new Error(`${key} never landed; expected the objects of the run's manifest`);
        return parseFlights(csv);
      }),
  };
}

/** A time in which the feed gives delays with the wrong sign, so that what was late looks early. Epoch milliseconds. */
export interface BrokenFeed {
  readonly from: number;
  /** Exclusive. */
  readonly until: number;
}

/** The flights as a feed gives them that is broken for a time. */
export async function* brokenFlights(
  blocks: AsyncIterable<readonly Flight[]>,
  { from, until }: BrokenFeed,
): AsyncGenerator<readonly Flight[]> {
  for await (const block of blocks) {
    yield block.map((flight) =>
      flight.departsAt >= from && flight.departsAt < until ? { ...flight, delayMinutes: -flight.delayMinutes } : flight,
    );
  }
}
