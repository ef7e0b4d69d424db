import type { BatchStore } from "../functions/core/batching/batch-store";
import type { PastBatches } from "../functions/memory/batch-store";

/** `batches.json`, by model: of segments, those that still count. */
export type BatchesRecord = Readonly<Record<string, PastBatches>>;

/** What a store holds of some models, but for what was published or dropped. */
export async function readBatches(store: BatchStore, models: readonly string[]): Promise<BatchesRecord> {
  const entries = models.map(async (model): Promise<[string, PastBatches]> => [model, await readModel(store, model)]);
  return Object.fromEntries(await Promise.all(entries));
}

async function readModel(store: BatchStore, model: string): Promise<PastBatches> {
  const head = await store.readHead(model);
  const sources = [head.open.generation, ...head.open.carried, ...head.pending.flatMap((batch) => batch.sources)];
  const segments: PastBatches["segments"][number][] = [];
  for (const generation of new Set(sources)) {
    for await (const segment of store.readSegments(model, [generation])) segments.push({ generation, segment });
  }
  return { head, segments };
}
