import type { Notifier } from "../core/coordination/notifier";
import type { DriftNotifier } from "../core/drift/drift-notifier";

/** `Notifier` in memory, with the subjects that it was told. */
export function memoryNotifier(): Notifier & DriftNotifier & { readonly subjects: readonly string[] } {
  const subjects: string[] = [];
  return {
    subjects,
    async notify(subject) {
      subjects.push(subject);
    },
    async notifyDrift(_model, subject) {
      subjects.push(subject);
    },
  };
}
