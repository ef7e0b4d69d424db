import type { ModelSettings } from "../model-settings";

/** Which lines of a history ask for a training under a policy. */
interface SimulatedCauses {
  /** Landings, in batches. */
  readonly data: boolean;
  /** Drift reports, by the responses of the model's drift policy. */
  readonly drift: boolean;
  /** Quality signals; the check `adaptive` judges them. */
  readonly quality: boolean;
  /** Recorded fires of schedules. */
  readonly schedule: boolean;
  /** Fires of a schedule that the history does not hold, so long apart, from the history's beginning on, milliseconds. */
  readonly everyMs?: number;
}

/** A policy that a history is replayed with: the settings of a model as its functions would get them, and what asks. */
export interface SimulatedPolicy {
  /** As the report names it, such as `hybrid`. */
  readonly name: string;
  readonly settings: Pick<ModelSettings, "policy" | "batch" | "drift">;
  readonly causes: SimulatedCauses;
  /**
   * The check `adaptive` begins with what the first 30 % of the history tell, where errors of models are known that it might
   * serve.
   * @default - with what its settings say
   */
  readonly isBacktested?: true;
  /** What it does, in a sentence for people. */
  readonly sentence: string;
}
