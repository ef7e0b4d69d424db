/** A measured figure and the budget that it is held to. */
export interface Row {
  readonly what: string;
  readonly measured: string;
  readonly baseline: string;
  readonly ratio: string;
  readonly budget: string;
  /** Undefined where no budget is set. */
  readonly isWithin?: boolean;
}

/** The rows as a Markdown table. */
export function markdownTable(rows: readonly Row[]): string {
  const lines = rows.map(({ what, measured, baseline, ratio, budget, isWithin }) => {
    const verdict = isWithin === undefined ? "" : isWithin ? "holds" : "**missed**";
    return `| ${[what, measured, baseline, ratio, budget, verdict].join(" | ")} |`;
  });
  return ["| what | measured | baseline in the same run | ratio | budget | |", "|---|---|---|---|---|---|", ...lines].join("\n");
}

/** The middle value; the lower of two middle ones. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)];
  if (middle === undefined) throw new RangeError("the median of nothing; measure at least once");
  return middle;
}

export function ratio(measured: number, baseline: number): string {
  return `${(measured / baseline).toPrecision(2)}x`;
}
