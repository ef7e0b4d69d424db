import type { CountedWindow } from "./counted-window";
import type { EvidencePolicy } from "./evidence-policy";

/** What the business value says: the candidate is worse where `z` is below minus `bound`. */
export interface BusinessEvidence {
  readonly z: number;
  readonly bound: number;
}

/** True when a window has the business value of both models. */
export function hasBusiness({ bA, bB }: CountedWindow): boolean {
  return bA !== undefined && bB !== undefined;
}

/**
 * Whether the candidate's mean business value of a request is below the champion's, by differences of blocks of windows: a
 * confidence sequence for means that holds at every look, of Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas (2024), Annals of
 * Statistics 52(6), https://arxiv.org/abs/2103.06476, one-sided, with the t statistic brought to a normal one for few blocks.
 * Changes of share do not touch the differences, so that it goes on from stage to stage.
 * @param stages of each the windows without the settling ones: a block never spans two stages
 * @returns undefined with too few blocks, or values that are too large to be squared
 */
export function businessEvidence(
  { business: { blockRequests, minBlocks, rho2 }, alpha }: EvidencePolicy,
  stages: readonly (readonly CountedWindow[])[],
): BusinessEvidence | undefined {
  const differences = stages.flatMap((windows) => blockDifferences(windows, blockRequests));
  const blocks = differences.length;
  if (blocks < minBlocks) return undefined;
  const mean = differences.reduce((sum, value) => sum + value, 0) / blocks;
  const variance = differences.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (blocks - 1);
  // Differences that are all equal are evidence without limit; a finite number can be stored.
  const squared = mean === 0 ? 0 : Math.min(Number.MAX_VALUE, (mean ** 2 * blocks) / variance);
  if (Number.isNaN(squared)) return undefined;
  const scaled = blocks * rho2;
  return {
    z: Math.sign(mean) * Math.sqrt(blocks * Math.log1p(squared / (blocks - 1))),
    bound: Math.sqrt(((2 * (scaled + 1)) / scaled) * Math.log(Math.sqrt(scaled + 1) / (2 * alpha.business))),
  };
}

/** Of consecutive windows with enough requests on each side: the candidate's mean less the champion's. */
function blockDifferences(windows: readonly CountedWindow[], requests: number): number[] {
  const differences: number[] = [];
  let [nA, nB, bA, bB] = [0, 0, 0, 0];
  for (const window of windows) {
    if (window.bA === undefined || window.bB === undefined) continue;
    nA += window.nA;
    nB += window.nB;
    bA += window.bA;
    bB += window.bB;
    if (nA < requests || nB < requests) continue;
    differences.push(bB / nB - bA / nA);
    [nA, nB, bA, bB] = [0, 0, 0, 0];
  }
  return differences;
}
