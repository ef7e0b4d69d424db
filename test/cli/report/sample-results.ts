import { decisionsKey } from "../../../cli/report/simulation-report";
import { CHECKS, type CheckName, type Outcome } from "../../../functions/core/coordination/decision";
import {
  type DecisionColumns,
  type ModelResult,
  OUTCOMES,
  type PolicyResult,
  type PricedCost,
  type SimulatedTraining,
  type SimulationResult,
} from "../../../functions/core/replay/simulation-result";
import { randomOf } from "../../simulation/random";

const DAY_MS = 86_400_000;
const FROM = Date.UTC(2025, 10, 3);
const PRICES = [0.1, 0.2, 0.5, 1, 2, 5];
const RUN_USD = 38.5;
const BUDGET_USD = 12 * 400;

export interface Sample {
  readonly models: number;
  /** Of the history. @default 365 */
  readonly days?: number;
  /** Of each policy, but never and the oracle. @default 1460 */
  readonly decisions?: number;
  /** Which models have an error, by their place. @default - all */
  readonly hasErrors?: (place: number) => boolean;
  /** Names that policies have. @default - eight of them */
  readonly policies?: readonly string[];
  readonly seed?: number;
}

/** Results as a simulation has them: each policy's trainings cure an error that grows with age and jumps with drifts. */
export function sampleResult({ models, days = 365, decisions = 1460, hasErrors = () => true, policies, seed = 7 }: Sample): {
  readonly result: SimulationResult;
  readonly columns: ReadonlyMap<string, DecisionColumns>;
} {
  const columns = new Map<string, DecisionColumns>();
  const results = Array.from({ length: models }, (_, place) => {
    const random = randomOf(seed + place);
    const world = worldOf(random, days);
    const names = policies ?? Object.keys(POLICIES);
    const outcomes = names.map((name) => playPolicy(name, world, random, hasErrors(place)));
    const model =
      models === 1 ? "churn-eu" : `${NAMES[place % NAMES.length]}-${REGIONS[Math.floor(place / NAMES.length) % REGIONS.length]}`;
    const priced = hasErrors(place) ? withBands(outcomes, world) : outcomes;
    const own = priced.map(({ starts: _, errors: __, ...result }, index): PolicyResult => {
      const counts = decisionsOf(outcomes[index]?.starts ?? [], result.policy, decisions, world, random);
      if (counts === undefined) return result;
      columns.set(decisionsKey(model, result.policy), counts.columns);
      return { ...result, ...counts.counted };
    });
    return modelOf(model, own, world, hasErrors(place));
  });
  return { result: { version: 1, retrigger: "0.1.0", models: results }, columns };
}

// Helpers

const NAMES = [
  "churn",
  "fraud-scoring",
  "demand-forecast",
  "click-through",
  "lead-time",
  "credit-risk",
  "search-ranking",
  "returns",
];
const REGIONS = ["eu", "us", "apac", "uk", "latam", "ca", "mea", "jp", "au", "in", "br", "mx", "kr"];

type Random = (limit: number) => number;

interface World {
  readonly days: number;
  /** Days at which the world changed. */
  readonly drifts: readonly number[];
  /** How fast models age. */
  readonly pace: number;
  readonly base: number;
  readonly noise: readonly number[];
}

interface Played extends PolicyResult {
  /** Days of its trainings. */
  readonly starts: readonly number[];
  readonly errors: readonly number[];
}

const POLICIES: Readonly<Record<string, { readonly kind: "own" | "reference" | "hindsight"; readonly sentence: string }>> = {
  adaptive: { kind: "own", sentence: "Trains when the error that a training would have cured is worth its price." },
  hybrid: { kind: "own", sentence: "Trains once a week, and sooner when a drift of severity high is reported." },
  drift: { kind: "own", sentence: "Trains when a drift is reported, at most once in three days." },
  weekly: { kind: "own", sentence: "Trains every Monday." },
  never: { kind: "reference", sentence: "Serves the first model for ever." },
  always: { kind: "reference", sentence: "Trains whenever the limits allow it." },
  "every 24 days": { kind: "hindsight", sentence: "The period that would have cost least, known when all was over." },
  oracle: { kind: "hindsight", sentence: "The trainings that would have cost least of all, known when all was over." },
};

function worldOf(random: Random, days: number): World {
  const drifts = Array.from({ length: 4 + random(4) }, () => 20 + random(days - 30)).sort((a, b) => a - b);
  const noise = Array.from({ length: days }, () => (random(2000) - 1000) / 90_000);
  return { days, drifts, pace: 0.0006 + random(100) / 150_000, base: 0.05 + random(100) / 1500, noise };
}

function startsOf(name: string, { days, drifts, pace }: World, random: Random): number[] {
  const every = (period: number) => Array.from({ length: Math.ceil(days / period) - 1 }, (_, index) => (index + 1) * period);
  const afterDrifts = (delay: number) => drifts.map((day) => day + delay + random(2)).filter((day) => day < days);
  const merged = (one: readonly number[], other: readonly number[]) => [...new Set([...one, ...other])].sort((a, b) => a - b);
  switch (name) {
    case "adaptive":
      return merged(afterDrifts(3), every(Math.round(0.045 / pace)));
    case "hybrid":
      return merged(every(7), afterDrifts(1));
    case "drift":
      return afterDrifts(1);
    case "weekly":
      return every(7);
    case "always":
      return every(2);
    case "oracle":
      return merged(afterDrifts(0), every(Math.round(0.06 / pace)));
    case "never":
      return [];
    default:
      return every(24);
  }
}

function playPolicy(name: string, world: World, random: Random, isKnown: boolean): Played {
  const { kind, sentence } = POLICIES[name] ?? { kind: "own", sentence: "A policy of the test." };
  const starts = startsOf(name, world, random);
  const errors = errorsOf(starts, world);
  const trainings = starts.map((day, index): SimulatedTraining => {
    const at = FROM + day * DAY_MS + random(20) * 3_600_000;
    return { requestId: `${name}-${index}`, at, endedAt: at + 2 * 3_600_000, costUsd: RUN_USD, causes: ["data"] };
  });
  const isOracle = name === "oracle";
  const spendUsd = isOracle ? 0 : starts.length * RUN_USD;
  const ages = agesOf(starts, world.days);
  const waits = world.drifts.map((day) => (starts.find((start) => start >= day) ?? world.days) - day);
  return {
    policy: name,
    sentence,
    isReference: kind !== "own",
    isHindsight: kind === "hindsight",
    trainings,
    decisions: 0,
    outcomes: {},
    refusals: {},
    spendUsd,
    moneyLeftUsd: isOracle ? 0 : BUDGET_USD - spendUsd,
    staleness: {
      meanMs: mean(ages) * DAY_MS,
      p95Ms: (ages.toSorted((a, b) => a - b)[Math.floor(ages.length * 0.95)] ?? 0) * DAY_MS,
    },
    driftWait: {
      drifts: world.drifts.length,
      totalMs: waits.reduce((sum, days) => sum + days, 0) * DAY_MS,
      unanswered: world.drifts.filter((day) => starts.every((start) => start < day)).length,
    },
    peakRuns: isOracle ? 0 : Math.min(1, starts.length),
    expiredRequests: isOracle || starts.length > 20 ? 0 : random(9),
    untrainedObjects: isOracle ? 0 : (ages.at(-1) ?? 0) * 24,
    ...(isKnown && { servedError: { mean: mean(errors), steps: world.days } }),
    starts,
    errors,
  };
}

/** The error grows with the age of the model, and stays high from a drift to the next training. */
function errorsOf(starts: readonly number[], { days, drifts, pace, base, noise }: World): number[] {
  let trained = 0;
  return Array.from({ length: days }, (_, day) => {
    if (starts.includes(day)) trained = day;
    const unseen = drifts.filter((drift) => drift <= day && drift > trained).length;
    return Math.min(1, Math.max(0, base + pace * (day - trained) ** 0.8 + 0.035 * unseen + (noise[day] ?? 0)));
  });
}

function agesOf(starts: readonly number[], days: number): number[] {
  let trained = 0;
  return Array.from({ length: days }, (_, day) => {
    if (starts.includes(day)) trained = day;
    return day - trained;
  });
}

/** Bands by the spread of sums of blocks of 20 days. */
function withBands(played: readonly Played[], { days }: World): Played[] {
  const sumOf = (errors: readonly number[]) => errors.reduce((sum, error) => sum + error, 0);
  return played.map((own) => {
    const costs = PRICES.map((price): PricedCost => {
      const cost = sumOf(own.errors) + price * own.starts.length;
      const half = spread(own.errors, days);
      const minus = Object.fromEntries(
        played.map((other) => {
          const difference = cost - sumOf(other.errors) - price * other.starts.length;
          const width = spread(
            own.errors.map((error, day) => error - (other.errors[day] ?? 0)),
            days,
          );
          return [other.policy, { low: difference - width, high: difference + width }];
        }),
      );
      return { price, trainings: own.starts.length, cost, low: Math.max(0, cost - half), high: cost + half, minus };
    });
    return { ...own, costs };
  });
}

function spread(errors: readonly number[], days: number): number {
  const blocks = Math.max(2, Math.floor(days / 20));
  const sums = Array.from({ length: blocks }, (_, block) =>
    errors.slice(block * 20, block * 20 + 20).reduce((sum, error) => sum + error, 0),
  );
  const middle = mean(sums);
  return 1.96 * Math.sqrt(sums.reduce((sum, one) => sum + (one - middle) ** 2, 0) / (blocks - 1)) * Math.sqrt(blocks);
}

/** Decisions that hold the starts: in between, requests wait, merge, or are refused. Undefined of a policy that decides nothing. */
function decisionsOf(starts: readonly number[], name: string, count: number, { days }: World, random: Random) {
  if (name === "never" || name === "oracle") return undefined;
  const others = Math.max(0, count - starts.length);
  const drawn = Array.from({ length: others }, (): readonly [number, Outcome, CheckName | undefined] => {
    const at = FROM + random(days * 24 * 60) * 60_000;
    const dice = random(100);
    if (dice < 64) return [at, "merge", undefined];
    if (dice < 92)
      return [
        at,
        "defer",
        name === "weekly" || dice < 80
          ? "minimum-new-data"
          : dice < 86
            ? "cooldown"
            : name === "always"
              ? "daily-budget"
              : "run-in-progress",
      ];
    if (dice < 95) return [at, "reject", "monthly-budget"];
    return dice < 97 ? [at, "ask", "approval-needed"] : [at, "duplicate", "duplicate"];
  });
  const begun = starts.map((day): readonly [number, Outcome, CheckName | undefined] => [FROM + day * DAY_MS, "start", undefined]);
  const all = [...drawn, ...begun].sort(([one], [other]) => one - other);
  const outcomes: Partial<Record<Outcome, number>> = {};
  const refusals: Partial<Record<CheckName, number>> = {};
  for (const [, outcome, check] of all) {
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    if (check !== undefined) refusals[check] = (refusals[check] ?? 0) + 1;
  }
  const columns: DecisionColumns = {
    at: Float64Array.from(all, ([at]) => at),
    outcome: Uint8Array.from(all, ([, outcome]) => OUTCOMES.indexOf(outcome)),
    refusedBy: Uint8Array.from(all, ([, , check]) => (check === undefined ? 255 : CHECKS.indexOf(check))),
  };
  return { columns, counted: { decisions: all.length, outcomes, refusals } };
}

function modelOf(model: string, policies: readonly PolicyResult[], world: World, isKnown: boolean): ModelResult {
  const errors = errorsOf(startsOf("weekly", world, randomOf(1)), world).map((error, day) => ({
    at: FROM + day * DAY_MS,
    error,
    rows: 400,
  }));
  return {
    history: {
      model,
      from: FROM,
      to: FROM + world.days * DAY_MS,
      lines: { landed: world.days * 24, drift: world.drifts.length, run: 52, ...(isKnown && { quality: world.days }) },
      objects: world.days * 24,
      bytes: world.days * 24 * 5_000_000,
      ...(isKnown && { errors }),
      drifts: world.drifts.map((day) => FROM + day * DAY_MS),
      gaps: world.days > 200 ? [{ from: FROM + 148 * DAY_MS, to: FROM + 155 * DAY_MS }] : [],
      unknown: isKnown
        ? ["How the model served from 31 March to 7 April 2026, for which the history holds no line; export that week to know it."]
        : [
            "What any policy would have cost in errors: the history holds no error of the served model; collect lines of type quality.",
            "What a training costs: runs have no costUsd, so 38.50 USD of the configuration stands for each.",
          ],
    },
    stepMs: DAY_MS,
    ...(isKnown && { errorSource: "curve" as const }),
    policies,
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
