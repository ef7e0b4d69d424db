import { meanOf } from "../../capture/baseline/series";
import { bandedCosts, type ResampledCost, resampledCost } from "../errors/priced-costs";
import { recordedDebts } from "../errors/recorded-debts";
import { curveErrors, errorSeries, matrixErrors, recordedErrors, type ServedErrors, trainedErrors } from "../errors/served-errors";
import type { HistoryLine } from "../history-line";
import { plainReferences, plannedReferences, RECORDED, type ReferenceSchedule } from "../references/reference-schedules";
import { ReplayedReference } from "../references/replayed-reference";
import type { SimulatedPolicy } from "../simulated-policy";
import type { DecisionColumns, ModelResult, PolicyResult, SimulatedTraining } from "../simulation-result";
import { backtestedPolicy } from "./backtested-policy";
import type { SurveyedHistory } from "./history-survey";
import { monthsOf } from "./months-of";
import { POLICY_NAMES } from "./named-policies";
import { type SimulationOptions, simulation } from "./simulate-model";
import { SimulatedDrift } from "./simulated-drift";
import { pricedPolicies } from "./simulated-quality";
import { unknownFacts } from "./unknown-facts";

/** How the history of one model is replayed. */
export interface HistoryOptions {
  /** With names that differ; at least one. */
  readonly policies: readonly SimulatedPolicy[];
  /** Of a training, in steps of full error, rising; 0 or more. */
  readonly prices: readonly number[];
  /** How long a run takes where the history does not tell, milliseconds; more than 0. */
  readonly runMs: number;
  /** What a run costs where the history does not tell, USD. @default - what the policy estimates */
  readonly costUsd?: number;
  /** Error by age of a model, in steps since it serves. @default - the errors that the history holds */
  readonly curve?: readonly number[];
  /** Error on a step of a model that is trained on all labels from before another; NaN where it cannot be told. */
  readonly train?: (servesFrom: number, step: number) => number;
  readonly approvals: NonNullable<SimulationOptions["approvals"]>;
  /** The settings of named policies are those of a configuration. @default - they are the defaults */
  readonly isConfigured?: boolean;
}

/** What came of a model's history, and the decisions of each policy by its name. */
export interface SimulatedHistory {
  readonly result: ModelResult;
  readonly columns: ReadonlyMap<string, DecisionColumns>;
}

/** The price in the middle, which policies have that name none. @param prices rising */
export function shownPrice(prices: readonly number[]): number {
  return prices[Math.floor((prices.length - 1) / 2)] ?? 1;
}

/** Drifts that are told of, for a chart. */
const MAX_DRIFTS = 500;

/** Replays the history of one model under several policies at once, and with the references beside them. */
export class HistorySimulation {
  readonly #known: SurveyedHistory;
  readonly #options: HistoryOptions;
  readonly #errors: ServedErrors | undefined;
  readonly #runMs: number;
  readonly #costUsd: number | undefined;
  readonly #replays: readonly {
    readonly policy: SimulatedPolicy;
    readonly price?: number;
    readonly replay: ReturnType<typeof simulation>;
  }[];
  readonly #references: readonly { readonly schedule: ReferenceSchedule; readonly replay: ReplayedReference }[];
  readonly #drift: SimulatedDrift | undefined;
  /** When a drift asked for a training under the first policy's settings, epoch milliseconds. */
  readonly #drifts: number[] = [];

  constructor(surveyed: SurveyedHistory, options: HistoryOptions) {
    const [first] = options.policies;
    if (first === undefined) throw new RangeError("no policy to simulate; expected at least one");
    const { history, usualRunMs, usualCostUsd } = surveyed;
    this.#known = surveyed;
    this.#options = options;
    this.#runMs = Math.round(usualRunMs ?? options.runMs);
    this.#costUsd = usualCostUsd ?? options.costUsd;
    const world = { ...surveyed, runMs: this.#runMs };
    this.#errors = errorsOf(world, options);
    const given = {
      model: history.model,
      from: history.from,
      runMs: this.#runMs,
      ...(this.#costUsd !== undefined && { costUsd: this.#costUsd }),
      approvals: options.approvals,
      hasLandings: (history.lines.landed ?? 0) > 0,
      ...(this.#errors !== undefined && { errors: this.#errors, labelDelayMs: surveyed.labelDelayMs }),
    };
    const priced =
      this.#errors === undefined || this.#errors.source === "recorded" ? [] : pricedPolicies(options.policies, options.prices);
    this.#replays = [...options.policies.map((policy) => ({ policy })), ...priced].map((one) => ({
      ...one,
      replay: simulation(backtestedPolicy(one.policy, this.#errors), given),
    }));
    const { cost, budget } = first.settings.policy;
    const usual = { costUsd: this.#costUsd ?? cost.baseUsd, moneyUsd: budget.monthlyUsd * monthsOf(history.from, history.to) };
    const planned =
      this.#errors === undefined ? [] : plannedReferences(world, this.#errors, options.prices, shownPrice(options.prices));
    this.#references = [...plainReferences(world), ...planned].map((schedule) => ({
      schedule,
      replay: new ReplayedReference(schedule, history.from, usual),
    }));
    this.#drift = history.lines.drift === undefined ? undefined : new SimulatedDrift(first.settings);
  }

  /** What is known of the errors of models; undefined where the history tells of none. */
  get errors(): ServedErrors | undefined {
    return this.#errors;
  }

  /** Takes the next line of the model; lines come in the order of time. */
  feed(line: HistoryLine): void {
    for (const { replay } of this.#replays) replay.feed(line);
    if (line.type === "landed") for (const { replay } of this.#references) replay.landed(line.at, line.objects ?? 1);
    if (line.type !== "drift" || this.#drift === undefined) return;
    const { isWorthTraining, request } = this.#drift.answer(line);
    if (request !== undefined && this.#drifts.length < MAX_DRIFTS) this.#drifts.push(line.at);
    if (isWorthTraining) for (const { replay } of this.#references) replay.drifted(line.at);
  }

  /** Ends the history. */
  finish(): SimulatedHistory {
    const { history, stepMs } = this.#known;
    const finished = this.#replays.map(({ replay, ...one }) => ({ ...one, ...replay.finish(history.to) }));
    const own = finished.filter(({ price }) => price === undefined);
    const unpriced = [
      ...own.map(({ policy, result }) => {
        const same = finished.filter((other) => other.policy.name === policy.name);
        const atPrices = same.flatMap((other) => (other.price === undefined ? [] : [{ price: other.price, ...other.result }]));
        const price = this.#priceOf(policy);
        return { result: { ...result, ...(price !== undefined && { price }) }, atPrices };
      }),
      ...this.#references.map(({ schedule, replay }) => ({
        result: {
          ...replay.finish(history.to),
          ...(schedule.atPrices !== undefined && { price: shownPrice(this.#options.prices) }),
        },
        atPrices: schedule.atPrices ?? [],
      })),
    ];
    const policies = this.#withErrors(unpriced);
    const errors = this.#errors;
    const debts = errors?.source === "recorded" ? recordedDebts(this.#known, this.#runMs) : undefined;
    const unknown = unknownFacts(this.#known, {
      ...(errors !== undefined && { errorSource: errors.source }),
      runMs: this.#runMs,
      ...(this.#costUsd !== undefined && { costUsd: this.#costUsd }),
      money: this.#money(),
      byPeople: own.map(({ policy, result: { trainings } }) => ({
        policy: policy.name,
        trainings: trainings.length,
        asked: trainings.filter(({ causes }) => causes.includes("manual")).length,
      })),
      asked: policies.reduce((sum, { outcomes }) => sum + (outcomes.ask ?? 0), 0),
      approvals: this.#options.approvals,
      hasUnknownCosts: policies.some(({ costs }) => costs === undefined),
      ...(debts !== undefined && { debts }),
      adaptive: this.#adaptive(),
    });
    const recorded = this.#recorded();
    const told = {
      ...history,
      ...(recorded.length > 0 && { errors: recorded }),
      ...(this.#drifts.length > 0 && { drifts: this.#drifts }),
      unknown,
    };
    return {
      result: { history: told, stepMs, ...(errors !== undefined && { errorSource: errors.source }), policies },
      columns: new Map(own.map(({ policy, columns }) => [policy.name, columns])),
    };
  }

  /** By which a policy judges errors; undefined where it hears of none, or its price is money. */
  #priceOf({ settings, causes }: SimulatedPolicy): number | undefined {
    const price = causes.quality && this.#errors !== undefined ? settings.policy.adaptive?.price : undefined;
    return price !== undefined && "steps" in price ? price.steps : undefined;
  }

  /** What a run costs and what there is, as the first policy has it. */
  #money() {
    const [first] = this.#options.policies;
    if (first === undefined) throw new RangeError("no policy to simulate; expected at least one");
    const isDefault = this.#options.isConfigured !== true && POLICY_NAMES.some((name) => name === first.name);
    return { ...first.settings.policy.cost, monthlyUsd: first.settings.policy.budget.monthlyUsd, isDefault };
  }

  /** The policies that hear of errors, and the price of the first of them. */
  #adaptive() {
    const judging = this.#options.policies.filter(
      ({ settings, causes }) => causes.quality && settings.policy.adaptive !== undefined,
    );
    const price = judging[0] === undefined ? undefined : this.#priceOf(judging[0]);
    return { names: judging.map(({ name }) => name), price: price ?? shownPrice(this.#options.prices) };
  }

  /** Results with the error that each served and what it cost, as far as errors are known of its models. */
  #withErrors(unpriced: readonly UnpricedResult[]): PolicyResult[] {
    const errors = this.#errors;
    if (errors === undefined) return unpriced.map(({ result }) => result);
    const known = unpriced.filter(({ result }) => errors.source !== "recorded" || result.policy === RECORDED);
    const costs = new Map(known.map((one) => [one.result.policy, this.#costsOf(errors, one)]));
    return unpriced.map(({ result }) => {
      const own = costs.get(result.policy);
      if (own === undefined) return result;
      const others = new Map([...costs].filter(([name]) => name !== result.policy));
      const served = servedError(errors, result.trainings);
      return {
        ...result,
        ...(served !== undefined && { servedError: served }),
        ...(own.length > 0 && { costs: bandedCosts(own, others) }),
      };
    });
  }

  #costsOf(errors: ServedErrors, { result, atPrices }: UnpricedResult): ResampledCost[] {
    const same = errorSeries(errors, result.trainings);
    return this.#options.prices.flatMap((price) => {
      const own = atPrices.find((one) => one.price === price);
      return resampledCost(own === undefined ? same : errorSeries(errors, own.trainings), price) ?? [];
    });
  }

  /** The recorded error of each step that has one. */
  #recorded() {
    const { steps, served, originMs, stepMs } = this.#known;
    return Array.from({ length: steps }, (_, step) => step).flatMap((step) => {
      if (!served.has(step)) return [];
      const rows = served.rowsOf(step);
      return [{ at: originMs + (step + 1) * stepMs, error: served.errorOf(step), ...(rows !== undefined && { rows }) }];
    });
  }
}

/** A result without errors, and the trainings at each price where there are others at each. */
interface UnpricedResult {
  readonly result: PolicyResult;
  readonly atPrices: readonly {
    readonly price: number;
    readonly trainings: readonly Pick<SimulatedTraining, "at" | "endedAt">[];
  }[];
}

function servedError(errors: ServedErrors, trainings: PolicyResult["trainings"]): PolicyResult["servedError"] {
  const series = errorSeries(errors, trainings).errors;
  const known = [...series].filter((error, step) => !Number.isNaN(error) && errors.isLabelled(step));
  return known.length === 0 ? undefined : { mean: meanOf(known), steps: known.length };
}

function errorsOf(world: SurveyedHistory & { readonly runMs: number }, { curve, train }: HistoryOptions): ServedErrors | undefined {
  if (train !== undefined) return trainedErrors(world, train);
  if (curve !== undefined) return curveErrors(world, curve);
  if (world.hasScores) return matrixErrors(world);
  return world.served.size > 0 ? recordedErrors(world) : undefined;
}
