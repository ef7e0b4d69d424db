import fc from "fast-check";
import type { CheckResult, Decision } from "../../../functions/core/coordination/decision";
import { replayRecord } from "../../../functions/core/replay/replay-record";
import { randomOf } from "../../simulation/random";
import { BUSY_POLICY, PRICED_POLICY, PROMOTED_POLICY, recordedLife } from "../../simulation/recorded-model";
import { HOUR_MS } from "../../simulation/requests";

/** Repeated by `jest --seed` with the seed that jest prints. */
const LIVES = 400;
const PRICED_LIVES = 60;

/** A life in which runs end, people answer and a policy changes, over more than a month. */
const GUARD_SEEDS = Array.from({ length: 60 }, (_, seed) => seed);
const ROUNDS = 80;

const OUTCOMES = ["start", "defer", "merge", "ask", "reject", "duplicate"] as const;
const REASONS = [
  "all-checks-passed",
  "cooldown",
  "run-in-progress",
  "approval-needed",
  "expired",
  "not-approved",
  "duplicate",
] as const;

describe("replayRecord", () => {
  it(`should decide everything as it is recorded, over ${LIVES} random lives with crashes, people and races`, async () => {
    let decisions = 0;
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 60 }), async (seed, rounds) => {
        const { length } = await expectSameAgain(seed, rounds);
        decisions += length;
      }),
      { numRuns: LIVES, seed: jest.getSeed(), endOnFailure: true },
    );
    expect(decisions).toBeGreaterThan(LIVES * 10);
  });

  it(`should do so over ${PRICED_LIVES} lives whose trainings must be worth their price, by what monitors, runs and promotion tell`, async () => {
    const policies = fc.constantFrom(PRICED_POLICY, PROMOTED_POLICY);
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 60 }), policies, async (seed, rounds, policy) => {
        await expectSameAgain(seed, rounds, policy);
      }),
      // The first: a run that another performer had started serves, and a signal names it.
      { examples: [[1_724_788_656, 52, PRICED_POLICY]], numRuns: PRICED_LIVES, seed: jest.getSeed(), endOnFailure: true },
    );
  });

  it("should do so for every kind of input", async () => {
    const busy = await Promise.all(GUARD_SEEDS.map((seed) => expectSameAgain(seed, ROUNDS)));
    const promoted = await Promise.all(GUARD_SEEDS.slice(0, 10).map((seed) => expectSameAgain(seed, ROUNDS, PROMOTED_POLICY)));
    const lives = [...busy, ...promoted];

    const types = lives.flat().flatMap(({ inputs = [] }) => inputs.map(({ type }) => type));
    expect([...new Set(types)].sort()).toEqual([
      "adopted",
      "answer",
      "end",
      "hold-out",
      "pause",
      "quality",
      "refused",
      "request",
      "serves",
      "settings",
      "state",
      "sweep",
      "wasted",
      "withdrawn",
    ]);
  });

  it("should not come to the same by another policy", async () => {
    const { decisions } = await recordedLife(randomOf(1), ROUNDS);

    const { same, differing, differences } = replayRecord(decisions, { ...BUSY_POLICY, cooldownMs: 4 * HOUR_MS });

    expect(same).toBeLessThan(decisions.length);
    expect(differing).toBeGreaterThan(0);
    expect(differences[0]?.why).toMatch(/^check cooldown\.numbers\.cooldownMs: recorded 10800000, replayed 14400000$/);
  });

  it("should find a record that was changed, at the decision that was", async () => {
    const { decisions } = await recordedLife(randomOf(1), ROUNDS);
    const start = decisions.find(({ outcome }) => outcome === "start");
    if (start?.reservedUsd === undefined) throw new Error("nothing started");
    const forged = { ...start, reservedUsd: start.reservedUsd - 1 };

    const { differing, differences } = replayRecord(decisions.map((one) => (one === start ? forged : one)));

    expect(differing).toBe(1);
    expect(differences[0]).toMatchObject({ requestId: start.requestId, decidedAt: start.decidedAt });
    expect(differences[0]?.why).toBe(`reservedUsd: recorded ${forged.reservedUsd}, replayed ${start.reservedUsd}`);
  });

  it("should find every number of every check that was changed, and call no such record the same", async () => {
    const { decisions } = await recordedLife(randomOf(1), 20, { policy: PRICED_POLICY });
    const missed: string[] = [];
    let changed = 0;
    for (const decision of decisions) {
      for (const check of decision.checks) {
        for (const [name, value] of Object.entries(check.numbers)) {
          if (typeof value !== "number") continue;
          changed++;
          const forgedCheck = { ...check, numbers: { ...check.numbers, [name]: value + 1 } };
          const forged = { ...decision, checks: decision.checks.map((one) => (one === check ? forgedCheck : one)) };
          const { differing } = replayRecord(decisions.map((one) => (one === decision ? forged : one)));
          if (differing === 0) missed.push(`${decision.requestId} ${check.check}.${name}`);
        }
      }
    }

    expect(changed).toBeGreaterThan(50);
    expect(missed).toEqual([]);
  });

  it("should tell any one field of any one decision that was changed, wherever the life is whole", async () => {
    const seed = fc.integer({ min: 0, max: 10_000 });
    const policies = fc.constantFrom(BUSY_POLICY, PRICED_POLICY);
    const picked = fc.nat();
    await fc.assert(
      fc.asyncProperty(seed, policies, picked, picked, async (life, policy, place, kind) => {
        const { decisions } = await recordedLife(randomOf(life), 40, { policy, isOrderly: true });
        const at = place % decisions.length;
        for (const forged of forgeriesOf(decisions[at], kind)) {
          const { differing, same } = replayRecord(decisions.with(at, forged));
          expect({ forged, differing: differing > 0, isTold: same < decisions.length }).toEqual({
            forged,
            differing: true,
            isTold: true,
          });
        }
      }),
      { numRuns: 150, seed: jest.getSeed(), endOnFailure: true },
    );
  });

  it.each(["start", "reject", "merge", "ask", "defer", "duplicate"] as const)(
    "should tell every decision that is called %s, one or all of a kind",
    async (outcome) => {
      const { decisions } = await recordedLife(randomOf(3), ROUNDS, { isOrderly: true });
      const others = [...new Set(decisions.map((one) => one.outcome))].filter((one) => one !== outcome);
      expect(others.length).toBeGreaterThan(2);
      for (const other of others) {
        const all = decisions.map((one) => (one.outcome === other ? { ...one, outcome } : one));
        const at = decisions.findIndex((one) => one.outcome === other);

        const one = decisions.map((decision, index) => (index === at ? { ...decision, outcome } : decision));

        expect([other, replayRecord(all).differing > 0, replayRecord(one).differing > 0]).toEqual([other, true, true]);
      }
    },
  );

  it("should tell a start that was made a whole deferral, since the numbers of the record go on", async () => {
    const { decisions } = await recordedLife(randomOf(3), ROUNDS, { isOrderly: true });
    const at = decisions.findIndex(({ outcome }) => outcome === "start");
    const { reservedUsd: _reserved, ...start } = decisions[at] ?? raise();
    const forged: Decision = { ...start, outcome: "defer", reason: "cooldown", dueAt: start.decidedAt + HOUR_MS };

    const { differing, differences } = replayRecord(decisions.with(at, forged));

    expect(differing).toBeGreaterThan(0);
    expect(differences[0]?.why).toContain("recorded is defer (cooldown), replayed start (all-checks-passed)");
  });

  it("should notice an input that was left out of the record", async () => {
    const { decisions } = await recordedLife(randomOf(1), ROUNDS);

    const { differing } = replayRecord(decisions.map((one) => without(one, "end")));

    expect(differing).toBeGreaterThan(0);
  });

  it.each(OUTCOMES)(
    "should call nothing a difference that may follow from decisions that are missing: each %s",
    async (missing) => {
      for (const seed of GUARD_SEEDS) {
        const { decisions } = await recordedLife(randomOf(seed), ROUNDS);

        const some = decisions.filter(({ outcome }) => outcome !== missing);
        const { same, unknown, differences } = replayRecord(some);

        expect(differences).toEqual([]);
        expect(same + Object.values(unknown).reduce((sum, count) => sum + count, 0)).toBe(some.length);
      }
    },
  );

  it("should begin with the first recorded state where the record begins later", async () => {
    const { decisions } = await recordedLife(randomOf(1), ROUNDS);
    const ordered = decisions.toSorted((a, b) => (a.number ?? 0) - (b.number ?? 0));
    const states = ordered.filter(({ inputs = [] }) => inputs.some(({ type }) => type === "state"));
    const next = states[1];
    if (next === undefined) throw new Error("the life is shorter than a month");
    const from = ordered.indexOf(next);

    const later = replayRecord(ordered.slice(from));
    const before = replayRecord(ordered.slice(from - 3));

    expect(later).toMatchObject({ same: ordered.length - from, unknown: {}, differing: 0 });
    expect(before).toMatchObject({ same: ordered.length - from, differing: 0 });
    expect(Object.entries(before.unknown)).toEqual([[expect.stringContaining("no state is recorded before them"), 3]]);
  });

  it("should say what it cannot decide again, and why", async () => {
    const { decisions } = await recordedLife(randomOf(1), 10);
    const unnumbered = decisions.map(({ number: _number, inputs: _inputs, ...decision }) => decision);
    const unreadable = decisions.map((one) => (one.inputs ? { ...one, inputs: [{ type: "tomorrow" }, ...one.inputs] } : one));
    const lost = decisions.map((one) => (one.inputs ? { ...one, inputs: [...one.inputs, { type: "lost", inputs: 3 }] } : one));

    expect(replayRecord(unnumbered)).toMatchObject({ same: 0, differing: 0 });
    expect(Object.keys(replayRecord(unnumbered).unknown)).toEqual([expect.stringContaining("an earlier version")]);
    expect(Object.keys(replayRecord(unreadable).unknown)).toEqual([expect.stringContaining("another version")]);
    expect(Object.keys(replayRecord(lost).unknown)).toEqual([expect.stringContaining("more happened")]);
    expect(replayRecord([])).toEqual({ decisions: 0, same: 0, unknown: {}, differing: 0, differences: [] });
  });
});

// Helpers

async function expectSameAgain(seed: number, rounds: number, policy = BUSY_POLICY): Promise<readonly Decision[]> {
  const { decisions } = await recordedLife(randomOf(seed), rounds, { policy });
  const all = decisions.length;
  expect(replayRecord(decisions)).toEqual({ decisions: all, same: all, unknown: {}, differing: 0, differences: [] });
  return decisions;
}

/** Copies of a decision, each with one field changed: one outcome, and the other fields that it has. */
function forgeriesOf(decision: Decision | undefined, kind: number): Decision[] {
  if (decision === undefined) return [];
  const { outcome, reason, into, dueAt, reservedUsd, checks } = decision;
  const outcomes = OUTCOMES.filter((one) => one !== outcome);
  const reasons = REASONS.filter((one) => one !== reason);
  const numbered = checks.findIndex(({ numbers }) => Object.values(numbers).some((value) => typeof value === "number"));
  return [
    { ...decision, outcome: outcomes[kind % outcomes.length] ?? "start" },
    { ...decision, reason: reasons[kind % reasons.length] ?? "expired" },
    ...(into === undefined ? [] : [{ ...decision, into: `${into}0` }]),
    ...(dueAt === undefined ? [] : [{ ...decision, dueAt: dueAt + 1 }]),
    ...(reservedUsd === undefined ? [] : [{ ...decision, reservedUsd: reservedUsd + 1 }]),
    ...(numbered < 0 ? [] : [{ ...decision, checks: checks.map((check, at) => (at === numbered ? oneMore(check) : check)) }]),
  ];
}

function oneMore(check: CheckResult): CheckResult {
  const [name, value] = Object.entries(check.numbers).find(([, one]) => typeof one === "number") ?? ["none", 0];
  return { ...check, numbers: { ...check.numbers, [name]: Number(value) + 1 } };
}

function raise(): never {
  throw new Error("nothing started");
}

function without(decision: Decision, type: string): Decision {
  const { inputs, ...rest } = decision;
  return inputs === undefined ? rest : { ...rest, inputs: inputs.filter((input) => input.type !== type) };
}
