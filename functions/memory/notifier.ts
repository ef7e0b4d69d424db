import type { Notifier } from "../core/coordination/notifier";

/** `Notifier` in memory, with the subjects that it was told. */
export function memoryNotifier(): Notifier & { readonly subjects: readonly string[] } {
  const subjects: string[] = [];
  return {
    subjects,
    async notify(subject) {
      subjects.push(subject);
    },
  };
}
