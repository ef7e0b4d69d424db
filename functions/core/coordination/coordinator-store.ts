import type { CoordinatorState } from "./coordinator-state";

/** A model's state with the version that a save of its successor must name. */
export interface VersionedState {
  readonly state: CoordinatorState;
  readonly version: number;
}

/** Port: the coordinator's state, one record per model. Rejects when it cannot answer: no state means no decision. */
export interface CoordinatorStore {
  /** Strongly consistent; undefined for a model of which nothing was asked yet. */
  load(model: string): Promise<VersionedState | undefined>;
  /** Replaces the state if its version is still `version` (0: there is none yet); false when another came first. */
  save(model: string, state: CoordinatorState, version: number): Promise<boolean>;
}
