import { createHash } from "node:crypto";
import { FLIGHTS_FROM, type Flight, isWestCoast } from "../replay/landing-files";
import { isLate } from "./delay-model";

const DAY_MS = 86_400_000;

/** The loop begins here: golden sets are of the week before, and no training is. Epoch milliseconds. */
export const LOOP_FROM = FLIGHTS_FROM + 7 * DAY_MS;

/** The flights that every model of one name is evaluated on. */
export interface GoldenSet {
  /** As CSV, a line each under a header: what the digest is of. */
  readonly csv: string;
  /** Hexadecimal. */
  readonly sha256: string;
  readonly rows: readonly GoldenRow[];
}

/** A flight of a golden set. */
interface GoldenRow {
  /** Of its place among the flights of the week, from 1. */
  readonly id: string;
  readonly flight: Flight;
  /** What tells groups of flights apart, by column. */
  readonly slices: Readonly<Record<SliceColumn, string>>;
}

/** The columns by which golden sets have slices. */
export const SLICE_COLUMNS = ["departure", "distance"] as const;
type SliceColumn = (typeof SLICE_COLUMNS)[number];

/** Which flights of the week are a golden set's: each `every`th, of those from one region or all. */
export interface GoldenCut {
  readonly region: "all" | "west";
  readonly every: number;
}

/** The golden set of the flights before the loop; equal for equal flights. @param week in order of departure */
export function cutGoldenSet(week: readonly Flight[], { region, every }: GoldenCut): GoldenSet {
  const watched = region === "all" ? week : week.filter(isWestCoast);
  const rows = watched.flatMap((flight, index) => {
    const id = `flight-${String(index + 1).padStart(6, "0")}`;
    return index % every === 0 ? [{ id, flight, slices: { departure: departureOf(flight), distance: distanceOf(flight) } }] : [];
  });
  const csv = `id,date,distance,origin,destination,late\n${rows.map(csvLine).join("")}`;
  return { csv, sha256: createHash("sha256").update(csv).digest("hex"), rows };
}

function csvLine({ id, flight }: GoldenRow): string {
  const { departsAt, distanceMiles, origin, destination } = flight;
  return `${id},${departsAt / 1000},${distanceMiles},${origin},${destination},${isLate(flight) ? 1 : 0}\n`;
}

function departureOf({ departsAt }: Flight): string {
  const hour = new Date(departsAt).getUTCHours();
  if (hour >= 5 && hour < 11) return "morning";
  if (hour >= 11 && hour < 16) return "midday";
  return hour >= 16 && hour < 20 ? "evening" : "night";
}

function distanceOf({ distanceMiles }: Flight): string {
  if (distanceMiles < 500) return "short";
  return distanceMiles < 1_200 ? "medium" : "long";
}

/** Flights in order of departure, parted at a time, epoch milliseconds. */
export interface PartedFlights {
  readonly before: readonly Flight[];
  readonly after: AsyncIterable<readonly Flight[]>;
}

/** Reads on until the first flight at or after `time`, or the end; the rest is read as it is asked for. */
export async function partFlights(blocks: AsyncIterable<readonly Flight[]>, time: number): Promise<PartedFlights> {
  const iterator = blocks[Symbol.asyncIterator]();
  const before: Flight[] = [];
  for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
    const later = next.value.findIndex(({ departsAt }) => departsAt >= time);
    if (later >= 0) {
      before.push(...next.value.slice(0, later));
      return { before, after: continued(next.value.slice(later), iterator) };
    }
    before.push(...next.value);
  }
  return { before, after: continued([], iterator) };
}

async function* continued(first: readonly Flight[], rest: AsyncIterator<readonly Flight[]>): AsyncGenerator<readonly Flight[]> {
  if (first.length > 0) yield first;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}
