import fc from "fast-check";
import { calmHistory, driftHistorySchema, MAX_MONITORS, withOutcome } from "../../../functions/core/drift/drift-history";
import { driftPolicySchema } from "../../../functions/core/drift/drift-policy";
import { type DriftFeature, type DriftReport, MAX_FEATURES } from "../../../functions/core/drift/drift-report";
import { evaluateDrift, worstFirst } from "../../../functions/core/drift/evaluate-drift";
import { forget, keptFeatures } from "../../../functions/core/drift/monitor-history";
import { contentDigest } from "../../../functions/core/drift/report-identity";
import { CHANCE, evaluateAll, featureOf, policyOf, reportOf, scored, statesOf } from "./reports";

const POLICY = policyOf();
const RUNS = { numRuns: 150, seed: jest.getSeed() };

describe("evaluateDrift", () => {
  it.each([
    { score: 0.04, severity: "none" },
    { score: 0.0499, severity: "none" },
    { score: 0.0501, severity: "low" },
    { score: 0.1001, severity: "medium" },
    { score: 0.3001, severity: "high" },
    { score: 0.4999, severity: "high" },
    { score: 0.5001, severity: "critical" },
  ])("should call a lasting score of $score beside what chance adds $severity, and tell the whole", ({ score, severity }) => {
    const { evaluations } = evaluateAll(
      POLICY,
      [0, 1].map((day) => reportOf(day, [featureOf("amount", scored(score + CHANCE))])),
    );

    expect(evaluations.at(-1)).toMatchObject({
      severity,
      features: [{ windowSeverity: severity, severity, score: score + CHANCE }],
    });
  });

  it("should suspect before it detects, and let go below the threshold less the hysteresis", () => {
    const scores = [0.2, 0.01, 0.2, 0.09, 0.081, 0.079, 0.03, 0.2, 0.2].map((score) => score + CHANCE);
    expect(statesOf(POLICY, scores)).toEqual([
      "suspected",
      "none",
      "medium",
      "medium",
      "medium",
      "low",
      "none",
      "suspected",
      "medium",
    ]);
  });

  it("should name as severity what k windows reached, not the worst of them", () => {
    expect(statesOf(POLICY, [0.2, 0.9, 0.9, 0.35])).toEqual(["suspected", "medium", "critical", "high"]);
  });

  it("should tell what rose, once", () => {
    const days = [0.2, 0.2, 0.2, 0.4, 0.4];

    const { evaluations } = evaluateAll(
      POLICY,
      days.map((score, day) => reportOf(day, [featureOf("amount", scored(score))])),
    );

    expect(evaluations.map(({ isRisen }) => isRisen)).toEqual([false, true, false, false, true]);
  });

  it("should neither suspect nor recover by a window with too few values", () => {
    const few = { sampleSize: 99 };
    const reports = [0.2, 0.2, 0, 0.9].map((score, day) => reportOf(day, [featureOf("amount", scored(score), day < 2 ? {} : few)]));

    const { evaluations } = evaluateAll(POLICY, reports);

    expect(evaluations.map(({ severity }) => severity)).toEqual(["none", "medium", "none", "none"]);
    expect(evaluations[2]?.features[0]).toMatchObject({
      outcome: "insufficient",
      state: "detected",
      severity: "medium",
      why: "got 99 values on the current side, needs at least 100 to tell",
    });
  });

  it("should keep the history as it was for a report that it saw, and for one that is too old", () => {
    const reports = [1, 2, 3, 4].map((day) => reportOf(day, [featureOf("amount", scored(0.2))]));
    const { history } = evaluateAll(POLICY, reports);

    const again = evaluateDrift(POLICY, reportOf(4, [featureOf("amount", scored(0.2))]), history);
    const old = evaluateDrift(POLICY, reportOf(0, [featureOf("amount", scored(0.9))]), history);

    expect(again.evaluation.ignored).toBe("report report-4 was seen already");
    expect(old.evaluation.ignored).toBe(
      "its window ended at 2026-11-02T00:00:00.000Z, before the last 3 windows of own, the first of which ended at 2026-11-04T00:00:00.000Z",
    );
    expect([again.history, old.history]).toEqual([history, history]);
  });

  it("should count two reports of one window once, and the worse of them", () => {
    const twice = [0.2, 0.01].map((score, copy) => reportOf(0, [featureOf("amount", scored(score))], { id: `copy-${copy}` }));

    const { evaluations, history } = evaluateAll(POLICY, twice);

    expect(evaluations.map(({ severity }) => severity)).toEqual(["none", "none"]);
    expect(history[0]?.features[0]?.outcomes).toHaveLength(1);
    expect(history[0]?.features[0]?.outcomes[0]?.rank).toBe(2);
  });

  it("should forget what was not measured for as long as the policy says", () => {
    const { evaluations } = evaluateAll(
      POLICY,
      [0, 1, 32].map((day) => reportOf(day, [featureOf("amount", scored(0.2))])),
    );

    expect(evaluations.map(({ features }) => features[0]?.state)).toEqual(["suspected", "detected", "suspected"]);
  });

  it("should take features that are not listed for calm only where the monitor lists nothing else", () => {
    const drifts = [0, 1].map((day) => reportOf(day, [featureOf("amount", scored(0.2))], { unlisted: "calm" }));
    const after = (unlisted: "calm" | "unknown") => [...drifts, reportOf(2, [], { unlisted })];
    const levels = (unlisted: "calm" | "unknown") =>
      evaluateAll(POLICY, [...after(unlisted), reportOf(3, [featureOf("amount", scored(0.2))])]).evaluations.at(-1)?.severity;

    expect(levels("unknown")).toBe("medium");
    expect(levels("calm")).toBe("none");
  });

  it("should keep the histories of monitors apart", () => {
    const of = (monitor: string, day: number) =>
      reportOf(day, [featureOf("amount", scored(0.2))], { monitor, id: `${monitor}-${day}` });

    const { evaluations } = evaluateAll(POLICY, [of("a", 0), of("b", 1), of("a", 2)]);

    expect(evaluations.map(({ features }) => features[0]?.state)).toEqual(["suspected", "suspected", "detected"]);
  });

  it("should hold a thousand calm features in no history at all", () => {
    const features = Array.from({ length: 1_000 }, (_, index) => featureOf(`f${index}`, scored(0.001)));

    const { history } = evaluateAll(
      POLICY,
      [0, 1, 2].map((day) => reportOf(day, features)),
    );

    expect(history[0]?.features).toEqual([]);
  });
});

describe("evaluateDrift, at its limits", () => {
  const drifting = (day: number, overrides: Partial<DriftReport> = {}) =>
    reportOf(day, [featureOf("amount", scored(0.2))], overrides);

  it("should take one more report of the oldest of the last n windows, and none of a window before it", () => {
    const { history } = evaluateAll(
      POLICY,
      [1, 2, 3].map((day) => drifting(day)),
    );

    expect(evaluateDrift(POLICY, drifting(1, { id: "other" }), history).evaluation.ignored).toBeUndefined();
    expect(evaluateDrift(POLICY, drifting(0, { id: "other" }), history).evaluation.ignored).toContain("before the last 3 windows");
  });

  it("should know the newest fifty reports of a window", () => {
    const copies = Array.from({ length: 51 }, (_, copy) => drifting(0, { id: `copy-${copy}` }));

    const { history } = evaluateAll(POLICY, copies);

    expect(history[0]?.windows[0]?.reportIds).toEqual(copies.slice(1).map(({ id }) => id));
  });

  it("should let a window begin where the first of its reports does", () => {
    const { start, end } = drifting(0).window;
    const copies = [0, -5, 5].map((shift) => drifting(0, { id: `copy-${shift}`, window: { start: start + shift, end } }));

    expect(evaluateAll(POLICY, copies).history[0]?.windows).toMatchObject([{ start: start - 5, end }]);
  });

  it("should keep the monitors that report again, however many report once", () => {
    const weekly = [0, 1].map((day) => drifting(day, { monitor: "weekly", id: `weekly-${day}` }));
    const runs = Array.from({ length: 200 }, (_, run) => drifting(2, { monitor: `run ${run}`, id: `run-${run}` }));

    const { history } = evaluateAll(POLICY, [...weekly, ...runs]);

    const { dropped } = evaluateDrift(POLICY, drifting(2, { monitor: "one more" }), history);
    expect(history.map(({ monitor }) => monitor)).toEqual(expect.arrayContaining(["weekly", "run 199"]));
    expect(history).toHaveLength(MAX_MONITORS);
    expect(dropped).toEqual({ monitors: 1, features: 0 });
  });

  it("should count the worse of two reports of a window that differ, in either order, and name the other", () => {
    const [forged, real] = [
      reportOf(1, [featureOf("amount", scored(0.01))], { id: "forged" }),
      reportOf(1, [featureOf("amount", scored(0.4))], { id: "real" }),
    ];
    const { history } = evaluateAll(POLICY, [drifting(0)]);

    for (const [first, second] of [
      [forged, real],
      [real, forged],
    ] as const) {
      const then = evaluateDrift(POLICY, first, history);
      const last = evaluateDrift(POLICY, second, then.history);
      expect([then.others, last.others]).toEqual([[], [first.id]]);
      expect(last.evaluation.features).toMatchObject([{ name: "amount", state: "detected", severity: "medium" }]);
    }
  });

  it("should take a report for no copy of one that has its id and says something else", () => {
    const { history } = evaluateAll(POLICY, [drifting(0), reportOf(1, [featureOf("amount", scored(0.01))])]);

    const { evaluation, others, history: next } = evaluateDrift(POLICY, drifting(1), history);

    expect(evaluation).toMatchObject({ severity: "medium", reportId: expect.stringMatching(/^report-1 \([0-9a-f]{16}\)$/) });
    expect(others).toEqual(["report-1"]);
    for (const copy of [drifting(1), reportOf(1, [featureOf("amount", scored(0.01))])]) {
      expect(evaluateDrift(POLICY, copy, next).evaluation.ignored).toMatch(/^report report-1.* was seen already$/);
    }
  });

  it("should not be told that a report was seen by who claims its id first, with the id that it would be given then too", () => {
    // Arrange: whoever knows what a monitor will say knows its digest
    const calm = (id: string) => reportOf(1, [featureOf("amount", scored(0.01))], { id });
    const given = `report-1 (${contentDigest(drifting(1))})`;
    const { history } = evaluateAll(POLICY, [drifting(0), calm("report-1"), calm(given)]);

    // Act
    const { evaluation, others, history: next } = evaluateDrift(POLICY, drifting(1), history);

    // Assert
    expect(evaluation).toMatchObject({ severity: "medium", reportId: given });
    expect(evaluation.ignored).toBeUndefined();
    expect(others).toEqual(["report-1", `${given} (${contentDigest(calm(given))})`]);
    for (const copy of [drifting(1), calm("report-1"), calm(given)]) {
      expect(evaluateDrift(POLICY, copy, next).evaluation.ignored).toMatch(/^report report-1.* was seen already$/);
    }
  });

  it("should know a report whose own id ends as a given one does, as an earlier program saved it", () => {
    const own = drifting(0, { id: "run (0123456789abcdef)" });
    const { history } = evaluateAll(POLICY, [own]);
    const saved = history.map((past) => ({ ...past, windows: past.windows.map((window) => ({ ...window, reportIds: [own.id] })) }));

    expect(evaluateDrift(POLICY, own, saved).evaluation.ignored).toBe(`report ${own.id} was seen already`);
  });

  it("should take a report for a copy of one of which an earlier program saved the id alone", () => {
    const { history } = evaluateAll(POLICY, [drifting(0)]);
    const saved = history.map((past) => ({ ...past, windows: past.windows.map(({ digests: _, ...window }) => window) }));

    const { evaluation, others } = evaluateDrift(POLICY, reportOf(0, []), driftHistorySchema.parse(saved));

    expect([evaluation.ignored, others]).toEqual(["report report-0 was seen already", []]);
  });

  it("should keep few ids, those of the newest windows", () => {
    const long = policyOf({ persistence: { k: 1, n: 20 } });
    const reports = Array.from({ length: 500 }, (_, n) => drifting(Math.floor(n / 50), { id: `${n}` }));

    const { history } = evaluateAll(long, reports);

    const [windows = []] = history.map((past) => past.windows);
    expect(windows.map(({ reportIds }) => reportIds.length)).toEqual([0, 0, 0, 0, 0, 0, 50, 50, 50, 50]);
    expect(windows.map(({ digests }) => digests?.length)).toEqual(windows.map(({ reportIds }) => reportIds.length));
  });

  it("should forget another monitor after as long as the policy says, and not before", () => {
    const old = drifting(0, { monitor: "other" });
    const monitorsAfter = (ms: number) => {
      const end = old.window.end + POLICY.forgetMs + ms;
      const report = drifting(0, { id: "later", window: { start: end - 1, end } });
      return evaluateAll(POLICY, [old, report]).history.map(({ monitor }) => monitor);
    };

    expect(monitorsAfter(0)).toEqual(["other", "own"]);
    expect(monitorsAfter(1)).toEqual(["own"]);
  });

  it("should keep what was measured at the last moment that the policy remembers", () => {
    const { history } = evaluateAll(POLICY, [drifting(0)]);
    const feature = history[0]?.features[0] ?? calmHistory({ kind: "data", name: "amount" });
    const { end } = drifting(0).window;

    expect(forget(feature, end)).toEqual(feature);
    expect(forget(feature, end + 1)).toBeUndefined();
  });

  it("should not call a drift risen because a lesser one is", () => {
    const both = (critical: number, low: number) => [featureOf("a", scored(critical)), featureOf("b", scored(low))];
    const days = [both(0.9, 0), both(0.9, 0), both(0.9, 0.06), both(0.9, 0.06)];

    const { evaluations } = evaluateAll(
      POLICY,
      days.map((features, day) => reportOf(day, features)),
    );

    expect(evaluations.map(({ isRisen }) => isRisen)).toEqual([false, true, false, false]);
    expect(evaluations.at(-1)?.features).toMatchObject([
      { name: "a", isRisen: false },
      { name: "b", severity: "low", isRisen: true },
    ]);
  });

  it("should keep the higher held rank of two reports of one window", () => {
    const history = calmHistory({ kind: "data", name: "a" });
    const held = { end: 1, rank: 1, heldRank: 3 };
    const calm = { end: 1, rank: 2, heldRank: 2 };

    const expected = [{ end: 1, rank: 2, heldRank: 3 }];
    expect(withOutcome(withOutcome(history, held), calm).outcomes).toEqual(expected);
    expect(withOutcome(withOutcome(history, calm), held).outcomes).toEqual(expected);
  });
});

describe("worstFirst", () => {
  it("should name of equal severities first what is further above its threshold", () => {
    const features = [0.31, 0.45, 0.4].map((score, index) => featureOf(`f${index}`, scored(score)));
    const { evaluations } = evaluateAll(
      POLICY,
      [0, 1].map((day) => reportOf(day, features)),
    );

    expect(worstFirst(evaluations[1]?.features ?? []).map(({ name }) => name)).toEqual(["f1", "f2", "f0"]);
    expect(evaluations[1]?.features.map(({ name }) => name)).toEqual(["f0", "f1", "f2"]);
  });
});

describe("keptFeatures", () => {
  it("should drop the features that were measured longest ago where there are too many, then the last by key", () => {
    const drifting = (name: string, end: number) => withOutcome(calmHistory({ kind: "data", name }), { end, rank: 1, heldRank: 1 });
    const recent = Array.from({ length: MAX_FEATURES - 1 }, (_, index) => drifting(`f${String(index).padStart(4, "0")}`, 200));
    const [old, older, oldest] = [drifting("z-old", 199), drifting("a-older", 198), drifting("b-oldest", 197)];

    const kept = keptFeatures(POLICY, [oldest, older, old, ...recent.toReversed()], 0);
    const tied = keptFeatures(POLICY, [...recent, drifting("y", 200), drifting("x", 200)], 0);

    expect(kept.map(({ name }) => name)).toEqual([...recent.map(({ name }) => name), "z-old"]);
    expect(tied.map(({ name }) => name)).toEqual([...recent.map(({ name }) => name), "x"]);
  });
});

describe("evaluateDrift, whatever comes", () => {
  it("should not depend on the order of features, and change nothing by a copy", () => {
    fc.assert(
      fc.property(fc.array(features(), { minLength: 1, maxLength: 6 }), fc.infiniteStream(fc.nat()), (days, choices) => {
        const reports = days.map((list, day) => reportOf(day, list));
        const shuffled = days.map((list, day) =>
          reportOf(
            day,
            list.toSorted(() => ((choices.next().value ?? 0) % 3) - 1),
          ),
        );

        const once = evaluateAll(POLICY, reports);
        const other = evaluateAll(
          POLICY,
          shuffled.flatMap((report) => [report, report]),
        );

        expect(other.history).toEqual(once.history);
        expect(other.evaluations.filter(({ ignored }) => ignored === undefined)).toEqual(once.evaluations);
      }),
      RUNS,
    );
  });

  it("should place windows by their end: a report up to n windows late changes nothing in the end", () => {
    const persistences = fc.constantFrom({ k: 1, n: 1 }, { k: 2, n: 3 }, { k: 3, n: 5 }, { k: 1, n: 3 });
    fc.assert(
      fc.property(
        persistences,
        fc.array(scores(), { minLength: 2, maxLength: 14 }),
        fc.nat(),
        fc.nat(),
        (persistence, days, which, late) => {
          const policy = policyOf({ persistence });
          const inTime = days.map((score, day) => reportOf(day, [featureOf("amount", scored(score)), featureOf("x", scored(0.3))]));
          const from = which % days.length;
          const moved = inTime[from];
          const rest = inTime.filter((report) => report !== moved);
          const at = Math.min(rest.length, from + (late % persistence.n));
          const inDisorder = rest.toSpliced(at, 0, ...(moved === undefined ? [] : [moved]));

          const expected = evaluateAll(policy, [...inTime, reportOf(99, [])]);
          const actual = evaluateAll(policy, [...inDisorder, reportOf(99, [])]);

          expect(actual.evaluations.map(({ ignored }) => ignored).filter(Boolean)).toEqual([]);
          expect(actual.history).toEqual(expected.history);
        },
      ),
      RUNS,
    );
  });

  it("should never flap between the two thresholds: once detected it stays, before that it is not detected", () => {
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.array(fc.double({ min: 0.0801 + CHANCE, max: 0.0999 + CHANCE, noNaN: true }), { minLength: 1, maxLength: 20 }),
        (isDrifted, between) => {
          const policy = policyOf({ metricThresholds: { psi: { low: 0.1, medium: 0.1, high: 0.3, critical: 0.5 } } });
          const before = isDrifted ? [0.11 + CHANCE, 0.11 + CHANCE] : [];

          const states = statesOf(policy, [...before, ...between]).slice(before.length);

          expect(new Set(states)).toEqual(new Set([isDrifted ? "medium" : "none"]));
        },
      ),
      RUNS,
    );
  });

  it("should detect exactly when k of the last n windows drift, the newest among them", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.nat(5), fc.array(fc.boolean(), { maxLength: 20 }), (n, less, drifts) => {
        const k = Math.max(1, n - less);
        const states = statesOf(
          policyOf({ persistence: { k, n } }),
          drifts.map((isDrift) => (isDrift ? 0.2 : 0)),
        );

        let from = 0;
        let isDetected = false;
        drifts.forEach((isDrift, day) => {
          const count = drifts.slice(Math.max(from, day + 1 - n), day + 1).filter(Boolean).length;
          if (isDetected && !isDrift) from = day + 1;
          isDetected = isDrift && (isDetected || count >= k);
          expect(states[day]).toBe(isDetected ? "medium" : isDrift ? "suspected" : "none");
        });
      }),
      RUNS,
    );
  });

  it("should hold a history that is bounded, and that survives its way through the store", () => {
    fc.assert(
      fc.property(fc.array(features(), { minLength: 1, maxLength: 12 }), (days) => {
        const { history } = evaluateAll(
          POLICY,
          days.map((list, day) => reportOf(day, list)),
        );

        expect(driftHistorySchema.parse(JSON.parse(JSON.stringify(history)))).toEqual(history);
        for (const { windows, features } of history) {
          expect(windows.length).toBeLessThanOrEqual(5);
          for (const { outcomes } of features) expect(outcomes.length).toBeLessThanOrEqual(5);
        }
      }),
      RUNS,
    );
  });
});

describe("driftPolicySchema", () => {
  it("should take the default policy", () => {
    expect(driftPolicySchema.parse(JSON.parse(JSON.stringify(POLICY)))).toEqual(POLICY);
  });

  it.each([
    { persistence: { k: 3, n: 2 }, problem: "k is more than n" },
    { thresholds: { low: 0.2, medium: 0.1, high: 0.3, critical: 0.5 }, problem: "thresholds do not rise" },
    { hysteresis: 1, problem: "hysteresis" },
    { forgetMs: 0, problem: "forgetMs" },
  ])("should refuse what cannot be meant: $problem", ({ problem, ...overrides }) => {
    const { error } = driftPolicySchema.safeParse({ ...POLICY, ...overrides });

    expect(JSON.stringify(error?.issues)).toContain(problem);
  });
});

// Helpers

function scores(): fc.Arbitrary<number> {
  return fc.constantFrom(0, 0.045, 0.06, 0.09, 0.2, 0.28, 0.4, 0.9);
}

/** Some features of one report, some of them measured twice. */
function features(): fc.Arbitrary<DriftFeature[]> {
  const feature = fc
    .tuple(fc.constantFrom("amount", "age", "constructor"), fc.constantFrom("data", "label"), scores(), fc.constantFrom(50, 5_000))
    .map(([name, kind, score, sampleSize]) => featureOf(name, scored(score), { kind: kind as DriftFeature["kind"], sampleSize }));
  return fc.array(feature, { maxLength: 6 });
}
