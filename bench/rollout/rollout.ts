import {
  BAD_WINDOW,
  BURSTS_CV_1,
  BURSTS_CV_05,
  FIVE_TIMES,
  MIX,
  ONE_AND_A_HALF,
  OUTAGE,
  PLAIN,
  RAMP,
  REGRESSIONS,
  SCENARIOS,
  TOTAL_FAILURE,
  TWICE,
} from "../../test/simulation/rollout/scenarios";
import { playByEvidence, playRollouts } from "../../test/simulation/rollout/simulate-rollout";
import type { TrafficOptions } from "../../test/simulation/rollout/traffic";
import { COMPARATORS, endByComparator, planRollout } from "./comparators";
import { rolloutCostTable } from "./cost";
import { equalCell, type Outcomes, outcomesOf, tableOf, told, worseCell } from "./tables";

/** Every cell plays rollouts of this seed, so that rules are compared on the same traffic. */
const SEED = 20_261_201;

/** Requests of a window, how many rollouts are played of an equal candidate, and of a worse one. */
const TRAFFIC = [
  { requests: 20, equal: 40, worse: 20 },
  { requests: 200, equal: 300, worse: 150 },
  { requests: 2_000, equal: 1_000, worse: 400 },
  { requests: 20_000, equal: 400, worse: 150 },
] as const;

const ERROR_RATES = [0.001, 0.01, 0.05] as const;

const WORSE_LEGEND =
  "rolled back % (of all, while they had 5 %), median windows until then, mean of requests that failed because of them; *gu*: given up or asked %.";

const COMPARED_ROLLOUTS = 1_000;

const COLUMNS = TRAFFIC.flatMap((traffic) => ERROR_RATES.map((errorRate) => ({ ...traffic, errorRate })));

/** Rollouts over the real judgement, beside rules that others use, as Markdown tables; what is played is told on stderr. */
export async function rolloutTables(): Promise<string> {
  return [
    `Seed ${SEED}; rollouts of a cell, of an equal candidate and of a worse one, by requests a window: ${playedText()}.`,
    `**Rules on the same traffic** (${COMPARED_ROLLOUTS.toLocaleString("en")} rollouts): of equal candidates, rolled back %; of worse ones, ${WORSE_LEGEND}`,
    comparedTable(),
    "**Equal candidates**: rolled back %, given up or asked %, median hours until done.",
    equalTable(),
    `**Worse candidates**: ${WORSE_LEGEND}`,
    worseTable(),
    "**A champion that fails rarely, or never**: rolled back %, given up or asked %, median hours until done, of candidates that fail so often.",
    rareTable(),
    "**API calls and cost** of two rollouts:",
    await rolloutCostTable(),
  ].join("\n\n");
}

function playedText(): string {
  const precision = (rollouts: number) => told(196 * Math.sqrt((0.01 * 0.99) / rollouts));
  return TRAFFIC.map(
    ({ requests, equal, worse }) => `${requests.toLocaleString("en")}: ${equal} (±${precision(equal)} points at 1 %) and ${worse}`,
  ).join("; ");
}

function outcomes(options: TrafficOptions, rollouts: number): Outcomes {
  return outcomesOf(playRollouts(playByEvidence, options, SEED, rollouts));
}

function equalTable(): string {
  const rows = SCENARIOS.map((scenario) => {
    const cells = COLUMNS.map(({ requests, errorRate, equal }) => {
      const cell = equalCell(outcomes({ scenario, requests, errorRate }, equal));
      return tell(scenario.what, columnText({ requests, errorRate }), cell);
    });
    return [scenario.what, ...cells];
  });
  return tableOf(["equal to the champion", ...COLUMNS.map(columnText)], rows);
}

function worseTable(): string {
  const rows = REGRESSIONS.map((regression) => {
    const cells = COLUMNS.map(({ requests, errorRate, worse }) => {
      const cell = worseCell(outcomes({ scenario: PLAIN, regression, requests, errorRate }, worse));
      return tell(regression.what, columnText({ requests, errorRate }), cell);
    });
    return [regression.what, ...cells];
  });
  return tableOf(["worse", ...COLUMNS.map(columnText)], rows);
}

/** Error rates of a champion at which requests decide in place of the ratio of errors; see `isRare`. */
const RARE_RATES = [0, 0.0001] as const;
/** Of a candidate, beside the champion's. */
const RARE_FAILURES = [0, 0.001, 0.0025, 0.005, 0.01] as const;

function rareTable(): string {
  const columns = TRAFFIC.slice(1).flatMap((traffic) => RARE_RATES.map((errorRate) => ({ ...traffic, errorRate })));
  const rows = RARE_FAILURES.map((more) => {
    const cells = columns.map(({ requests, errorRate, worse }) => {
      const what = `${100 * more} % more`;
      const regression = more === 0 ? {} : { regression: { what, from: 0, failing: errorRate + more } };
      const cell = equalCell(outcomes({ scenario: PLAIN, requests, errorRate, ...regression }, worse));
      return tell(what, columnText({ requests, errorRate }), cell);
    });
    return [more === 0 ? "as often" : `${100 * more} % of requests more`, ...cells];
  });
  return tableOf(["candidate fails", ...columns.map(columnText)], rows);
}

/** Of an equal candidate each, then of worse ones. */
const COMPARED: readonly TrafficOptions[] = [
  { scenario: PLAIN, requests: 2_000, errorRate: 0.001 },
  { scenario: PLAIN, requests: 20_000, errorRate: 0.01 },
  { scenario: BURSTS_CV_1, requests: 20_000, errorRate: 0.05 },
  ...[PLAIN, BURSTS_CV_05, BURSTS_CV_1, RAMP, OUTAGE, BAD_WINDOW, MIX].map((scenario) => usual({ scenario })),
  ...[ONE_AND_A_HALF, TWICE, FIVE_TIMES, TOTAL_FAILURE].map((regression) => usual({ scenario: PLAIN, regression })),
  usual({ scenario: BURSTS_CV_05, regression: TWICE }),
];

function usual(options: Pick<TrafficOptions, "scenario" | "regression">): TrafficOptions {
  return { ...options, requests: 2_000, errorRate: 0.01 };
}

function comparedTable(): string {
  const rules = ["**Retrigger**", ...COMPARATORS.map(({ what }) => what)];
  const columns = COMPARED.map((options) => {
    const ofOthers = playRollouts(
      (traffic) => {
        const planned = planRollout(traffic);
        return COMPARATORS.map((comparator) => endByComparator(comparator, planned));
      },
      options,
      SEED,
      COMPARED_ROLLOUTS,
    );
    const compared = COMPARATORS.map((_, rule) => outcomesOf(ofOthers.flatMap((ends) => ends[rule] ?? [])));
    return [outcomes(options, COMPARED_ROLLOUTS), ...compared].map((seen, rule) => {
      const cell = options.regression === undefined ? told(seen.rolledBack) : worseCell(seen);
      return tell(rules[rule] ?? "", comparedText(options), cell);
    });
  });
  const rows = rules.map((what, rule) => [what, ...columns.map((cells) => cells[rule] ?? "")]);
  return tableOf(["rule", ...COMPARED.map(comparedText)], rows);
}

function comparedText({ scenario, regression, ...column }: TrafficOptions): string {
  if (regression === undefined) return `${scenario.what}, ${columnText(column)}`;
  return [regression.what, ...(scenario === PLAIN ? [] : [scenario.what]), columnText(column)].join(", ");
}

function columnText({ requests, errorRate }: Pick<TrafficOptions, "requests" | "errorRate">): string {
  return `${requests.toLocaleString("en")} @ ${100 * errorRate} %`;
}

/** Says on stderr what was played; returns the cell. */
function tell(row: string, column: string, cell: string): string {
  console.error(`${row} | ${column} | ${cell}`);
  return cell;
}
