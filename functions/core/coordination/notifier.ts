import type { Decision } from "./decision";

/** Port: tells people about a decision that needs them. May tell twice. */
export interface Notifier {
  notify(subject: string, decision: Decision): Promise<void>;
}
