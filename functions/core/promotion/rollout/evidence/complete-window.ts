import type { SeenWindow, VariantCounts } from "../ports";
import type { Traffic } from "../traffic";
import { type CountedWindow, WINDOW_MS } from "./counted-window";

/** Metrics arrive within this time after a window, as a rule; what is absent for longer was not there. Milliseconds. */
const LATE_MS = 900_000;

/**
 * A window as evidence takes it; undefined where something is missing that may still come, or that must not be taken for zero: no
 * datapoint of either model, or requests without their errors.
 * @param traffic as it was in the window
 * @param now epoch milliseconds
 */
export function completeWindow({ at, champion, candidate }: SeenWindow, traffic: Traffic, now: number): CountedWindow | undefined {
  if (champion === undefined && candidate === undefined) return undefined;
  const isLate = now - (at + WINDOW_MS) < LATE_MS;
  const needsChampion = !(traffic.is === "split" && traffic.percent === 100) && traffic.is !== "candidate";
  if (isLate && ((champion === undefined && needsChampion) || candidate === undefined)) return undefined;
  const a = champion ?? NOTHING;
  const b = candidate ?? NOTHING;
  const [xA, xB] = [countOf(a, a.errors), countOf(b, b.errors)];
  if (xA === undefined || xB === undefined || xA > a.requests || xB > b.requests) return undefined;
  const [lA, lB] = [countOf(a, a.slow), countOf(b, b.slow)];
  const [bA, bB] = [countOf(a, a.business), countOf(b, b.business)];
  return {
    at,
    nA: a.requests,
    nB: b.requests,
    xA,
    xB,
    ...(lA !== undefined && lB !== undefined && lA <= a.requests && lB <= b.requests && { lA, lB }),
    ...(bA !== undefined && bB !== undefined && Number.isFinite(bA) && Number.isFinite(bB) && { bA, bB }),
  };
}

/** A window of the champion alone, before a rollout; one that is not fully known tells nothing, as one without requests. */
export function championWindow({ champion }: SeenWindow): { readonly requests: number; readonly errors: number } {
  if (champion?.errors === undefined || champion.errors > champion.requests) return { requests: 0, errors: 0 };
  return { requests: champion.requests, errors: champion.errors };
}

const NOTHING: VariantCounts = { requests: 0 };

/** Without requests there is nothing to count. */
function countOf({ requests }: VariantCounts, count: number | undefined): number | undefined {
  return requests === 0 ? 0 : count;
}
