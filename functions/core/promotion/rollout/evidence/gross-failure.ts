import { wilsonByErrors } from "../../statistics/proportions";
import { usualLow } from "./champion-history";
import type { CountedWindow } from "./counted-window";
import type { EvidencePolicy } from "./evidence-policy";

/** The newest windows with enough requests of the candidate, in all. */
interface Span {
  readonly champion: { readonly count: number; readonly rows: number };
  /** Without the window in which it had most errors: one bad window is no failure. */
  readonly candidate: { readonly count: number; readonly rows: number };
}

/**
 * True when the candidate fails so often that no further window is to be waited for: its error rate is, beyond chance, above the
 * champion's, its worst usual one, and its worst one of this stage, by the policy's gap.
 * @param windows of a stage that compares, the settling ones among them
 * @param high what the champion's error rate reaches in its worst usual windows
 */
export function isGrossFailure(
  { gap, z, requests, span }: EvidencePolicy["gross"],
  windows: readonly CountedWindow[],
  high: number,
): boolean {
  const newest = newestSpan(windows, requests, span);
  if (newest === undefined) return false;
  const limit = wilsonByErrors(newest.candidate, z).lower - gap;
  if (limit < Math.max(high, wilsonByErrors(newest.champion, z).upper)) return false;
  return windows.every((window) => usualLow(window.xA, window.nA) <= limit);
}

function newestSpan(windows: readonly CountedWindow[], requests: number, most: number): Span | undefined {
  let [nA, xA, nB, xB] = [0, 0, 0, 0];
  let worst: CountedWindow | undefined;
  for (let length = 1; length <= Math.min(most, windows.length); length++) {
    const window = windows[windows.length - length];
    if (window === undefined) return undefined;
    nA += window.nA;
    xA += Math.min(window.nA, window.xA);
    nB += window.nB;
    xB += Math.min(window.nB, window.xB);
    if (worst === undefined || window.xB > worst.xB) worst = window;
    if (length >= 2 && nB - worst.nB >= requests) {
      return {
        champion: { count: xA, rows: nA },
        candidate: { count: xB - Math.min(worst.nB, worst.xB), rows: nB - worst.nB },
      };
    }
  }
  return undefined;
}
