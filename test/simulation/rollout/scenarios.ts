// What endpoints are like on which a rollout is played, and what may be wrong with a candidate.

/** Shares of the stages, the last of which the candidate serves alone. */
export const SHARES = [0.05, 0.25, 0.5, 1] as const;

/** What befalls both models alike, or each by chance; nothing of it is a fault of the candidate. */
export interface Scenario {
  readonly what: string;
  /** Part by which requests and errors of a day go up and down. */
  readonly cycle?: number;
  /**
   * Error rates are multiplied by a gamma variable of mean 1 and this coefficient of variation, drawn anew after so many windows.
   * @default held for one
   */
  readonly bursts?: { readonly cv: 0.5 | 1; readonly of: "each model" | "both"; readonly held?: number };
  /** Both models' errors double once the candidate has half of the requests. */
  readonly isRamp?: true;
  /** Of the intended share so much is served, while both serve. */
  readonly servedShare?: number;
  /** Requests of a client, all of them to the model that it was given; in each window anew. */
  readonly sticky?: number;
  /** In ten windows, that begin at any time of the first five hours, both have ten times as many errors. */
  readonly isOutage?: true;
  /** Of the candidate's requests 90 % fail in one window, one of the first seven of one of the comparing stages. */
  readonly isBadWindow?: true;
}

/** What is wrong with a candidate from a stage on. */
export interface Regression {
  readonly what: string;
  /** Share of the stage from which on; 0 from the start. */
  readonly from: number;
  /** Times the errors that the champion would have. */
  readonly ratio?: number;
  /** Share of its requests that fail, whatever the champion's do. */
  readonly failing?: number;
  /** Share of its requests above the champion's 95th percentile of latency. */
  readonly slow?: number;
}

export const PLAIN: Scenario = { what: "plain" };
export const BURSTS_CV_05: Scenario = { what: "bursts CV 0.5, each model its own", bursts: { cv: 0.5, of: "each model" } };
export const BURSTS_CV_1: Scenario = { what: "bursts CV 1, each model its own", bursts: { cv: 1, of: "each model" } };
export const SLOW_BURSTS_CV_05: Scenario = {
  what: "bursts CV 0.5, each model its own, held for 30 minutes",
  bursts: { cv: 0.5, of: "each model", held: 6 },
};
export const RAMP: Scenario = { what: "both double from 50 % on", isRamp: true };
export const OUTAGE: Scenario = { what: "shared outage x10, 10 windows", isOutage: true };
export const BAD_WINDOW: Scenario = { what: "one window 90 % errors in candidate", isBadWindow: true };

/** Everything at once that leaves the models equal: what the policy is most likely to fail on. */
export const MIX: Scenario = {
  what: "cycle + CV 1 + ramp + off + sticky",
  cycle: 0.6,
  bursts: { cv: 1, of: "each model" },
  isRamp: true,
  servedShare: 0.9,
  sticky: 10,
};

export const SCENARIOS: readonly Scenario[] = [
  PLAIN,
  { what: "daily cycle ±60 % of traffic and errors", cycle: 0.6 },
  BURSTS_CV_05,
  BURSTS_CV_1,
  { what: "bursts CV 1, shared", bursts: { cv: 1, of: "both" } },
  RAMP,
  { what: "share 10 % off", servedShare: 0.9 },
  OUTAGE,
  BAD_WINDOW,
  { what: "sticky clients, design effect 10", sticky: 10 },
  MIX,
  SLOW_BURSTS_CV_05,
  { what: "bursts CV 1, each model its own, held for 30 minutes", bursts: { cv: 1, of: "each model", held: 6 } },
];

export const ONE_AND_A_HALF: Regression = { what: "x1.5", from: 0, ratio: 1.5 };
export const TWICE: Regression = { what: "x2", from: 0, ratio: 2 };
export const FIVE_TIMES: Regression = { what: "x5", from: 0, ratio: 5 };
export const TOTAL_FAILURE: Regression = { what: "total failure (50 % errors)", from: 0, failing: 0.5 };

export const REGRESSIONS: readonly Regression[] = [
  ONE_AND_A_HALF,
  TWICE,
  { what: "x3", from: 0, ratio: 3 },
  FIVE_TIMES,
  { what: "x2 from 25 % on", from: 0.25, ratio: 2 },
  { what: "x2 from 50 % on", from: 0.5, ratio: 2 },
  { what: "x2 in the bake", from: 1, ratio: 2 },
  { what: "x5 in the bake", from: 1, ratio: 5 },
  { what: "latency +20 % (10 % above p95)", from: 0, slow: 0.1 },
  TOTAL_FAILURE,
  { what: "total failure in the bake", from: 1, failing: 0.5 },
];
