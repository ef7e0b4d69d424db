import type { Versioned, VersionedStore } from "../versioned-store";
import type { CoordinatorState } from "./coordinator-state";

export type VersionedState = Versioned<CoordinatorState>;

/** Port: the coordinator's state, one record per model. */
export type CoordinatorStore = VersionedStore<CoordinatorState>;
