import type { CoordinationSummary } from "./coordination-summary";
import type { RequestBalance } from "./request-balance";
import { formatCount, textTable } from "./text-table";

/** Decisions by outcome and reason, one line for each of a model's. */
export function formatDecisions({ decisions }: CoordinationSummary): string {
  return textTable([
    ["model", "outcome", "reason", "decisions"],
    ...decisions.map(({ model, outcome, reason, count }) => [model, outcome, reason, count]),
  ]);
}

export function formatSpent({ spent, endsUntold }: CoordinationSummary): string {
  const rows = spent.map(({ model, month, runs, failed, spentUsd, budgetUsd }) => {
    return [model, month, runs, failed, `${spentUsd.toFixed(2)} of ${budgetUsd.toFixed(2)} USD`];
  });
  const untold = `  ${formatCount(endsUntold)} ends that no event told of were found by the sweeper`;
  return `${textTable([["model", "month", "runs", "failed", "spent"], ...rows])}\n${untold}`;
}

export function formatWaiting({ waiting }: CoordinationSummary): string {
  return textTable(
    waiting.map(({ model, requestId, waitsFor, since, dueAt, causes }) => {
      const until = waitsFor === "approval" ? "expires" : "asked again";
      const due = dueAt === undefined ? "after an event" : minuteOf(dueAt);
      return [model, requestId, `for ${waitsFor} since ${minuteOf(since)}`, `${until} ${due}`, `${causes} causes`];
    }),
  );
}

/** Where every request ended, that nothing was started twice or left out of its run, and what no run has. */
export function formatRequestBalance(balance: RequestBalance): (readonly [string, string])[] {
  const { asked, own, merged, startedTwice, unpaired, missingInRuns, rejectedObjects } = balance;
  const total = [own, merged].flatMap(Object.values).reduce((sum, count) => sum + count, 0);
  const sign = asked === total ? "=" : "is not";
  const ofMerged = `${formatCount(merged.started)} merged into started + ${merged.rejected} into rejected + ${merged.waiting} into waiting`;
  const ofOwn = `${formatCount(own.started)} started + ${own.rejected} rejected + ${own.waiting} waiting${own.dead + merged.dead === 0 ? "" : ` + ${own.dead + merged.dead} in dead letters`}`;
  return [
    ["requests", `asked ${formatCount(asked)} ${sign} ${ofOwn} + ${ofMerged} (lost ${own.lost + merged.lost})`],
    [
      "runs",
      `started twice ${startedTwice}, without a start or a run ${unpaired}, objects of merged requests missing ${missingInRuns}`,
    ],
    ["rejected", `${formatCount(rejectedObjects)} objects in batches that the policy let no run have`],
  ];
}

/** `2001-01-01 00:00` */
export function minuteOf(isoTime: string): string {
  return isoTime.slice(0, 16).replace("T", " ");
}
