import type { Decision } from "../../functions/core/coordination/decision";
import { textTable } from "./text-table";

/**
 * The three commands to try on the local run, each with what it tells, for a run whose decisions these are. Empty for a run
 * in which nothing was decided.
 * @param deadLetters messages that wait to be sent again
 */
export function nextCommands(decisions: readonly Pick<Decision, "outcome" | "requestId" | "model">[], deadLetters: number): string {
  const told = decisions.findLast(({ outcome }) => outcome === "defer") ?? decisions.at(-1);
  if (told === undefined) return "";
  const third =
    deadLetters > 0
      ? ["npx retrigger redrive --dry-run", "what could not be handled, and why"]
      : [`npx retrigger state ${told.model}`, "runs, budgets, and what waits"];
  const rows = [
    ["npx retrigger decisions", "the newest decisions on all models"],
    [
      `npx retrigger why ${told.requestId}`,
      told.outcome === "defer" ? "why it had to wait, and how it ended" : "why, and how it ended",
    ],
    third,
  ];
  return `Try next:\n${textTable(rows)}`;
}
