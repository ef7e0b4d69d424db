import { CHECKS, type CheckName, type Decision, type Outcome } from "../../coordination/decision";
import { type DecisionColumns, OUTCOMES } from "../simulation-result";

/** Stands for no check in the column `refusedBy`. */
const NO_CHECK = 255;

const OUTCOME_PLACES = placesOf<Outcome>(OUTCOMES);
const CHECK_PLACES = placesOf<string>(CHECKS);

/** Collects decisions: how many there were of each kind, and each of them in columns that grow. */
export class DecisionWriter {
  #at = new Float64Array(64);
  #outcome = new Uint8Array(64);
  #refusedBy = new Uint8Array(64);
  readonly #outcomes = new Uint32Array(OUTCOMES.length);
  readonly #refusals = new Uint32Array(CHECKS.length);
  #count = 0;

  /** Takes one decision, not earlier than those before it. */
  write({ decidedAt, outcome, reason }: Pick<Decision, "decidedAt" | "outcome" | "reason">): void {
    if (this.#count === this.#at.length) this.#grow();
    const place = OUTCOME_PLACES.get(outcome) ?? 0;
    const check = CHECK_PLACES.get(reason);
    this.#at[this.#count] = decidedAt;
    this.#outcome[this.#count] = place;
    this.#refusedBy[this.#count] = check ?? NO_CHECK;
    this.#outcomes[place] = (this.#outcomes[place] ?? 0) + 1;
    if (check !== undefined) this.#refusals[check] = (this.#refusals[check] ?? 0) + 1;
    this.#count++;
  }

  get count(): number {
    return this.#count;
  }

  /** Outcomes that there were, and how often each. */
  outcomes(): Partial<Record<Outcome, number>> {
    return Object.fromEntries(OUTCOMES.flatMap((name, place) => counted(name, this.#outcomes[place])));
  }

  /** Checks that refused first, and how often each did. */
  refusals(): Partial<Record<CheckName, number>> {
    return Object.fromEntries(CHECKS.flatMap((name, place) => counted(name, this.#refusals[place])));
  }

  /** A copy of all that was written. */
  columns(): DecisionColumns {
    return {
      at: this.#at.slice(0, this.#count),
      outcome: this.#outcome.slice(0, this.#count),
      refusedBy: this.#refusedBy.slice(0, this.#count),
    };
  }

  #grow(): void {
    const size = 2 * this.#count;
    const at = new Float64Array(size);
    at.set(this.#at);
    this.#at = at;
    this.#outcome = widened(this.#outcome, size);
    this.#refusedBy = widened(this.#refusedBy, size);
  }
}

function counted<N extends string>(name: N, count = 0): [N, number][] {
  return count === 0 ? [] : [[name, count]];
}

function widened(column: Uint8Array<ArrayBuffer>, size: number): Uint8Array<ArrayBuffer> {
  const wider = new Uint8Array(size);
  wider.set(column);
  return wider;
}

function placesOf<N extends string>(names: readonly N[]): ReadonlyMap<N, number> {
  return new Map(names.map((name, place) => [name, place]));
}
