import type { Refusal, RejectedMessages } from "../core/rejected-message";

/** `RejectedMessages` in memory, and what it holds. */
export function memoryRejectedMessages<M = unknown>(): RejectedMessages<M> & {
  readonly kept: readonly { readonly message: M; readonly refusal: Refusal }[];
} {
  const kept: { message: M; refusal: Refusal }[] = [];
  return {
    kept,
    keep: async (message, refusal) => void kept.push({ message, refusal }),
  };
}
