import { type CountedWindow, WINDOW_MS } from "../../../functions/core/promotion/rollout/evidence/counted-window";
import { drawBinomial } from "../../../functions/core/promotion/statistics/binomial";
import { type Regression, type Scenario, SHARES } from "./scenarios";

// Names of their own: looked up in the global object of a test, they take ten times as long.
const { cos, floor, log, max, min, PI, round, sin, sqrt } = Math;

/** Windows of a day. */
const DAY = 288;
const HISTORY_WINDOWS = 7 * DAY;

/** A Monday. */
const START = Date.UTC(2026, 10, 2);

/** Share of the champion's requests above its own 95th percentile of latency. */
const SLOW = 0.05;

/** From this mean on the number of requests is drawn from a normal distribution. */
const MANY = 100;

const OUTAGE = { windows: 10, ratio: 10, within: 60 };
const BAD_WINDOW = { errors: 0.9, within: 7 };

export interface TrafficOptions {
  readonly scenario: Scenario;
  /** Absent for a candidate that is the champion's equal. */
  readonly regression?: Regression;
  /** Mean of a window, both models together. */
  readonly requests: number;
  /** Share of the champion's requests that fail, on average. */
  readonly errorRate: number;
}

/** What was counted in one window. */
export interface DrawnWindow {
  readonly window: CountedWindow;
  /** Requests that are expected to have failed because the candidate is not the champion's equal. */
  readonly excess: number;
}

/** Traffic of one endpoint, window by window. */
export interface SimulatedTraffic {
  /** The champion's seven days before, oldest first. */
  readonly history: readonly CountedWindow[];
  /** The next window, in which the candidate has this share. */
  next(share: number): DrawnWindow;
}

/** @param random numbers in [0, 1): the same ones give the same traffic */
export function simulateTraffic(options: TrafficOptions, random: () => number): SimulatedTraffic {
  const { scenario, regression } = options;
  const phase = random() * DAY;
  const outageAt = floor(random() * OUTAGE.within);
  const badStage = SHARES[floor(random() * (SHARES.length - 1))];
  const badWindow = floor(random() * BAD_WINDOW.within);

  const shared = burstsOf(scenario, "both", random);
  const [ofChampion, ofCandidate] = [burstsOf(scenario, "each model", random), burstsOf(scenario, "each model", random)];

  function common(at: number, isRamped: boolean) {
    const cycle = 1 + (scenario.cycle ?? 0) * sin((2 * PI * (at + phase)) / DAY);
    const isOutage = scenario.isOutage === true && at >= outageAt && at < outageAt + OUTAGE.windows;
    const rate = options.errorRate * cycle * shared() * (isRamped ? 2 : 1) * (isOutage ? OUTAGE.ratio : 1);
    return { requests: drawRequests(random, options.requests * cycle), rate };
  }

  const history = Array.from({ length: HISTORY_WINDOWS }, (_, index): CountedWindow => {
    const at = index - HISTORY_WINDOWS;
    const { requests, rate } = common(at, false);
    return { at: START + at * WINDOW_MS, nA: requests, xA: drawErrors(random, requests, rate * ofChampion()), nB: 0, xB: 0 };
  });

  let [at, served, windowsOfStage] = [0, 0, 0];
  let [isRamped, isWorse] = [false, false];
  return {
    history,
    next(share) {
      windowsOfStage = share === served ? windowsOfStage + 1 : 0;
      served = share;
      isRamped ||= scenario.isRamp === true && share >= 0.5;
      isWorse ||= regression !== undefined && share >= regression.from;
      const { requests, rate } = common(at, isRamped);
      const nB = drawShare(random, requests, share === 1 ? 1 : share * (scenario.servedShare ?? 1), scenario.sticky ?? 1);
      const nA = requests - nB;
      const ofRegression = isWorse ? regression : undefined;
      const worse = min(1, ofRegression?.failing ?? rate * (ofRegression?.ratio ?? 1));
      const isBad = scenario.isBadWindow === true && share === badStage && windowsOfStage === badWindow;
      const window: CountedWindow = {
        at: START + at * WINDOW_MS,
        nA,
        nB,
        xA: drawErrors(random, nA, rate * ofChampion()),
        xB: drawErrors(random, nB, isBad ? BAD_WINDOW.errors : worse * ofCandidate()),
        lA: drawBinomial(random, nA, SLOW),
        lB: drawBinomial(random, nB, ofRegression?.slow ?? SLOW),
      };
      at++;
      return { window, excess: nB * (worse - min(1, rate)) };
    },
  };
}

/** A Poisson variable, nearly: normal where many are expected, else of a thousand times as many requests that could have come. */
function drawRequests(random: () => number, mean: number): number {
  if (mean < MANY) return drawBinomial(random, round(1000 * mean), 0.001);
  return max(0, round(mean + sqrt(mean) * sqrt(-2 * log(1 - random())) * cos(2 * PI * random())));
}

function drawErrors(random: () => number, requests: number, rate: number): number {
  return drawBinomial(random, requests, min(1, rate));
}

/** The candidate's requests, where a client's go all to one model. */
function drawShare(random: () => number, requests: number, share: number, ofClient: number): number {
  const clients = floor(requests / ofClient);
  return drawBinomial(random, clients, share) * ofClient + drawBinomial(random, requests - clients * ofClient, share);
}

/** What error rates are multiplied by, of one window after the other. */
function burstsOf({ bursts }: Scenario, of: "each model" | "both", random: () => number): () => number {
  if (bursts?.of !== of) return () => 1;
  let [left, factor] = [0, 1];
  return () => {
    if (left === 0) [left, factor] = [bursts.held ?? 1, gammaOfMean1(bursts.cv, random)];
    left--;
    return factor;
  };
}

/** Of a whole shape it is the mean of as many exponential variables. */
function gammaOfMean1(cv: 0.5 | 1, random: () => number): number {
  const shape = cv === 1 ? 1 : 4;
  let sum = 0;
  for (let drawn = 0; drawn < shape; drawn++) sum -= log(1 - random());
  return sum / shape;
}
