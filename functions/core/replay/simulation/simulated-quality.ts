import type { CoordinatorState } from "../../coordination/coordinator-state";
import type { HoldOutErrors } from "../../quality/break-even";
import type { QualitySignal } from "../../quality/quality-signal";
import type { ServedErrors } from "../errors/served-errors";
import { servesFrom } from "../errors/takeovers";
import type { SimulatedPolicy } from "../simulated-policy";

/** A policy at one price of a training, in steps of full error. */
export interface PricedPolicy {
  readonly policy: SimulatedPolicy;
  readonly price: number;
}

/** The policies that decide by the price of a training, once at each price. */
export function pricedPolicies(policies: readonly SimulatedPolicy[], prices: readonly number[]): PricedPolicy[] {
  return policies.flatMap((policy) => {
    const { adaptive } = policy.settings.policy;
    if (adaptive === undefined || !policy.causes.quality) return [];
    return prices.map((steps) => {
      const settings = { ...policy.settings, policy: { ...policy.settings.policy, adaptive: { ...adaptive, price: { steps } } } };
      return { policy: { ...policy, settings }, price: steps };
    });
  });
}

/** Follows which model serves, and tells its error step by step, as a monitor would once the labels are there. */
export class SimulatedQuality {
  #step = 0;
  /** The steps from which models serve, rising. */
  #from: number[] = [0];

  constructor(
    private readonly model: string,
    private readonly errors: ServedErrors,
    /** From the end of a step to its labels, milliseconds. */
    private readonly labelDelayMs: number,
  ) {}

  /** When the next step has its labels, epoch milliseconds; Infinity after the last. */
  dueAt(): number {
    const { originMs, stepMs, matrix } = this.errors;
    return this.#step < matrix.steps ? originMs + (this.#step + 1) * stepMs + this.labelDelayMs : Number.POSITIVE_INFINITY;
  }

  /** The error of the next step; undefined where nobody knows it. */
  next(): QualitySignal | undefined {
    const step = this.#step++;
    const { matrix, originMs, stepMs } = this.errors;
    if (!this.errors.isLabelled(step)) return undefined;
    const error = matrix.errorOf(this.#servingAt(step), step);
    if (Number.isNaN(error)) return undefined;
    const rows = this.errors.rowsOf(step);
    const from = originMs + step * stepMs;
    const signal = { model: this.model, monitor: "history", metric: "error", from, to: from + stepMs, error };
    return rows === undefined ? signal : { ...signal, rows };
  }

  /**
   * A run ended; its model serves from the next step on. What its hold-out says of it and of the one before, where that is
   * known.
   */
  ended(endedAt: number): Pick<HoldOutErrors, "challenger" | "champion"> {
    const from = servesFrom(this.errors, endedAt);
    const before = (this.#from.at(-1) ?? 0) - 1;
    this.#from.push(from);
    return this.errors.holdOut(from - 1, before);
  }

  #servingAt(step: number): number {
    while ((this.#from[1] ?? Number.POSITIVE_INFINITY) <= step) this.#from.shift();
    return (this.#from[0] ?? 0) - 1;
  }
}

/**
 * When the clock alone may make a training worth its price: a model gets a step older, or its period is over; epoch milliseconds.
 * Infinity while no model serves of which anything is known.
 */
export function nextAgeAt({ quality, lastStartAt }: CoordinatorState, stepMs: number, now: number): number {
  const since = quality?.servingSince ?? lastStartAt;
  if (since === undefined) return Number.POSITIVE_INFINITY;
  return since + (Math.floor((now - since) / stepMs) + 1) * stepMs + 1;
}
