import { type BacktestStart, backtestStart } from "./backtest-start";
import { errorSeries, type ServedErrors } from "./errors/served-errors";
import { servesFrom } from "./errors/takeovers";
import type { HistoryLine } from "./history-line";
import { type ImpliedPrice, impliedPrice, type ServedStep } from "./implied-price";
import { EXAMPLE_FILE, type Recommendation, recommend, type TriedPolicy } from "./recommend";
import { RECORDED } from "./references/reference-schedules";
import type { SimulatedPolicy } from "./simulated-policy";
import type { SurveyedHistory } from "./simulation/history-survey";
import { namedPolicy, type PolicyParts } from "./simulation/named-policies";
import { HistorySimulation } from "./simulation/simulate-history";
import type { PolicyResult } from "./simulation-result";

/** Steps between trainings that are tried. */
const PERIODS = [3, 5, 7, 10, 14, 21, 30, 45];
/** Periods of the adaptive policy that are tried, in steps; it is tried without one too. */
const ADAPTIVE_PERIODS = [14, 30];

/** What is recommended for a model, with the numbers that its configuration takes. */
export interface ModelRecommendation extends Recommendation {
  readonly model: string;
  /** Of a training, in steps of full error. */
  readonly price: number;
  readonly stepMs: number;
  /** What the team has been paying for a training; absent where nothing tells. */
  readonly implied?: ImpliedPrice & {
    /** All recorded starts, those without a known debt included. */
    readonly ofStarts: number;
  };
  /** What break-even knows by this history; absent where it holds no errors of other models than those that served. */
  readonly start?: BacktestStart;
  /** Of the choice, where it has one: between trainings, milliseconds. */
  readonly periodMs?: number;
  readonly isAdaptive: boolean;
}

/** A grid of policies, replayed on one model's history. */
export class RecommendedPolicy {
  readonly #surveyed: SurveyedHistory;
  readonly #price: number;
  readonly #grid: readonly GridPolicy[];
  readonly #simulation: HistorySimulation;

  /**
   * @param settings of the model, whose limits every policy of the grid keeps
   * @param price of a training, in steps of full error
   * @param runMs how long a run takes where the history does not tell, milliseconds
   */
  constructor(surveyed: SurveyedHistory, settings: PolicyParts["settings"], price: number, runMs: number) {
    this.#surveyed = surveyed;
    this.#price = price;
    this.#grid = gridOf(settings, surveyed.stepMs, price);
    const policies = this.#grid.map(({ policy }) => policy);
    this.#simulation = new HistorySimulation(surveyed, { policies, prices: [price], runMs, approvals: "granted" });
  }

  /** Takes the next line of the model; lines come in the order of time. */
  feed(line: HistoryLine): void {
    this.#simulation.feed(line);
  }

  /** Ends the history, and says what it recommends. */
  finish(): ModelRecommendation {
    const { history, stepMs, steps, runs } = this.#surveyed;
    const { errors } = this.#simulation;
    const implied = impliedPrice(servedSteps(this.#surveyed));
    const about = {
      model: history.model,
      price: this.#price,
      stepMs,
      ...(implied !== undefined && { implied: { ...implied, ofStarts: runs.length } }),
    };
    const { policies } = this.#simulation.finish().result;
    if (errors === undefined || errors.source === "recorded") {
      return { ...about, verdict: "cannot-tell", walked: [], why: whyUnknown(errors), isAdaptive: false };
    }
    const tried = policies.flatMap((result) => this.#tried(errors, result));
    const recommendation = recommend(tried, `recommendation for ${history.model}`);
    const start = backtestStart(errors.matrix, { until: steps, labelDelay: 0, price: this.#price });
    const chosen = this.#grid.find(({ policy }) => policy.name === recommendation.choice?.name);
    return {
      ...about,
      ...recommendation,
      start,
      isAdaptive: chosen?.family === "adaptive",
      ...(chosen?.periodMs !== undefined && { periodMs: chosen.periodMs }),
    };
  }

  /** A policy by its cost at each step that has a label; none where an error is missing that it would have served. */
  #tried(errors: ServedErrors, { policy, trainings }: PolicyResult): TriedPolicy[] {
    const family = this.#familyOf(policy);
    if (family === undefined) return [];
    const series = errorSeries(errors, trainings);
    const costs = [...series.errors].map((error, step) => error + this.#price * (series.trainings[step] ?? 0));
    const labelled = costs.filter((_, step) => errors.isLabelled(step) || (series.trainings[step] ?? 0) > 0);
    if (labelled.some(Number.isNaN)) return [];
    return [{ name: policy, family, costs, trainings: trainings.length }];
  }

  #familyOf(name: string): TriedPolicy["family"] | undefined {
    if (name === "never") return "never";
    if (name === RECORDED) return "current";
    return this.#grid.find(({ policy }) => policy.name === name)?.family;
  }
}

interface GridPolicy {
  readonly policy: SimulatedPolicy;
  readonly family: "period" | "adaptive";
  readonly periodMs?: number;
}

function gridOf(settings: PolicyParts["settings"], stepMs: number, price: number): GridPolicy[] {
  const parts = (steps: number) => ({ settings, periodMs: steps * stepMs, period: `${steps} steps`, stepMs, price });
  const periodic = PERIODS.map((steps): GridPolicy => {
    const policy = { ...namedPolicy("periodic", parts(steps)), name: `a training every ${steps} steps` };
    return { policy, family: "period", periodMs: steps * stepMs };
  });
  const adaptive = [undefined, ...ADAPTIVE_PERIODS].map((steps): GridPolicy => {
    const base = namedPolicy("adaptive", parts(1));
    const period = steps !== undefined && { periodMs: steps * stepMs };
    const policy = { ...base.settings.policy, adaptive: { price: { steps: price }, stepMs, ...period } };
    const name = steps === undefined ? "adaptive" : `adaptive with a period of ${steps} steps`;
    return { policy: { ...base, name, settings: { ...base.settings, policy } }, family: "adaptive", ...period };
  });
  return [...periodic, ...adaptive];
}

function whyUnknown(errors: ServedErrors | undefined): string {
  return errors === undefined
    ? `no error in this history; collect the error of the model in service, a quality line for each step, and the scores of old models on later labels, ${EXAMPLE_FILE}`
    : `errors are known of the models that were recorded alone, so what any other policy would have served is not known; collect the scores of old models on later labels (score lines), ${EXAMPLE_FILE}`;
}

/** The recorded service, step by step, as far as its errors are known. */
function servedSteps({ steps, served, runs, originMs, stepMs }: SurveyedHistory): ServedStep[] {
  const stepOf = (at: number) => Math.floor((at - originMs) / stepMs);
  const ended = runs.filter(({ status, endedAt }) => status === "succeeded" && endedAt !== undefined);
  const deployed = new Set(ended.map(({ endedAt = 0 }) => servesFrom({ originMs, stepMs }, endedAt)));
  const started = new Set(runs.map(({ at }) => stepOf(at)));
  return Array.from({ length: steps }, (_, step) => step)
    .filter((step) => served.has(step))
    .map((step) => {
      const rows = served.rowsOf(step);
      const known = { error: served.errorOf(step), isStart: started.has(step), isDeployed: deployed.has(step) };
      return rows === undefined ? known : { ...known, rows };
    });
}
