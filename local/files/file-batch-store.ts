import { readFile, rename, writeFile } from "node:fs/promises";
import type { BatchStore } from "../../functions/core/batching/batch";
import { memoryBatchStore, type PastBatches } from "../../functions/memory/batch-store";

/** Replaces a file as a whole, so that a crash leaves the old or the new one. */
async function replaceFile(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text);
  await rename(`${path}.new`, path);
}

/** Replaces the file as a whole. */
export async function writeBatches(path: string, batches: BatchesRecord): Promise<void> {
  await replaceFile(path, JSON.stringify(batches));
}

/**
 * `BatchStore` in a file, for one process at a time: a step is done when the file that holds it is there, and a crash leaves it
 * wholly done or not at all. Nothing expires.
 * @throws Error of the file system or of JSON when the file is not there or is broken
 */
export async function fileBatchStore(path: string): Promise<BatchStore> {
  const past = new Map<string, PastBatches>(Object.entries<PastBatches>(JSON.parse(await readFile(path, "utf8"))));
  const store = memoryBatchStore(past);
  const models = new Set(past.keys());
  let saved: Promise<unknown> = Promise.resolve();

  /** One file after the other, each with all steps so far; whoever waits for one that failed is told so. */
  async function save(): Promise<void> {
    const before = saved;
    saved = Promise.allSettled([before]).then(async () => writeBatches(path, await readBatches(store, [...models])));
    await saved;
  }

  function saving<A extends readonly unknown[], R>(step: (model: string, ...rest: A) => Promise<R>) {
    return async (model: string, ...rest: A): Promise<R> => {
      models.add(model);
      const result = await step(model, ...rest);
      await save();
      return result;
    };
  }

  return {
    maxSegmentBytes: store.maxSegmentBytes,
    readHead: store.readHead,
    readSegments: store.readSegments,
    append: saving(store.append),
    seal: saving(store.seal),
    carry: saving(store.carry),
    close: saving(store.close),
    retain: saving(store.retain),
  };
}

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
