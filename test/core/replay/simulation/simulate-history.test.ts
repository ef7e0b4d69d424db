import fc from "fast-check";
import { DEFAULT_DRIFT_POLICY } from "../../../../functions/core/drift/drift-policy";
import type { HistoryLine } from "../../../../functions/core/replay/history-line";
import type { SimulatedPolicy } from "../../../../functions/core/replay/simulated-policy";
import { HistorySurvey } from "../../../../functions/core/replay/simulation/history-survey";
import { namedPolicy, POLICY_NAMES } from "../../../../functions/core/replay/simulation/named-policies";
import { type HistoryOptions, HistorySimulation } from "../../../../functions/core/replay/simulation/simulate-history";
import { simulation } from "../../../../functions/core/replay/simulation/simulate-model";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const FROM = Date.UTC(2026, 3, 6);
const SETTINGS: SimulatedPolicy["settings"] = {
  batch: { batchSize: 20, windowMs: DAY_MS, dedupeHorizonMs: DAY_MS, retentionMs: 30 * DAY_MS },
  policy: {
    maxRuns: 1,
    cooldownMs: 6 * HOUR_MS,
    minNewObjects: 0,
    maxStartsPerDay: 2,
    budget: { dailyUsd: 400, monthlyUsd: 3_000 },
    cost: { baseUsd: 100, perGbUsd: 0, perObjectUsd: 0 },
    backoff: { afterFailures: 3, delayMs: HOUR_MS, maxDelayMs: DAY_MS },
    approval: { needed: "on-request", approvers: 1, expiresMs: [HOUR_MS, HOUR_MS, DAY_MS, DAY_MS, DAY_MS] },
    deferralExpiresMs: 7 * DAY_MS,
  },
  drift: DEFAULT_DRIFT_POLICY,
};
const PARTS = { settings: SETTINGS, periodMs: 3 * DAY_MS, period: "3d", stepMs: DAY_MS, price: 0.5 };
const POLICIES = POLICY_NAMES.map((name) => namedPolicy(name, PARTS));
const OPTIONS = { policies: POLICIES, prices: [0.1, 0.5, 2], runMs: HOUR_MS, approvals: "granted" } as const;

describe("HistorySimulation", () => {
  it("should give equal results for equal inputs", () => {
    fc.assert(
      fc.property(histories(), (lines) => {
        expect(simulated(lines)).toEqual(simulated(lines));
      }),
      { numRuns: 3, endOnFailure: true },
    );
  });

  it("should have nothing that costs less than the oracle, and no training under never", () => {
    fc.assert(
      fc.property(histories(), (lines) => {
        const { policies } = simulated(lines).result;
        const oracle = policies.find(({ policy }) => policy === "oracle");
        const never = policies.find(({ policy }) => policy === "never");

        expect(never?.trainings).toEqual([]);
        for (const { costs = [] } of policies) {
          for (const { price, cost } of costs) {
            const least = oracle?.costs?.find((one) => one.price === price)?.cost ?? 0;
            expect(cost).toBeGreaterThanOrEqual(least - 1e-9);
          }
        }
        expect(oracle?.costs).toHaveLength(OPTIONS.prices.length);
      }),
      { numRuns: 6, endOnFailure: true },
    );
  });

  it("should have the recorded trainings serve what was recorded, however long each ran, and none cost less than the oracle", () => {
    fc.assert(
      fc.property(unequalRuns(), (lines) => {
        const { policies, history } = simulated(lines, { policies: [namedPolicy("periodic", PARTS)] }).result;
        const recorded = policies.find(({ policy }) => policy === "recorded");
        const oracle = policies.find(({ policy }) => policy === "oracle");
        const errors = (history.errors ?? []).map(({ error }) => error);

        expect(recorded?.servedError?.steps).toBe(errors.length);
        expect(recorded?.servedError?.mean).toBeCloseTo(errors.reduce((sum, error) => sum + error, 0) / errors.length, 9);
        for (const { price, cost } of policies.flatMap(({ costs = [] }) => costs)) {
          const least = oracle?.costs?.find((one) => one.price === price)?.cost ?? Number.NEGATIVE_INFINITY;
          expect(cost).toBeGreaterThanOrEqual(least - 1e-9);
        }
      }),
      { numRuns: 20, endOnFailure: true },
    );
  });

  it("should start nothing within the cooldown, beyond the day's starts, or beside a run", () => {
    fc.assert(
      fc.property(histories(), (lines) => {
        const { policies } = simulated(lines.filter(({ type }) => type !== "drift")).result;
        for (const { trainings, isReference, peakRuns } of policies) {
          if (isReference) continue;
          const starts = trainings.map(({ at }) => at);
          for (const [place, at] of starts.entries()) {
            expect(at - (starts[place - 1] ?? Number.NEGATIVE_INFINITY)).toBeGreaterThanOrEqual(6 * HOUR_MS);
            const day = Math.floor(at / DAY_MS);
            expect(starts.filter((one) => Math.floor(one / DAY_MS) === day).length).toBeLessThanOrEqual(2);
          }
          expect(peakRuns).toBeLessThanOrEqual(1);
        }
      }),
      { numRuns: 6, endOnFailure: true },
    );
  });

  it.each([
    ["an error of each run", (line: HistoryLine) => line, "matrix"],
    ["errors of the served model alone", (line: HistoryLine) => (line.type === "score" ? undefined : line), "recorded"],
    ["no error", (line: HistoryLine) => (line.type === "score" || line.type === "quality" ? undefined : line), undefined],
  ] as const)("should say where %s was taken from, and what is missing", (_name, kept, source) => {
    const { result } = simulated(worseningHistory(30).flatMap((line) => kept(line) ?? []));

    expect(result.errorSource).toBe(source);
    const priced = result.policies.filter(({ costs }) => costs !== undefined).map(({ policy }) => policy);
    expect(priced.length).toBe(source === "matrix" ? result.policies.length : source === "recorded" ? 1 : 0);
    const missing = "Trainings, spend and refusals are known; what each policy would have cost in errors is not";
    expect(result.history.unknown.some((sentence) => sentence.startsWith(missing))).toBe(source === undefined);
  });

  it("should take errors that name their run as scores, however they are written", () => {
    const lines = worseningHistory(30).filter(({ type }) => type !== "quality");
    const named = lines.map((line): HistoryLine => (line.type === "score" ? { ...line, type: "quality" } : line));

    const [scores, qualities] = [simulated(lines), simulated(named)];

    expect(qualities.result.errorSource).toBe("matrix");
    expect(qualities.result.policies).toEqual(scores.result.policies);
    expect(qualities.result.history.errors).toHaveLength(30);
  });

  it("should take errors of the served models alone as recorded ones, though they name their runs", () => {
    const lines = worseningHistory(30).flatMap((line): HistoryLine[] => {
      if (line.type !== "quality") return line.type === "score" ? [] : [line];
      return [{ ...line, run: `r${Math.floor((line.at - FROM) / DAY_MS / 4)}` }];
    });

    const { result } = simulated(lines);

    expect(result.errorSource).toBe("recorded");
    expect(result.policies.find(({ policy }) => policy === "recorded")?.servedError?.steps).toBe(30);
  });

  it("should say what a policy means that was decided by others' errors, and what trainings were worth", () => {
    const { unknown } = simulated(worseningHistory(60).filter(({ type }) => type !== "score")).result.history;

    expect(unknown).toContainEqual(expect.stringMatching(/^The row of adaptive was decided by the errors of the recorded models/));
    expect(unknown).toContainEqual(
      expect.stringMatching(
        /^What is known: of 15 recorded trainings none was worth a price of 0\.5 when they started; of 1 it is/,
      ),
    );
  });

  it("should count one gap and one minute as one", () => {
    const days = Array.from({ length: 12 }, (_, day) => (day < 6 ? day : day + 20));
    const lines = days.map((day): HistoryLine => ({ type: "landed", model: "m", at: FROM + day * DAY_MS, objects: 1 }));

    const { unknown } = simulated(lines, { runMs: 60_000 }).result.history;

    expect(unknown).toContainEqual(expect.stringMatching(/^For 1 span, ten times/));
    expect(unknown).toContainEqual(expect.stringMatching(/is not known: 1 minute is assumed/));
  });

  it("should leave out errors of runs that nobody trained, and say so", () => {
    const stranger = { type: "score", model: "m", at: FROM + DAY_MS, run: "stranger", error: 0.9 } as const;
    const lines = worseningHistory(12);

    const { result } = simulated([...lines, stranger].sort((a, b) => a.at - b.at));

    expect(result.policies).toEqual(simulated(lines).result.policies);
    expect(result.history.unknown).toContainEqual(expect.stringMatching(/^Errors name 1 runs? of which there is no run line/));
  });

  it("should say what money is assumed, and how many trainings people asked for", () => {
    const request = {
      id: "manual/1",
      model: "m",
      causes: [{ type: "manual", by: "ana", why: "new prices" }],
      priority: 3,
      manifests: [],
      requestedAt: FROM + 10 * HOUR_MS,
    } as const;
    const asked: HistoryLine = { type: "request", model: "m", at: FROM + 10 * HOUR_MS, request };
    const lines = [asked, { type: "schedule", model: "m", at: FROM + 9 * DAY_MS, name: "end" } as const];

    const { unknown } = simulated(lines).result.history;
    const configured = simulated(lines, { isConfigured: true }).result.history.unknown;

    expect(unknown).toContainEqual(
      expect.stringMatching(/assumed \(the defaults of policy\.cost\)\..* give --run-usd, or --config\./),
    );
    expect(unknown).toContainEqual(expect.stringMatching(/^Money left is of the default budget of [\d,]+ USD a month/));
    expect(unknown).toContainEqual(expect.stringMatching(/Trainings that they asked for: .*1 of the \d+ of periodic/));
    expect(configured.join(" ")).not.toMatch(/default/);
    expect(simulated(worseningHistory(30)).result.history.unknown.join(" ")).not.toMatch(/People's requests|assumed \(/);
  });

  it("should begin the policy adaptive with what the first part tells, and a configured one as it is", () => {
    const lines = worseningHistory(60);
    const [adaptive] = POLICIES.filter(({ name }) => name === "adaptive");
    if (adaptive === undefined) throw new Error("no policy adaptive");
    const { isBacktested: _, ...cold } = adaptive;
    const trainingsOf = (policy: SimulatedPolicy) => simulated(lines, { policies: [policy] }).result.policies[0]?.trainings ?? [];

    expect(adaptive.isBacktested).toBe(true);
    expect(trainingsOf(adaptive)).not.toEqual(trainingsOf(cold));
    const configured = { ...SETTINGS, policy: { ...SETTINGS.policy, adaptive: { price: { steps: 0.5 }, stepMs: DAY_MS } } };
    expect(namedPolicy("adaptive", { ...PARTS, settings: configured }).isBacktested).toBeUndefined();
  });

  it("should train adaptively where the error grows, and less at a higher price", () => {
    const { policies } = simulated(worseningHistory(60)).result;

    const costs = policies.find(({ policy }) => policy === "adaptive")?.costs ?? [];
    const trainings = costs.map((cost) => cost.trainings);
    expect(trainings[0]).toBeGreaterThan(trainings[2] ?? 0);
    expect(trainings[1]).toBeGreaterThan(0);
    const never = policies.find(({ policy }) => policy === "never")?.costs?.[1]?.cost ?? 0;
    expect(costs[1]?.cost).toBeLessThan(never);
  });

  it("should take errors from a curve by age, of which each training begins anew", () => {
    const curve = [0.1, 0.2, 0.3, 0.4];
    const lines = worseningHistory(12).filter(({ type }) => type === "landed");
    const { policies } = simulated(lines, { curve }).result;

    const errors = Object.fromEntries(policies.map(({ policy, servedError }) => [policy, servedError?.mean]));
    expect(errors.never).toBeCloseTo((0.1 + 0.2 + 0.3 + 9 * 0.4) / 12, 10);
    expect(errors.always).toBeCloseTo(0.1, 10);
  });

  it("should ask a command's errors for each model that would serve", () => {
    const asked = new Set<number>();
    const train = (from: number, step: number) => {
      asked.add(from);
      return step >= from ? 0.01 * (step - from) : 0.5;
    };
    const { result } = simulated(worseningHistory(12), { train });

    expect(result.errorSource).toBe("train");
    expect(asked.size).toBe(12);
  });

  it.each([[[{ type: "landed", model: "m", at: FROM }]], [[{ type: "drift", model: "m", at: FROM, monitor: "a" }]]] as const)(
    "should take a history of one line, %j",
    (lines) => {
      const { result } = simulated(lines);

      expect(result.history.from).toBe(result.history.to);
      expect(result.policies.every(({ staleness }) => staleness === undefined)).toBe(true);
    },
  );

  it("should take a price of nothing", () => {
    const { policies } = simulated(worseningHistory(12), { prices: [0] }).result;

    const { costs: [free] = [] } = policies.find(({ policy }) => policy === "always") ?? {};
    expect(free?.cost).toBeLessThan(12);
  });
});

describe("simulation", () => {
  it("should have every object in exactly one training, or in none", () => {
    fc.assert(
      fc.property(histories(), (lines) => {
        // Each landing has as many objects as no sum of others: of a sum, the bits tell which landings are in it.
        const bits = lines.filter(({ type }) => type === "landed").slice(0, LANDINGS);
        const told = lines.flatMap((line): HistoryLine[] => {
          if (line.type !== "landed") return [line];
          const bit = bits.indexOf(line);
          return bit < 0 ? [] : [{ ...line, objects: 2 ** bit }];
        });
        for (const policy of POLICIES) {
          const batch = { ...SETTINGS.batch, batchSize: 2 ** LANDINGS };
          const whole = { ...policy, settings: { ...policy.settings, batch } };
          const simulated = simulation(whole, { model: "m", from: FROM, runMs: HOUR_MS });
          for (const line of told) simulated.feed(line);
          const { trainings, untrainedObjects } = simulated.finish(FROM + 45 * DAY_MS).result;
          const parts = [...trainings.map(({ objects = 0 }) => objects), untrainedObjects];
          let seen = 0;
          for (const part of parts) {
            expect(seen & part).toBe(0);
            seen |= part;
          }
          expect(seen).toBe(2 ** bits.length - 1);
        }
      }),
      { numRuns: 10, endOnFailure: true },
    );
  });

  it("should seal a batch by its window, and have its data in the training", () => {
    const simulated = simulation(namedPolicy("data", PARTS), { model: "m", from: FROM, runMs: HOUR_MS });
    simulated.feed({ type: "landed", model: "m", at: FROM, objects: 3 });
    const { result } = simulated.finish(FROM + 2 * DAY_MS);

    expect(result.trainings).toMatchObject([{ requestId: "data/m/1", at: FROM + DAY_MS, causes: ["data"], costUsd: 100 }]);
    expect(result.untrainedObjects).toBe(0);
    expect(result.staleness?.meanMs).toBe(DAY_MS);
  });

  it("should split what one batch cannot take, and merge what waits", () => {
    const simulated = simulation(namedPolicy("data", PARTS), { model: "m", from: FROM, runMs: HOUR_MS });
    simulated.feed({ type: "landed", model: "m", at: FROM, objects: 100 });
    const { result, columns } = simulated.finish(FROM + DAY_MS);

    expect(result.outcomes).toMatchObject({ start: 2, defer: 1, merge: 3 });
    expect(result.untrainedObjects).toBe(0);
    expect(columns.at).toHaveLength(result.decisions);
  });

  it("should ask people, who grant it or do not answer", () => {
    const drift: HistoryLine = { type: "drift", model: "m", at: FROM, monitor: "a", severity: "high" };
    const resultOf = (approvals: "granted" | "unanswered") => {
      const simulated = simulation(namedPolicy("drift", PARTS), { model: "m", from: FROM, runMs: HOUR_MS, approvals });
      simulated.feed(drift);
      return simulated.finish(FROM + 3 * DAY_MS).result;
    };

    expect(resultOf("granted")).toMatchObject({ outcomes: { ask: 1, start: 1 }, driftWait: { drifts: 1, totalMs: 0 } });
    expect(resultOf("unanswered")).toMatchObject({ outcomes: { ask: 1, reject: 1 }, expiredRequests: 1 });
    expect(resultOf("unanswered").driftWait).toEqual({ drifts: 1, totalMs: 3 * DAY_MS, unanswered: 1 });
  });

  it("should ask once for each rise of a severity until the next start", () => {
    const simulated = simulation(namedPolicy("drift", PARTS), { model: "m", from: FROM, runMs: HOUR_MS });
    const severities = ["low", "medium", "medium", "medium"] as const;
    for (const [hour, severity] of severities.entries()) {
      simulated.feed({ type: "drift", model: "m", at: FROM + hour * 60_000, monitor: "a", severity });
    }

    expect(simulated.finish(FROM + DAY_MS).result.trainings.length).toBeGreaterThanOrEqual(1);
  });

  it("should repeat recorded fires, and ask on a period of its own", () => {
    const fires: SimulatedPolicy = {
      ...namedPolicy("periodic", PARTS),
      causes: { data: false, drift: false, quality: false, schedule: true },
    };
    const simulated = simulation(fires, { model: "m", from: FROM, runMs: HOUR_MS });
    simulated.feed({ type: "schedule", model: "m", at: FROM, name: "weekly" });
    const periodic = simulation(namedPolicy("periodic", PARTS), { model: "m", from: FROM, runMs: HOUR_MS });

    expect(simulated.finish(FROM + DAY_MS).result.trainings).toHaveLength(1);
    expect(periodic.finish(FROM + 10 * DAY_MS).result.trainings.map(({ at }) => (at - FROM) / DAY_MS)).toEqual([3, 6, 9]);
  });
});

// Helpers

/** So many bits are a whole number that is not negative. */
const LANDINGS = 30;

function simulated(lines: readonly HistoryLine[], options: Partial<HistoryOptions> = {}) {
  const survey = new HistorySurvey("m", DAY_MS);
  for (const line of lines) survey.feed(line);
  const surveyed = survey.finish();
  if (surveyed === undefined) throw new Error("the history has no line");
  const replay = new HistorySimulation(surveyed, { ...OPTIONS, ...options });
  for (const line of lines) replay.feed(line);
  return replay.finish();
}

/** A run every fourth day, and the error of each model on each later day, which grows with its age. */
function worseningHistory(days: number, noise: readonly number[] = []): HistoryLine[] {
  return Array.from({ length: days }, (_, day) => day).flatMap((day): HistoryLine[] => {
    const at = FROM + day * DAY_MS;
    const runs = Array.from({ length: Math.floor(day / 4) + 1 }, (_, run) => run);
    const errorOf = (run: number) =>
      Math.min(1, 0.1 + 0.02 * (day - 4 * run) + (noise[(7 * run + day) % (noise.length || 1)] ?? 0));
    const served = runs.at(-1) ?? 0;
    const until = at + DAY_MS - 1;
    return [
      ...(day % 4 === 0
        ? [{ type: "run", model: "m", at, run: `r${day / 4}`, endedAt: at + HOUR_MS, status: "succeeded", costUsd: 90 } as const]
        : []),
      { type: "landed", model: "m", at: at + 5 * HOUR_MS, objects: 9 },
      ...runs.map(
        (run) => ({ type: "score", model: "m", at: until, from: at, run: `r${run}`, error: errorOf(run), rows: 500 }) as const,
      ),
      { type: "quality", model: "m", at: until, from: at, error: errorOf(served), rows: 500 },
    ];
  });
}

function histories(): fc.Arbitrary<HistoryLine[]> {
  const noise = fc.array(fc.double({ min: 0, max: 0.4, noNaN: true }), { minLength: 3, maxLength: 30 });
  const extras = fc.array(
    fc.record({ hour: fc.integer({ min: 0, max: 24 * 30 }), objects: fc.integer({ min: 1, max: 70 }), isDrift: fc.boolean() }),
    { maxLength: 25 },
  );
  return fc.tuple(noise, extras).map(([noise, extras]) => {
    const more = extras.map(({ hour, objects, isDrift }): HistoryLine => {
      const at = FROM + hour * HOUR_MS;
      return isDrift
        ? { type: "drift", model: "m", at, monitor: "a", severity: objects > 35 ? "critical" : "medium" }
        : { type: "landed", model: "m", at, objects };
    });
    return [...worseningHistory(30, noise), ...more].sort((a, b) => a.at - b.at);
  });
}

/** Every fourth day a run that starts at some hour and takes some, and the error of each model on each day of the history. */
function unequalRuns(): fc.Arbitrary<HistoryLine[]> {
  const run = fc.record({
    hour: fc.integer({ min: 0, max: 23 }),
    hours: fc.integer({ min: 1, max: 40 }),
    error: fc.integer({ min: 1, max: 90 }),
  });
  return fc.array(run, { minLength: 2, maxLength: 6 }).map((runs) => {
    const started = runs.map(({ hour, hours }, index): HistoryLine => {
      const at = FROM + (4 * index * 24 + hour) * HOUR_MS;
      return { type: "run", model: "m", at, run: `r${index}`, endedAt: at + hours * HOUR_MS, status: "succeeded" };
    });
    const scores = Array.from({ length: 4 * runs.length }, (_, day) => FROM + day * DAY_MS).flatMap((from) =>
      runs.map(({ error }, index): HistoryLine => {
        const at = from + DAY_MS - 1;
        return { type: "score", model: "m", at, from, run: `r${index}`, error: error / 100, rows: 500 };
      }),
    );
    const begin: HistoryLine = { type: "landed", model: "m", at: FROM };
    return [begin, ...started, ...scores].sort((a, b) => a.at - b.at);
  });
}
