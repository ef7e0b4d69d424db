import { createHash } from "node:crypto";

/** Flights that one file holds; the last file of a region has what is left. */
export const FLIGHTS_PER_FILE = 50;

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

/** Collects flights by the region of their origin: a file lands when a region has `FLIGHTS_PER_FILE`, and with the last flight. */
export async function* landingFiles(blocks: AsyncIterable<readonly Flight[]>): AsyncGenerator<LandingFile> {
  const regions = new Map<string, PartFile>([
    ["west", { lines: [], landed: 0 }],
    ["rest", { lines: [], landed: 0 }],
  ]);
  let lastAt = 0;
  for await (const block of blocks) {
    for (const flight of block) {
      const region = WEST_COAST.has(flight.origin) ? "west" : "rest";
      const part = regions.get(region);
      part?.lines.push(csvLine(flight));
      if (part?.lines.length === FLIGHTS_PER_FILE) yield landingFile(region, part, flight.departsAt);
      lastAt = flight.departsAt;
    }
  }
  for (const [region, part] of regions) {
    if (part.lines.length > 0) yield landingFile(region, part, lastAt);
  }
}

function landingFile(region: string, part: PartFile, landedAt: number): LandingFile {
  const csv = HEADER + part.lines.join("");
  const flights = part.lines.length;
  part.lines = [];
  part.landed += 1;
  const day = new Date(landedAt).toISOString().slice(0, 10);
  return {
    key: `flights/${region}/${day}/${String(part.landed).padStart(6, "0")}.csv`,
    landedAt,
    flights,
    bytes: Buffer.byteLength(csv),
    md5: createHash("md5").update(csv).digest("hex"),
  };
}

function csvLine({ departsAt, delayMinutes, distanceMiles, origin, destination }: Flight): string {
  return `${departsAt / 1000},${delayMinutes},${distanceMiles},${origin},${destination}\n`;
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
