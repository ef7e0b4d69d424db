import type { FeatureHistory, Level, Outcome } from "./drift-history";
import type { DriftPolicy } from "./drift-policy";

/** The level of a feature after its newest window. */
export function levelOf(policy: DriftPolicy, { base, settled, outcomes }: FeatureHistory): Level {
  return outcomes.reduce(
    (level, _, index) => (index < settled ? level : advance(policy, level, outcomes.slice(0, index + 1))),
    base,
  );
}

/**
 * The history without what no later window can change: the last n outcomes, and as many before them as they are judged with, so that a
 * report that arrives up to n windows late is placed as if it had come in time.
 */
export function settle(policy: DriftPolicy, history: FeatureHistory): FeatureHistory {
  const { n } = policy.persistence;
  let { base, settled } = history;
  for (; history.outcomes.length - settled > n; settled++) base = advance(policy, base, history.outcomes.slice(0, settled + 1));
  const excess = Math.max(0, settled - (n - 1));
  return { ...history, base, settled: settled - excess, outcomes: history.outcomes.slice(excess) };
}

/** The history without what was measured before `horizon`, epoch milliseconds; undefined when nothing is left of it. */
export function forget(history: FeatureHistory, horizon: number): FeatureHistory | undefined {
  const old = history.outcomes.filter(({ end }) => end < horizon).length;
  if (old === history.outcomes.length) return undefined;
  return { ...history, settled: Math.max(0, history.settled - old), outcomes: history.outcomes.slice(old) };
}

/**
 * The level after the last of `outcomes`. It rises to what k of the last n windows reach, the last one among them, and stays while
 * the last one holds it. Windows before a recovery do not count again.
 */
function advance({ persistence: { k, n } }: DriftPolicy, { rank, since }: Level, outcomes: readonly Outcome[]): Level {
  const latest = outcomes.at(-1);
  if (latest === undefined) return { rank, ...(since !== undefined && { since }) };
  const ranks = outcomes
    .filter(({ end }) => since === undefined || end > since)
    .slice(-n)
    .map((outcome) => outcome.rank);
  const sustained = ranks.sort((a, b) => b - a)[k - 1] ?? 0;
  const next = Math.max(Math.min(sustained, latest.rank), Math.min(rank, latest.heldRank));
  if (rank > 0 && next === 0) return { rank: next, since: latest.end };
  return { rank: next, ...(since !== undefined && { since }) };
}
