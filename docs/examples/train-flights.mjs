// Trains a real model on the flights of vega-datasets, January to June 2001, for `retrigger simulate --train`:
// whether a flight is more than 15 minutes late, by logistic regression on the ten days before the model serves.
// Its error on a day is the Brier score, the mean square of what it was off by. Needs Node 22.15 or later.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import * as zlib from "node:zlib";
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from "hyparquet";

const DAY_MS = 86_400_000;
const WINDOW_DAYS = 10;
const LATE_MINUTES = 15;
/** One in so many flights is learned from and scored: a model takes some milliseconds then. */
const EVERY = 10;

const HOURS = 24;
const BAND_MILES = 300;
const BANDS = 10;
const AIRPORTS = 64;
const WEIGHTS = 1 + HOURS + BANDS + AIRPORTS;
const DESCENTS = 30;
const RIDGE = 10;

let days;

/**
 * Answers one question of the simulation: the model that is trained on labels from before `trainedUntil`, on each of the steps.
 * The flights are read once, with the first question.
 */
export async function train({ trainedUntil, steps }) {
  const until = Date.parse(trainedUntil);
  days ??= await readDays(Date.parse(steps[0].from) - WINDOW_DAYS * DAY_MS, Date.parse(steps.at(-1).to));
  const known = flightsBetween(until - WINDOW_DAYS * DAY_MS, until);
  if (known.length === 0)
    throw new Error(`no flights in the ten days before ${trainedUntil}; they are of 2001-01-01 to 2001-06-30`);
  const weights = fitted(known);
  return { errors: steps.map(({ from, to }) => brierScore(weights, flightsBetween(Date.parse(from), Date.parse(to)))) };
}

function fitted(flights) {
  const weights = new Float64Array(WEIGHTS);
  const curvature = new Float64Array(WEIGHTS).fill(RIDGE);
  for (const { places } of flights) for (const place of places) curvature[place] += 1 / 4;
  for (let descent = 0; descent < DESCENTS; descent++) {
    const gradient = weights.map((weight) => RIDGE * weight);
    for (const flight of flights) {
      const error = lateProbability(weights, flight) - flight.late;
      for (const place of flight.places) gradient[place] += error;
    }
    // Half of what one weight alone could go, because those of a flight go together.
    for (let place = 0; place < WEIGHTS; place++) weights[place] -= gradient[place] / (2 * curvature[place]);
  }
  return weights;
}

function lateProbability(weights, { places }) {
  let sum = 0;
  for (const place of places) sum += weights[place];
  return 1 / (1 + Math.exp(-sum));
}

/** Null where there is no flight. */
function brierScore(weights, flights) {
  if (flights.length === 0) return null;
  return flights.reduce((sum, flight) => sum + (lateProbability(weights, flight) - flight.late) ** 2, 0) / flights.length;
}

function flightsBetween(from, until) {
  const flights = [];
  for (let day = Math.floor(from / DAY_MS); day * DAY_MS < until; day++) flights.push(...(days.get(day) ?? []));
  return flights.filter(({ departsAt }) => departsAt >= from && departsAt < until);
}

/** The flights of a time by UTC day; of the file, only the groups of rows that hold some. */
async function readDays(from, until) {
  const path = createRequire(import.meta.url).resolve("vega-datasets");
  const file = await asyncBufferFromFile(join(dirname(path), "..", "data", "flights-3m.parquet"));
  const metadata = await parquetMetadataAsync(file);
  const columns = ["date", "delay", "distance", "origin"];
  const byDay = new Map();
  let rowStart = 0;
  for (const group of metadata.row_groups) {
    const rowEnd = rowStart + Number(group.num_rows);
    const { min_value: first, max_value: last } = group.columns[0].meta_data.statistics;
    if (last.getTime() >= from && first.getTime() < until) {
      const rows = await parquetReadObjects({ file, metadata, compressors: { ZSTD: decompress }, columns, rowStart, rowEnd });
      for (let row = 0; row < rows.length; row += EVERY) keep(byDay, rows[row]);
    }
    rowStart = rowEnd;
  }
  return byDay;
}

function keep(byDay, { date, delay, distance, origin }) {
  const departsAt = date.getTime();
  const day = Math.floor(departsAt / DAY_MS);
  const band = Math.min(BANDS - 1, Math.floor(Number(distance) / BAND_MILES));
  const places = [0, 1 + date.getUTCHours(), 1 + HOURS + band, 1 + HOURS + BANDS + airportOf(origin)];
  const flight = { departsAt, late: Number(delay) > LATE_MINUTES ? 1 : 0, places };
  const known = byDay.get(day);
  if (known === undefined) byDay.set(day, [flight]);
  else known.push(flight);
}

/** Airports share weights, by a hash of their three letters. */
function airportOf(name) {
  let hash = 0;
  for (const letter of name) hash = (hash * 31 + letter.charCodeAt(0)) % 65_521;
  return hash % AIRPORTS;
}

function decompress(input) {
  if (zlib.zstdDecompressSync !== undefined) return zlib.zstdDecompressSync(input);
  throw new Error(`Node ${process.version} cannot read Zstandard, which the flights are packed with; use Node 22.15 or later`);
}
