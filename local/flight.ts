/** One flight of the United States in 2001. The file's times are local and name no zone; the replay takes them for UTC. */
export interface Flight {
  /** Scheduled departure, epoch milliseconds. */
  readonly departsAt: number;
  readonly delayMinutes: number;
  readonly distanceMiles: number;
  /** Airports, by their three letters. */
  readonly origin: string;
  readonly destination: string;
}

/** The days that the file holds: from the first moment, up to but without the last. Epoch milliseconds. */
export const FLIGHTS_FROM = Date.UTC(2001, 0, 1);
export const FLIGHTS_UNTIL = Date.UTC(2001, 6, 1);
