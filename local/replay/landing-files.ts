import { createHash } from "node:crypto";
import type { LocalCloud, ObjectWrite } from "../clouds/local-cloud";
import { seededRandom, type VirtualClock } from "../world/time-and-chance";

/** Flights that one file holds; the last file of a region has what is left. */
const FLIGHTS_PER_FILE = 50;

/** One file of flights as it lands in the bucket. It is never written: its name, size and digest are all that an event tells. */
export interface LandingFile {
  readonly key: string;
  /** Departure of its last flight, epoch milliseconds. */
  readonly landedAt: number;
  readonly flights: number;
  /** Length and MD5 of the flights as CSV, one line each under a header. */
  readonly bytes: number;
  readonly md5: string;
}

/** Airports of California, Oregon and Washington that the flights name most. */
const WEST_COAST = new Set([
  "LAX",
  "SFO",
  "SEA",
  "SAN",
  "SJC",
  "OAK",
  "PDX",
  "ONT",
  "SNA",
  "SMF",
  "BUR",
  "GEG",
  "FAT",
  "PSP",
  "SBA",
]);

const HEADER = "date,delay,distance,origin,destination\n";

interface PartFile {
  lines: string[];
  landed: number;
}

/** Whether a flight is in the files of the west coast. */
export function isWestCoast({ origin }: Flight): boolean {
  return WEST_COAST.has(origin);
}

/**
 * Collects flights by the region of their origin: a file lands when a region has `FLIGHTS_PER_FILE`, and with the last flight.
 * @param keep gets each file's flights as CSV. @default - nobody does
 */
export async function* landingFiles(
  blocks: AsyncIterable<readonly Flight[]>,
  keep: (key: string, csv: string) => void = () => {},
): AsyncGenerator<LandingFile> {
  const regions = new Map<string, PartFile>([
    ["west", { lines: [], landed: 0 }],
    ["rest", { lines: [], landed: 0 }],
  ]);
  let lastAt = 0;
  for await (const block of blocks) {
    for (const flight of block) {
      const region = isWestCoast(flight) ? "west" : "rest";
      const part = regions.get(region);
      part?.lines.push(csvLine(flight));
      if (part?.lines.length === FLIGHTS_PER_FILE) yield landingFile(region, part, flight.departsAt, keep);
      lastAt = flight.departsAt;
    }
  }
  for (const [region, part] of regions) {
    if (part.lines.length > 0) yield landingFile(region, part, lastAt, keep);
  }
}

function landingFile(region: string, part: PartFile, landedAt: number, keep: (key: string, csv: string) => void): LandingFile {
  const csv = HEADER + part.lines.join("");
  const flights = part.lines.length;
  part.lines = [];
  part.landed += 1;
  const day = new Date(landedAt).toISOString().slice(0, 10);
  const key = `flights/${region}/${day}/${String(part.landed).padStart(6, "0")}.csv`;
  keep(key, csv);
  return {
    key,
    landedAt,
    flights,
    bytes: Buffer.byteLength(csv),
    md5: createHash("md5").update(csv).digest("hex"),
  };
}

function csvLine({ departsAt, delayMinutes, distanceMiles, origin, destination }: Flight): string {
  return `${departsAt / 1000},${delayMinutes},${distanceMiles},${origin},${destination}\n`;
}

/** The flights of a file that landed. */
export function parseFlights(csv: string): Flight[] {
  return csv
    .slice(HEADER.length)
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [date, delay, distance, origin = "", destination = ""] = line.split(",");
      return { departsAt: Number(date) * 1000, delayMinutes: Number(delay), distanceMiles: Number(distance), origin, destination };
    });
}

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

/** The write of the `index`-th file (from 0) to land. */
function objectWrite({ key, bytes, md5 }: LandingFile, index: number): ObjectWrite {
  return { key, bytes, md5, number: index + 1 };
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * Most events come within seconds; "can sometimes take a minute or longer":
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html
 */
const DELAY = { usualMs: 3_000, slowMs: 3 * MINUTE_MS, slowRatio: 0.03 } as const;

/** A second event for the same write follows soon, or when its batch was published long ago. */
const SECOND_EVENT = { soonMs: 5 * MINUTE_MS, lateMs: 12 * HOUR_MS, lateRatio: 0.2 } as const;

export interface LandingFeedOptions {
  readonly cloud: LocalCloud;
  /** In order of landing, none before the clock's time. */
  readonly files: AsyncIterator<LandingFile> | undefined;
  /** End of the period that the hostile messages are spread over, epoch milliseconds. */
  readonly until: number;
  readonly seed: number;
  /** Share of the files that are announced twice, 0 to 1. */
  readonly twiceRatio: number;
}

/** What was put on the clock so far. */
export interface LandingFeed {
  readonly landed: LandingFile[];
  announcedTwice: number;
  readonly hostile: number;
}

/** Puts the landing of all files on the clock, one after the other, and the messages that announce them or only pretend to. */
export function feedLandings(clock: VirtualClock, options: LandingFeedOptions, send: (body: string) => void): LandingFeed {
  const random = seededRandom(options.seed, "landing times");
  const names = seededRandom(options.seed, "event ids");
  const { cloud } = options;
  const from = clock.now();
  const hostile = options.files === undefined ? [] : [...cloud.hostileMessages(from, names).values()];
  const feed: LandingFeed = { landed: [], announcedTwice: 0, hostile: hostile.length };

  function announce(write: ObjectWrite, at: number): void {
    clock.at(at, () => send(cloud.objectMessage(write, at, names)));
  }

  function land(file: LandingFile): void {
    const write = objectWrite(file, feed.landed.length);
    feed.landed.push(file);
    announce(write, clock.now() + random.below(random.chance(DELAY.slowRatio) ? DELAY.slowMs : DELAY.usualMs));
    if (!random.chance(options.twiceRatio)) return;
    feed.announcedTwice += 1;
    announce(write, clock.now() + random.below(random.chance(SECOND_EVENT.lateRatio) ? SECOND_EVENT.lateMs : SECOND_EVENT.soonMs));
  }

  async function landNext(): Promise<void> {
    const next = await options.files?.next();
    if (next === undefined || next.done === true) return;
    clock.at(next.value.landedAt, () => {
      land(next.value);
      return landNext();
    });
  }

  for (const body of hostile) clock.at(from + random.below(options.until - from), () => send(body));
  clock.at(from, landNext);
  return feed;
}
