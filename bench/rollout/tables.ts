import type { RolloutEnd } from "../../test/simulation/rollout/simulate-rollout";
import { median } from "../table";

/** What became of the rollouts of a cell. */
export interface Outcomes {
  readonly rollouts: number;
  /** Percent that were rolled back, and that were so while the candidate had 5 %. */
  readonly rolledBack: number;
  readonly inFirst: number;
  /** Percent that were given up or that a person was asked of. */
  readonly undecided: number;
  /** Median windows of those that were rolled back, and of those that were done. */
  readonly windowsToRollback: number | undefined;
  readonly windowsToDone: number | undefined;
  /** Mean requests that failed because of the candidate. */
  readonly excess: number;
}

export function outcomesOf(ends: readonly RolloutEnd[]): Outcomes {
  const back = ends.filter(({ end }) => end === "rolled back");
  const done = ends.filter(({ end }) => end === "done");
  const percent = (count: number) => (100 * count) / ends.length;
  return {
    rollouts: ends.length,
    rolledBack: percent(back.length),
    inFirst: percent(back.filter(({ share }) => share === 0.05).length),
    undecided: percent(ends.length - back.length - done.length),
    windowsToRollback: medianWindows(back),
    windowsToDone: medianWindows(done),
    excess: ends.reduce((sum, { excess }) => sum + excess, 0) / ends.length,
  };
}

function medianWindows(ends: readonly RolloutEnd[]): number | undefined {
  return ends.length === 0 ? undefined : median(ends.map(({ windows }) => windows));
}

/** False rollbacks, what a person must decide, and hours until the candidate serves alone for good. */
export function equalCell({ rolledBack, undecided, windowsToDone }: Outcomes): string {
  const hours = windowsToDone === undefined ? "–" : `${((windowsToDone * 5) / 60).toFixed(1)} h`;
  return `${told(rolledBack)} · ${told(undecided)} · ${hours}`;
}

/** Rollbacks, those at 5 % among them, windows until then, and requests that failed meanwhile. */
export function worseCell({ rolledBack, inFirst, undecided, windowsToRollback, excess }: Outcomes): string {
  const given = undecided >= 0.5 ? ` gu ${Math.round(undecided)}` : "";
  return `${told(rolledBack)} (${told(inFirst)}) ${windowsToRollback ?? "–"} w ${Math.round(excess)}${given}`;
}

/** Lines of a Markdown table. */
export function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

export function told(percent: number): string {
  return String(Number(percent.toFixed(percent < 10 ? 2 : 1)));
}
