import type { Flight } from "../replay/landing-files";

/** Later than this a flight is late, minutes: https://www.bts.gov/explore-topics-and-geography/topics/airline-time-performance-and-causes */
const LATE_MINUTES = 15;

/** Whether a flight was as late as the model predicts. */
export function isLate({ delayMinutes }: Pick<Flight, "delayMinutes">): boolean {
  return delayMinutes > LATE_MINUTES;
}

/** What is known of a flight before it departs. */
export type Departure = Pick<Flight, "departsAt" | "distanceMiles" | "origin" | "destination">;

/** The weights of a logistic regression; each flight has one weight of each group, and the first one. */
export interface DelayModel {
  readonly weights: Float64Array;
}

const HOURS = 24;
const BAND_MILES = 300;
const BANDS = 10;
/** Airports share so few weights, by a hash of their names. */
const PLACES = 64;

const FIRST_HOUR = 1;
const FIRST_BAND = FIRST_HOUR + HOURS;
const FIRST_ORIGIN = FIRST_BAND + BANDS;
const FIRST_DESTINATION = FIRST_ORIGIN + PLACES;
const WEIGHTS = FIRST_DESTINATION + PLACES;

/** Weights that one flight has. */
const OF_FLIGHT = 5;

const STEPS = 30;
/** Ridge of the hours and distances, and of the airports, which say more of the day's weather than of the next day's. */
const RIDGE = { usual: 10, places: 1_000 } as const;

/**
 * Learns from flights whether one is late: logistic regression with a ridge, by steps of its gradient that are as long, weight by
 * weight, as the greatest curvature allows. The same flights in the same order give the same weights.
 * @throws RangeError without any flight
 */
export function trainDelayModel(flights: readonly Flight[]): DelayModel {
  if (flights.length === 0) throw new RangeError("got no flights to learn from; expected at least one");
  const places = new Uint16Array(flights.length * OF_FLIGHT);
  const labels = new Uint8Array(flights.length);
  for (const [row, flight] of flights.entries()) {
    places.set(weightsOf(flight), row * OF_FLIGHT);
    labels[row] = isLate(flight) ? 1 : 0;
  }
  const curvature = Float64Array.from({ length: WEIGHTS }, (_, place) => ridgeOf(place));
  for (const place of places) curvature[place] = (curvature[place] ?? 0) + 1 / 4;
  const weights = new Float64Array(WEIGHTS);
  weights[0] = logOdds(labels);
  for (let step = 0; step < STEPS; step++) descend(weights, curvature, places, labels);
  return { weights };
}

/** Probability that a flight is late, 0 to 1. */
export function lateProbability({ weights }: DelayModel, departure: Departure): number {
  return logistic(weightsOf(departure).reduce((sum, place) => sum + (weights[place] ?? 0), 0));
}

function descend(weights: Float64Array, curvature: Float64Array, places: Uint16Array, labels: Uint8Array): void {
  const gradient = weights.map((weight, place) => ridgeOf(place) * weight);
  for (let row = 0; row < labels.length; row++) {
    const [from, to] = [row * OF_FLIGHT, (row + 1) * OF_FLIGHT];
    let sum = 0;
    for (let at = from; at < to; at++) sum += weights[places[at] ?? 0] ?? 0;
    const error = logistic(sum) - (labels[row] ?? 0);
    for (let at = from; at < to; at++) gradient[places[at] ?? 0] = (gradient[places[at] ?? 0] ?? 0) + error;
  }
  // Half of what one weight alone could go, because those of a flight go together.
  for (let place = 0; place < WEIGHTS; place++) {
    weights[place] = (weights[place] ?? 0) - (gradient[place] ?? 0) / (2 * (curvature[place] || 1));
  }
}

/** Of a row: never none and never all late, so that it is finite. */
function logOdds(labels: Uint8Array): number {
  const late = labels.reduce((sum, label) => sum + label, 0);
  return Math.log((late + 0.5) / (labels.length - late + 0.5));
}

function logistic(sum: number): number {
  return 1 / (1 + Math.exp(-sum));
}

function ridgeOf(place: number): number {
  if (place === 0) return 0;
  return place < FIRST_ORIGIN ? RIDGE.usual : RIDGE.places;
}

function weightsOf({ departsAt, distanceMiles, origin, destination }: Departure): number[] {
  return [
    0,
    FIRST_HOUR + new Date(departsAt).getUTCHours(),
    FIRST_BAND + Math.min(BANDS - 1, Math.floor(distanceMiles / BAND_MILES)),
    FIRST_ORIGIN + placeOf(origin),
    FIRST_DESTINATION + placeOf(destination),
  ];
}

/** Three letters, as a number of the base 26, folded. */
function placeOf(airport: string): number {
  let hash = 0;
  for (let index = 0; index < airport.length; index++) hash = (hash * 31 + airport.charCodeAt(index)) % 65_521;
  return hash % PLACES;
}
