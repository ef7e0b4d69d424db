import type { CandidateLog, PromotionStore } from "../core/promotion/ports";
import type { CandidateRecord } from "../core/promotion/promotion-state";
import { memoryVersionedStore } from "./versioned-store";

/** `CandidateLog` in memory, with all that it keeps, in the order in which it was recorded. */
export interface MemoryCandidateLog extends CandidateLog {
  readonly records: () => readonly CandidateRecord[];
}

/** @param recorded before */
export function memoryCandidateLog(recorded: readonly CandidateRecord[] = []): MemoryCandidateLog {
  const keyOf = ({ candidate, number }: CandidateRecord) => `${candidate.id} ${number}`;
  const all = new Map(recorded.map((record) => [keyOf(record), record]));
  const newestFirst = (model: string) =>
    [...all.values()]
      .filter(({ candidate }) => candidate.model === model)
      .sort((a, b) => b.candidate.registeredAt - a.candidate.registeredAt || compare(b, a) || b.number - a.number);
  return {
    records: () => [...all.values()],
    async record(record) {
      all.set(keyOf(record), record);
    },
    list: async (model, limit) => newestFirst(model).slice(0, Math.max(0, limit)),
    async read(model, candidateId) {
      return newestFirst(model)
        .filter(({ candidate }) => candidate.id === candidateId)
        .reverse();
    },
  };
}

function compare({ candidate: { id: one } }: CandidateRecord, { candidate: { id: other } }: CandidateRecord): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/** `PromotionStore` in memory. */
export function memoryPromotionStore(): PromotionStore {
  return memoryVersionedStore();
}
