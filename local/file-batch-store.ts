import { readFile, rename, writeFile } from "node:fs/promises";
import type { BatchStore } from "../functions/core/batching/batch-store";
import { memoryBatchStore, type PastBatches } from "../functions/memory/batch-store";
import { type BatchesRecord, readBatches } from "./batches-record";

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
    settle: saving(store.settle),
    retain: saving(store.retain),
  };
}
