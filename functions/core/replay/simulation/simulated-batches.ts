import { type BatchHead, type BatchPolicy, FIRST_HEAD, sealReason } from "../../batching/batch";
import { dataRequest } from "../../batching/batch-request";
import { appendStep, closeStep, sealStep } from "../../batching/batch-transitions";
import type { Manifest, TrainingRequest } from "../../training-request";
import type { HistoryLineOf } from "../history-line";

/** When the newest object of a published list landed, epoch milliseconds. */
const NEWEST = new WeakMap<Manifest, number>();

/** When the newest object of lists landed, epoch milliseconds; undefined where there are none, or nobody landed them here. */
export function newestIn(manifests: readonly Manifest[]): number | undefined {
  let newest: number | undefined;
  for (const manifest of manifests) {
    const at = NEWEST.get(manifest);
    if (at !== undefined && (newest === undefined || at > newest)) newest = at;
  }
  return newest;
}

/**
 * The batches of one model, as its store would hold them. A batch is published as soon as it is sealed; every object counts as a
 * new one, since a history does not tell which write of a key a line is of.
 */
export class SimulatedBatches {
  #head: BatchHead = FIRST_HEAD;
  /** Bytes in the open batch. */
  #bytes = 0;
  #newestAt = 0;

  constructor(
    private readonly model: string,
    private readonly policy: BatchPolicy,
    private readonly publish: (request: TrainingRequest) => void,
  ) {}

  /** Takes what landed. More than a batch has room for goes on in the next one, as the deliveries of a queue would. */
  land({ at, objects = 1, bytes = 0 }: Pick<HistoryLineOf<"landed">, "at" | "objects" | "bytes">): void {
    this.#newestAt = at;
    let left = objects;
    let leftBytes = bytes;
    while (left > 0) {
      const added = Math.min(left, Math.max(1, this.policy.batchSize - this.#head.open.count));
      const addedBytes = added === left ? leftBytes : Math.floor((leftBytes * added) / left);
      left -= added;
      leftBytes -= addedBytes;
      this.#bytes += addedBytes;
      const { next, isSealed } = appendStep(this.#head, added, this.policy, at);
      this.#head = next;
      if (isSealed) this.#publishPending();
    }
  }

  /** When the open batch is to be sealed for its age, epoch milliseconds; Infinity while nothing but its size can end it. */
  dueAt(): number {
    const { count, openedAt, lastAppendAt } = this.#head.open;
    if (count === 0 || openedAt === undefined || lastAppendAt === undefined) return Number.POSITIVE_INFINITY;
    const { windowMs = Number.POSITIVE_INFINITY, quietPeriodMs = Number.POSITIVE_INFINITY } = this.policy;
    return Math.min(openedAt + windowMs, lastAppendAt + quietPeriodMs);
  }

  /** Does what the sweeper does at `now`: seals the open batch where its time is over. */
  sweep(now: number): void {
    const reason = sealReason(this.policy, this.#head.open, now);
    if (reason === undefined) return;
    const sealed = sealStep(this.#head, this.#head.open.generation, reason, this.policy, now);
    if (sealed === undefined) return;
    this.#head = sealed;
    this.#publishPending();
  }

  #publishPending(): void {
    for (const batch of this.#head.pending) {
      const { generation, count } = batch;
      const manifest = { uri: `history://${this.model}/${generation}`, objects: count, bytes: this.#bytes };
      this.#bytes = 0;
      NEWEST.set(manifest, this.#newestAt);
      this.#head = closeStep(this.#head, batch, "empty") ?? this.#head;
      this.publish(dataRequest({ model: this.model, generation }, batch, manifest));
    }
  }
}
