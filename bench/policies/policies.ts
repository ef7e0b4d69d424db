import {
  allHistoryPromises,
  differenceText,
  type KeptPromise,
  windowedPromises,
} from "../../test/simulation/error-streams/acceptance";
import { BUDGETED, type BudgetedName, playBudgeted } from "../../test/simulation/error-streams/budgets";
import { type PlayedStream, playStreams, type StreamsOptions } from "../../test/simulation/error-streams/played-streams";
import { POLICY_NAMES, type PolicyName } from "../../test/simulation/error-streams/policies";
import { PRICES, sceneOf } from "../../test/simulation/error-streams/scene";
import { areaRatio, byStream, comparedCells, mean, meanCost, pairedDifference } from "../../test/simulation/error-streams/scores";
import { errorsOf } from "../../test/simulation/error-streams/stream-errors";
import { drawStream, STREAM_NAMES, WINDOW } from "../../test/simulation/error-streams/stream-laws";
import { tableOf } from "../rollout/tables";

const SEEDS = seedsFrom(1_001, 10);
/** Of all-history training, whose models take longer. */
const HISTORY_SEEDS = SEEDS.slice(0, 3);
/** Of late labels and budgets. */
const SIDE_SEEDS = SEEDS.slice(0, 5);

const OTHERS = ["warm-up period", "hindsight period", "CARA-T", "CARA-CT", "ski rental"] as const satisfies readonly PolicyName[];
const DELAYS = [0, 2, 7, 14] as const;
const BUDGETS = [5, 10, 20] as const;
/** Of an even pace, at which the history's period of a policy without a price is taken. */
const EVEN_PRICE = 0.5;

/** Training policies on seeded streams, as Markdown tables; what is played is told on stderr. */
export function policyTables(): string {
  const windowed = played({ streams: STREAM_NAMES, seeds: SEEDS, window: WINDOW });
  const history = played({ streams: STREAM_NAMES, seeds: HISTORY_SEEDS, window: Number.POSITIVE_INFINITY });
  return [
    `Seeds ${rangeText(SEEDS)}; all history ${rangeText(HISTORY_SEEDS)}; late labels and budgets ${rangeText(SIDE_SEEDS)}. Prices ${PRICES.join(", ")}.`,
    `**Models trained on the last ${WINDOW} steps**: mean total cost, error-steps; *area* is that over the logarithm of the price, by the oracle's.`,
    costTable(windowed),
    "**Models trained on all history**:",
    costTable(history),
    "**What is promised**:",
    promiseTable([...windowedPromises(windowed), ...allHistoryPromises(history).map((promise) => ofHistory(promise))]),
    "**Break-even less another policy**, mean cost, 95 % of a paired bootstrap over streams and seeds; cells of stream and price in which it costs over 2 standard errors and 0.5 % more, and less:",
    differenceTable(windowed, history),
    "**By price**, mean cost above the oracle, error-steps, and trainings:",
    priceTable(windowed),
    "**Late labels**, mean cost above the oracle, by steps of delay:",
    delayTable(),
    "**Budgets**: mean error-steps above the best schedule of as many trainings, and trainings used:",
    budgetTable(),
  ].join("\n\n");
}

function played(options: StreamsOptions): PlayedStream[] {
  const runs: PlayedStream[] = [];
  for (const run of playStreams(options)) {
    console.error(`${run.stream}, seed ${run.seed}, window ${options.window}, labels ${options.labelDelay ?? 2} late`);
    runs.push(run);
  }
  return runs;
}

function costTable(runs: readonly PlayedStream[]): string {
  const rows = byStream(runs).map((ofStream) => [
    ofStream[0]?.stream ?? "",
    ...POLICY_NAMES.map((name) => meanCost(ofStream, name).toFixed(1)),
  ]);
  const areas = ["*area*", ...POLICY_NAMES.map((name) => areaRatio(runs, name, "oracle").toFixed(3))];
  return tableOf(["stream", ...POLICY_NAMES], [...rows, areas]);
}

function promiseTable(promises: readonly KeptPromise[]): string {
  const verdict = ({ isKept, isWithin }: KeptPromise) =>
    isWithin ? "holds" : isKept ? "holds within two standard errors" : "**missed**";
  const rows = promises.map((promise) => [promise.what, promise.measured, verdict(promise)]);
  return tableOf(["break-even is", "measured", ""], rows);
}

function ofHistory(promise: KeptPromise): KeptPromise {
  return { ...promise, what: `all history: ${promise.what}` };
}

function differenceTable(windowed: readonly PlayedStream[], history: readonly PlayedStream[]): string {
  const rows = OTHERS.map((other) => [
    other,
    ...[windowed, history].flatMap((runs) => [
      differenceText(pairedDifference(runs, "break-even", other)),
      beyondChance(runs, other),
    ]),
  ]);
  return tableOf(["break-even less", "window", "more, less", "all history", "more, less"], rows);
}

function beyondChance(runs: readonly PlayedStream[], other: PolicyName): string {
  const cells = comparedCells(runs, "break-even", other);
  const more = cells.filter(({ ratio, error }) => ratio - 1 > 2 * error + 0.005);
  const less = cells.filter(({ ratio, error }) => 1 - ratio > 2 * error + 0.005);
  return `${more.length}, ${less.length} of ${cells.length}`;
}

function priceTable(runs: readonly PlayedStream[]): string {
  const policies = ["break-even", "break-even, cold", ...OTHERS] as const;
  const rows = policies.map((name) => [
    name,
    ...PRICES.map((_, place) => {
      const above = mean(runs.map((run) => costAt(run, place, name) - costAt(run, place, "oracle")));
      return `${above.toFixed(2)} (${mean(runs.map((run) => run.played[place]?.[name].trainings ?? Number.NaN)).toFixed(1)})`;
    }),
  ]);
  return tableOf(["price", ...PRICES.map(String)], rows);
}

function costAt(run: PlayedStream, place: number, name: PolicyName): number {
  return run.played[place]?.[name].cost ?? Number.NaN;
}

function delayTable(): string {
  const policies = ["break-even", "break-even, cold", "ski rental", "warm-up period", "hindsight period"] as const;
  const columns = DELAYS.map((labelDelay) => played({ streams: STREAM_NAMES, seeds: SIDE_SEEDS, window: WINDOW, labelDelay }));
  const rows = policies.map((name) => [
    name,
    ...columns.map((runs) => (meanCost(runs, name) - meanCost(runs, "oracle")).toFixed(2)),
  ]);
  return tableOf(["steps late", ...DELAYS.map(String)], rows);
}

function budgetTable(): string {
  const scenes = STREAM_NAMES.flatMap((name) =>
    SIDE_SEEDS.map((seed) => sceneOf(errorsOf(drawStream(name, seed), WINDOW), { price: EVEN_PRICE })),
  );
  const best = BUDGETS.map((most) => mean(scenes.map((scene) => playBudgeted("best schedule", scene, most).error)));
  const rows = (Object.keys(BUDGETED) as BudgetedName[]).map((name) => [
    name,
    ...BUDGETS.map((most, place) => {
      const results = scenes.map((scene) => playBudgeted(name, scene, most));
      const above = mean(results.map(({ error }) => error)) - (best[place] ?? Number.NaN);
      return `${above.toFixed(2)} (${mean(results.map(({ trainings }) => trainings)).toFixed(1)})`;
    }),
  ]);
  return tableOf(["trainings at most", ...BUDGETS.map(String)], rows);
}

function seedsFrom(first: number, count: number): number[] {
  return Array.from({ length: count }, (_, place) => first + place);
}

function rangeText(seeds: readonly number[]): string {
  return `${seeds[0]} to ${seeds.at(-1)}`;
}
