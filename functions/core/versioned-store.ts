import { RetryableError } from "./errors";

/** A model's record with the version that a save of its successor must name. */
export interface Versioned<T> {
  readonly state: T;
  readonly version: number;
}

/** Port: one record per model. Rejects when it cannot answer: no state means no decision. */
export interface VersionedStore<T> {
  /** Strongly consistent; undefined for a model of which nothing was saved yet. */
  load(model: string): Promise<Versioned<T> | undefined>;
  /** As `load`, of many models in few calls, in their order. What is wrong with one record is told of its model alone. */
  loadAll(models: readonly string[]): Promise<readonly PromiseSettledResult<Versioned<T> | undefined>[]>;
  /** Replaces the record if its version is still `version` (0: there is none yet); false when another came first. */
  save(model: string, state: T, version: number): Promise<boolean>;
}

/** How a record is kept. `decode` throws when the bytes are not those of a record, and `encode` when it could not be read back. */
export interface RecordCodec<T> {
  encode(model: string, state: T): Uint8Array;
  decode(data: Uint8Array): T;
}

/** Each refusal means that another writer's save stood, so the limit is far above real contention. */
const MAX_ATTEMPTS = 50;

/**
 * Compare and set: loads a record, computes the next, and saves it if nobody else did meanwhile; else again, from the record that
 * they saved. What follows from the change is for after it, so that nothing happens that was not saved.
 * @param initial of a model of which nothing was saved yet
 * @param change whose `state` is the one that it was given when there is nothing to save
 * @throws RetryableError when others kept saving first
 */
export async function changeRecord<T, C extends { readonly state: T }>(
  store: VersionedStore<T>,
  model: string,
  initial: () => T,
  change: (state: T) => C | Promise<C>,
): Promise<C> {
  for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
    const loaded = await store.load(model);
    const before = loaded?.state ?? initial();
    const changed = await change(before);
    if (changed.state === before) return changed;
    if (await store.save(model, changed.state, loaded?.version ?? 0)) return changed;
  }
  throw new RetryableError(`the state of ${model} was saved by others ${MAX_ATTEMPTS} times while it was being changed`);
}
