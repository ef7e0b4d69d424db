import type { SealReason } from "../../functions/core/batching/batch";
import type { Log, LogEvent } from "../../functions/core/log/log";
import type { TrainingRequest } from "../../functions/core/training-request";

/** How a sealed batch ended that published no manifest: its objects went on to the next one, or none of them was new. */
export interface UnpublishedBatch {
  readonly model: string;
  readonly reason: SealReason;
  readonly fate: "carried" | "empty";
}

/** What the functions said and asked for during a replay. What a crash made them say twice stands once. */
export interface Journal {
  readonly log: Log;
  /** By request id, in the order in which they were first sent. */
  readonly requests: Map<string, TrainingRequest>;
  /** By model and generation. */
  readonly unpublished: ReadonlyMap<string, UnpublishedBatch>;
  /** Why a message was refused last, by message id. */
  readonly refusals: ReadonlyMap<string, string>;
  /** The last report of each event that is an error or a warning and not about one message. */
  readonly troubles: ReadonlyMap<string, LogEvent>;
}

/** True for an entry that the journal is made of; the others, of which every sweep writes some, need not be kept. */
export function isNoted({ level, event }: LogEvent): boolean {
  return level !== "info" || event === "batch-carried" || event === "batch-empty";
}

export function createJournal(): Journal {
  const unpublished = new Map<string, UnpublishedBatch>();
  const refusals = new Map<string, string>();
  const troubles = new Map<string, LogEvent>();
  const log: Log = (entry) => {
    if (entry.event === "batch-carried" || entry.event === "batch-empty") {
      const { event, model, generation, reason } = entry;
      unpublished.set(`${model}/${generation}`, { model, reason, fate: event === "batch-empty" ? "empty" : "carried" });
    } else if ("messageId" in entry && entry.messageId !== undefined) refusals.set(entry.messageId, entry.error);
    else if (entry.level !== "info") troubles.set(entry.event, entry);
  };
  return { log, requests: new Map(), unpublished, refusals, troubles };
}
