import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { CountedWindow } from "../../../../../functions/core/promotion/rollout/evidence/counted-window";
import { EVIDENCE_POLICY } from "../../../../../functions/core/promotion/rollout/evidence/evidence-policy";
import {
  judgeWindows,
  type StageEvidence,
  type WindowVerdict,
} from "../../../../../functions/core/promotion/rollout/evidence/judge-windows";

/** Ten rollouts that two implementations, in Python and in JavaScript, agreed on. */
const { policy, vectors }: { policy: VectorPolicy; vectors: Vector[] } = JSON.parse(
  readFileSync(join(__dirname, "fixtures/vectors.json"), "utf8"),
);

describe("judgeWindows", () => {
  it("should have the policy of the vectors", () => {
    const { tolerance, margin, gross, bake, business, ...rest } = EVIDENCE_POLICY;

    expect({
      toleranceErrors: tolerance.errors,
      toleranceLatency: tolerance.latency,
      marginErrors: margin.errors,
      marginPoints: rest.marginPoints,
      marginLatency: margin.latency,
      alpha: rest.alpha,
      parts: rest.parts,
      beta: rest.beta,
      skip: rest.settlingWindows,
      minWindows: rest.minWindows,
      minEvidence: rest.minEvidence,
      minRequests: rest.minRequests,
      holdScore: rest.holdScore,
      grossGap: gross.gap,
      grossZ: gross.z,
      grossRequests: gross.requests,
      grossSpan: gross.span,
      bakeWindows: bake.windows,
      alarmFactor: bake.alarmFactor,
      alarmWindows: bake.alarmWindows,
      maxVerify: bake.maxVerifies,
      deadlineWindows: rest.deadlineWindows,
      blockRequests: business.blockRequests,
      minBlocks: business.minBlocks,
      rho2: business.rho2,
      noiseScales: rest.noiseScales,
      stages: policy.stages,
    }).toEqual(policy);
  });

  it.each(vectors)("should be right to 1e-6 in each window: $name", ({ start, windows, records }) => {
    const verdicts = judgedRollout(start, windows);

    expect(verdicts.map(decisionOf)).toEqual(records.map(({ decision }) => decision));
    verdicts.forEach((verdict, place) => {
      const { decision: _, ...expected } = records[place] ?? { decision: "" };
      const got = numbersOf(verdict);
      expect(Object.keys(got)).toEqual(Object.keys(expected));
      for (const [name, value] of Object.entries(expected)) expectNear(got[name], value, `${name} of window ${place}`);
    });
  });
});

// Helpers

interface VectorPolicy {
  readonly stages: readonly number[];
}

interface Vector {
  readonly name: string;
  readonly start: VectorStart;
  readonly windows: readonly Omit<CountedWindow, "at">[];
  readonly records: readonly ({ readonly decision: string } & Readonly<Record<string, number | null | string>>)[];
}

interface VectorStart {
  readonly stage: number;
  readonly verifies: number;
  readonly total: number;
  readonly history: { readonly rate: number; readonly high: number; readonly noise?: readonly number[] };
  readonly high: number;
}

/** The verdict of each window of a rollout that begins in this stage and goes where its verdicts say. */
function judgedRollout(start: VectorStart, windows: Vector["windows"]): WindowVerdict[] {
  const last = policy.stages.length - 1;
  let { stage, verifies, total } = start;
  let kind: StageEvidence["kind"] = stage === last ? "bake" : "compare";
  let counted: CountedWindow[] = [];
  let earlier: (readonly CountedWindow[])[] = [];
  return windows.map((window, place) => {
    counted = [...counted, { at: place * 300_000, ...window }];
    total++;
    const verdict = judgeWindows(EVIDENCE_POLICY, {
      kind,
      isLast: kind === "compare" && stage === last - 1,
      windows: counted,
      history: { noise: [], requests: 2000, ...start.history },
      high: start.high,
      earlier,
      verifies,
      total,
    });
    if (verdict.decision === "advance") {
      earlier = [...earlier, counted.slice(EVIDENCE_POLICY.settlingWindows)];
      if (kind === "compare") stage++;
      kind = stage === last ? "bake" : "compare";
      counted = [];
    }
    if (verdict.decision === "verify") {
      kind = "verify";
      verifies++;
      counted = [];
    }
    return verdict;
  });
}

function decisionOf({ decision, by }: WindowVerdict): string {
  return by === undefined ? decision : `${decision}:${by}`;
}

/** The numbers of a verdict by their names in the vectors; null is none. */
function numbersOf({ errors, latency, business, lower }: WindowVerdict): Record<string, number | null> {
  return {
    ...(lower !== undefined && { lower }),
    ...(errors && { scoreErrors: errors.worse ?? null, acceptErrors: errors.notWorse ?? null, phiErrors: errors.phi }),
    ...(latency && { scoreLatency: latency.worse ?? null, acceptLatency: latency.notWorse ?? null, phiLatency: latency.phi }),
    ...(business && { zBusiness: business.z, boundBusiness: business.bound }),
  };
}

function expectNear(got: unknown, expected: unknown, name: string): void {
  if (typeof got === "number" && typeof expected === "number" && Math.abs(got - expected) <= 1e-6) return;
  expect({ [name]: got }).toEqual({ [name]: expected });
}
