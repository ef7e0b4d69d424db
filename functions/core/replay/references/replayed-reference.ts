import { ServiceRecord } from "../simulation/service-record";
import type { PolicyResult } from "../simulation-result";
import type { ReferenceSchedule } from "./reference-schedules";
import { referenceResult } from "./reference-schedules";

/** A reference that is fed what landed and what drifted, for how old its data gets and how long drifts wait for it. */
export class ReplayedReference {
  readonly #service: ServiceRecord;
  readonly #objects: number[] = [];
  #started = 0;
  #landed = 0;
  #trained = 0;

  /**
   * @param from the beginning of the history, epoch milliseconds
   * @param usual what each of its runs costs, and the money there is, USD
   */
  constructor(
    private readonly schedule: ReferenceSchedule,
    from: number,
    private readonly usual: { readonly costUsd: number; readonly moneyUsd: number },
  ) {
    this.#service = new ServiceRecord(from);
  }

  /** So many objects landed. */
  landed(at: number, objects: number): void {
    this.#startUntil(at);
    this.#landed += objects;
    this.#service.landed(at);
  }

  /** A drift was reported that the policy answers with a training. */
  drifted(at: number): void {
    this.#startUntil(at);
    this.#service.drifted(at);
  }

  /** Ends the history at a time. */
  finish(to: number): PolicyResult {
    this.#startUntil(to);
    const result = referenceResult(this.schedule, this.usual);
    return {
      ...result,
      trainings: result.trainings.map((training, place) => ({ ...training, objects: this.#objects[place] ?? 0 })),
      ...this.#service.finish(to),
      untrainedObjects: this.#landed - this.#trained,
    };
  }

  #startUntil(until: number): void {
    const { trainings } = this.schedule;
    for (let next = trainings[this.#started]; next !== undefined && next.at <= until; next = trainings[this.#started]) {
      this.#started++;
      this.#objects.push(this.#landed - this.#trained);
      this.#trained = this.#landed;
      this.#service.started(next.at, next.endedAt);
    }
  }
}
