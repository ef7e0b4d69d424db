import type { ReportEntry } from "../report";
import type { Decision } from "./decision";

/** What is told of a decision; `into` is the request whose run a merged one becomes part of. */
export function decidedEntry({ model, requestId, outcome, reason, into }: Decision): ReportEntry {
  return { level: "info", event: "decided", model, requestId, outcome, reason, ...(into !== undefined && { into }) };
}
