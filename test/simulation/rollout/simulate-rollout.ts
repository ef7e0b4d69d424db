import { championHistory, refreshedHigh } from "../../../functions/core/promotion/rollout/evidence/champion-history";
import type { CountedWindow } from "../../../functions/core/promotion/rollout/evidence/counted-window";
import { EVIDENCE_POLICY as POLICY } from "../../../functions/core/promotion/rollout/evidence/evidence-policy";
import {
  judgeWindows,
  type StageEvidence,
  type WindowVerdict,
} from "../../../functions/core/promotion/rollout/evidence/judge-windows";
import { randomOf } from "../drift-streams";
import { SHARES } from "./scenarios";
import { type SimulatedTraffic, simulateTraffic, type TrafficOptions } from "./traffic";

/** How a simulated rollout ended. */
export interface RolloutEnd {
  readonly end: "done" | "rolled back" | "given up" | "asked";
  /** Share of the candidate at the end. */
  readonly share: number;
  /** Windows of the whole rollout. */
  readonly windows: number;
  /** Requests that failed because the candidate is not the champion's equal. */
  readonly excess: number;
}

/** Plays so many rollouts, each with traffic of its own; those of one seed are the same under every rule. */
export function playRollouts<T>(
  play: (traffic: SimulatedTraffic) => T,
  options: TrafficOptions,
  seed: number,
  rollouts: number,
): readonly T[] {
  return Array.from({ length: rollouts }, (_, rollout) => play(simulateTraffic(options, randomOf(seed, rollout, 16))));
}

/** Where a rollout stands. */
interface Standing {
  readonly kind: StageEvidence["kind"];
  /** Of the comparing stages. */
  readonly stage: number;
}

const LAST = SHARES.length - 2;

function shareOf({ kind, stage }: Standing): number {
  if (kind === "compare") return SHARES[stage] ?? 0;
  return kind === "verify" ? (SHARES[LAST] ?? 0) : 1;
}

/** Retrigger's rule: windows are judged as they close, and stages moved by the verdicts. */
export function playByEvidence(traffic: SimulatedTraffic): RolloutEnd {
  const history = championHistory(
    traffic.history.map(({ nA, xA }) => ({ requests: nA, errors: xA })),
    POLICY,
  );
  let standing: Standing = { kind: "compare", stage: 0 };
  let windows: CountedWindow[] = [];
  let earlier: readonly (readonly CountedWindow[])[] = [];
  let [high, verifies, excess] = [history.high, 0, 0];
  const move = (to: Standing) => {
    if (standing.kind !== "bake") {
      earlier = [...earlier, windows.slice(POLICY.settlingWindows)];
      if (to.kind === "bake") high = refreshedHigh(history, windows);
    }
    [standing, windows] = [to, []];
  };
  for (let total = 1; ; total++) {
    const { kind, stage } = standing;
    const share = shareOf(standing);
    const drawn = traffic.next(share);
    windows.push(drawn.window);
    excess += drawn.excess;
    const isLast = kind === "verify" || stage === LAST;
    const { decision } = judgeWindows(POLICY, { kind, isLast, windows, history, high, earlier, verifies, total });
    const end = endOf(decision);
    if (end !== undefined) return { end, share, windows: total, excess };
    if (decision === "advance") move(isLast ? { kind: "bake", stage } : { kind: "compare", stage: stage + 1 });
    if (decision === "verify") {
      verifies++;
      move({ kind: "verify", stage });
    }
  }
}

function endOf(decision: WindowVerdict["decision"]): RolloutEnd["end"] | undefined {
  switch (decision) {
    case "done":
      return "done";
    case "rollback":
      return "rolled back";
    case "give-up":
      return "given up";
    case "ask":
      return "asked";
    case "hold":
    case "advance":
    case "verify":
      return undefined;
  }
}
