import type { RecordedDebts } from "../errors/recorded-debts";
import { MAX_PLANNED_STEPS } from "../references/reference-schedules";
import type { ErrorSource } from "../simulation-result";
import type { SurveyedHistory } from "./history-survey";

/** How what a history does not tell was filled. */
export interface Assumptions {
  readonly errorSource?: ErrorSource;
  readonly runMs: number;
  /** What each run costs, USD; absent where the policy's estimate is taken. */
  readonly costUsd?: number;
  /** The estimate of a run and the budget of a month, USD, of the first policy; the defaults where nothing is configured. */
  readonly money: { readonly baseUsd: number; readonly perGbUsd: number; readonly monthlyUsd: number; readonly isDefault: boolean };
  /** Trainings of each policy, and how many of them people asked for in the history. */
  readonly byPeople: readonly { readonly policy: string; readonly trainings: number; readonly asked: number }[];
  /** Runs whose start waited for a person, over all policies. */
  readonly asked: number;
  readonly approvals: "granted" | "unanswered";
  /** Some policy's costs are missing although errors are known. */
  readonly hasUnknownCosts: boolean;
  /** What the recorded trainings were worth; absent where nothing is known of them. */
  readonly debts?: RecordedDebts;
  /** Names of the policies that hear of errors, and the price of a training that they have, in steps of full error. */
  readonly adaptive: { readonly names: readonly string[]; readonly price: number };
}

const MINUTE_MS = 60_000;
/** Fewer labelled rows in a step are too much noise to decide by. */
const LEAST_ROWS = 100;

/** What of a history is not known or was assumed, each a sentence with what to collect. */
export function unknownFacts(surveyed: SurveyedHistory, assumed: Assumptions): string[] {
  return [
    ...aboutErrors(surveyed, assumed),
    ...aboutRuns(surveyed, assumed),
    ...aboutMoney(assumed),
    ...aboutData(surveyed),
    ...aboutPeople(assumed),
    "The model that serves at the beginning is taken as trained on all that had landed by then.",
    ...(assumed.asked === 0 ? [] : [aboutApprovals(assumed)]),
  ];
}

function aboutErrors(surveyed: SurveyedHistory, assumed: Assumptions): readonly string[] {
  const { steps, served } = surveyed;
  const { errorSource, hasUnknownCosts } = assumed;
  if (errorSource === undefined) return [NO_ERROR, ...aboutAdaptive(assumed)];
  const long = steps > MAX_PLANNED_STEPS ? [tooLong(steps)] : [];
  const missing = hasUnknownCosts ? [MISSING_SCORES] : [];
  const bySource: Record<ErrorSource, readonly string[]> = {
    recorded: [RECORDED_ERRORS, ...aboutAdaptive(assumed), ...aboutDebts(assumed)],
    matrix: [NEAREST_RUN, ...withoutRun(surveyed), ...missing, ...thinRows(steps, served), ...long],
    curve: [BY_AGE_ALONE, ...long],
    train: long,
  };
  return bySource[errorSource];
}

const NO_ERROR =
  "Trainings, spend and refusals are known; what each policy would have cost in errors is not: no error in this history. Collect the error of the served model by day (quality lines), and those of old models on later labels (score lines, or error.csv with a column run), or give --curve.";
const RECORDED_ERRORS =
  "The errors are those of the model that served then: what another policy would have served is not known, so only what was recorded has a cost. Collect errors of old models on later labels (score lines, or error.csv with a column run), or give --curve or --train.";
const NEAREST_RUN =
  "A simulated training is taken for the newest recorded run that was trained by then: what a training at another time would have reached is not known.";
const MISSING_SCORES =
  "Some costs are missing, as the history has no score of a model that a policy would have served on some step. Score every recorded run on each later step.";
const BY_AGE_ALONE =
  "Errors are taken from the curve by age alone: that a training may come at a better or a worse time than another is not known.";

/** What the row of a policy means that judges errors, where none is known of the models that it would have served. */
function aboutAdaptive({ errorSource, adaptive: { names } }: Assumptions): string[] {
  if (names.length === 0) return [];
  const rows = `The ${names.length === 1 ? "row" : "rows"} of ${names.join(" and ")}`;
  const were = names.length === 1 ? "was" : "were";
  return errorSource === undefined
    ? [`${rows} cannot be believed: without an error nothing is ever worth a training.`]
    : [
        `${rows} ${were} decided by the errors of the recorded models, not of those that would have been trained: where the recorded trainings kept the error low, there was nothing to train for. That is no evidence that fewer trainings would have done.`,
      ];
}

function aboutDebts({ debts, adaptive: { price } }: Assumptions): string[] {
  if (debts === undefined) return [];
  const { trainings, starts } = debts;
  const reached = debts.debts.filter((debt) => debt >= price).length;
  const worth = reached === 0 ? "none was" : reached === 1 ? "1 was" : `${reached} were`;
  const known = starts === trainings ? "" : `; of ${trainings - starts} it is not known`;
  const paid = debts.price < 0.005 ? "less than 0.01" : debts.price.toFixed(2);
  return [
    `What is known: of ${amount(trainings, "recorded training")} ${worth} worth a price of ${price} when ${trainings === 1 ? "it" : "they"} started${known}. On average ${trainings === 1 ? "it was" : "they were"} started at a debt of ${paid} steps of full error, which is the price that has been paid for a training.`,
  ];
}

function withoutRun({ runs, ofRuns }: SurveyedHistory): string[] {
  const known = new Set(runs.map(({ run }) => run));
  const others = [...ofRuns.keys()].filter((run) => !known.has(run)).length;
  return others === 0
    ? []
    : [
        `Errors name ${others} ${others === 1 ? "run" : "runs"} of which there is no run line: when ${others === 1 ? "it was" : "they were"} trained is not known, and what they say is left out.`,
      ];
}

function tooLong(steps: number): string {
  return `The history has ${steps} steps, more than ${MAX_PLANNED_STEPS}: the best period and the oracle were not computed; use a longer --step.`;
}

function thinRows(steps: number, served: SurveyedHistory["served"]): string[] {
  const rows = Array.from({ length: steps }, (_, step) => served.rowsOf(step)).filter((one) => one !== undefined);
  const few = rows.filter((one) => one < LEAST_ROWS).length;
  return few * 2 > rows.length && rows.length > 0
    ? [
        `Most steps have fewer than ${LEAST_ROWS} labelled rows, too few for the adaptive policy to tell a change from noise; use a longer --step.`,
      ]
    : [];
}

function aboutRuns({ usualRunMs, usualCostUsd }: SurveyedHistory, { runMs, costUsd, money }: Assumptions): string[] {
  const minutes = Math.round(runMs / MINUTE_MS);
  return [
    ...(usualRunMs === undefined
      ? [
          `How long a run takes is not known: ${minutes === 1 ? "1 minute is" : `${minutes} minutes are`} assumed. Collect runs with their ends, or give --run.`,
        ]
      : []),
    ...(usualCostUsd === undefined
      ? [
          costUsd === undefined
            ? `What a run costs is not known: ${money.baseUsd} USD + ${money.perGbUsd.toFixed(2)} USD a GB are assumed (${money.isDefault ? "the defaults of policy.cost" : "policy.cost"}). Collect runs with costUsd, or give --run-usd${money.isDefault ? ", or --config" : ""}.`
            : `What a run costs is taken as ${costUsd} USD, as was given.`,
        ]
      : []),
    "Every simulated run succeeds, and its model serves from the end of the run: failures, and candidates that are rejected, are not simulated.",
  ];
}

function aboutMoney({ money: { monthlyUsd, isDefault } }: Assumptions): string[] {
  return isDefault
    ? [`Money left is of the default budget of ${monthlyUsd.toLocaleString("en-US")} USD a month; give --config for another.`]
    : [];
}

/** Recorded requests of people ask again under every policy, and train where it would not. */
function aboutPeople({ byPeople }: Assumptions): string[] {
  const told = byPeople
    .filter(({ asked }) => asked > 0)
    .map(({ policy, trainings, asked }) => `${asked} of the ${trainings} of ${policy}`);
  return told.length === 0
    ? []
    : [`People's requests in the history ask again under every policy. Trainings that they asked for: ${told.join(", ")}.`];
}

function aboutData({ history }: SurveyedHistory): string[] {
  const { landed = 0, request = 0 } = history.lines;
  const missing =
    landed === 0 && request === 0
      ? [
          "Whether data landed is not known: policies that wait for data never start. Collect the landings of the model's bucket (landed lines).",
        ]
      : [];
  const gaps =
    history.gaps.length === 0
      ? []
      : [
          `For ${amount(history.gaps.length, "span")}, ten times as long as usual, there is no line: whether nothing happened or nothing was collected is not known.`,
        ];
  return [...missing, ...gaps];
}

function aboutApprovals({ asked, approvals }: Assumptions): string {
  return approvals === "granted"
    ? `${amount(asked, "time")} a policy asked for an approval, which was taken as given at once: how long people take, and what they refuse, is not known.`
    : `${amount(asked, "time")} a policy asked for an approval, and nobody answered, as was told.`;
}

/** `1 span`, `3 spans` */
function amount(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? "" : "s"}`;
}
