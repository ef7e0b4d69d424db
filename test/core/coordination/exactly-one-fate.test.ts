import fc from "fast-check";
import { CATCH_UPS, type CoordinatorState } from "../../../functions/core/coordination/coordinator-state";
import type { Decision } from "../../../functions/core/coordination/decision";
import { committedToday } from "../../../functions/core/coordination/run-cost";
import { utcDay } from "../../../functions/core/coordination/utc-calendar";
import { type Coordination, createCoordination } from "../../simulation/coordination";
import { settingsOf } from "../../simulation/data-path";
import { randomOf } from "../../simulation/random";
import { DAY_MS, DRIFT, HOUR_MS, MANUAL, policyOf, requestOf } from "../../simulation/requests";
import type { Fate } from "../../simulation/unreliable";

/** Repeated by `jest --seed` with the seed that jest prints. */
const SCHEDULES = 4_000;

const POLICY = policyOf({
  maxRuns: 1,
  cooldownMs: 3 * HOUR_MS,
  minNewObjects: 15,
  maxStartsPerDay: 3,
  budget: { dailyUsd: 250, monthlyUsd: 1_500 },
  backoff: { afterFailures: 2, delayMs: HOUR_MS, maxDelayMs: 6 * HOUR_MS },
  deferralExpiresMs: 4 * DAY_MS,
});

describe("coordinators, sweepers and people at the same time, whatever crashes, fails or repeats", () => {
  it(`should give every request exactly one fate, start none twice and leak no reservation, over ${SCHEDULES} schedules`, async () => {
    let starts = 0;
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 12 }), async (seed, rounds) => {
        const random = randomOf(seed);
        const pause = async () => {
          for (let turns = random(4); turns > 0; turns--) await Promise.resolve();
        };
        const nextFate = (): Fate => (["dies", "throws"] as const)[random(24)] ?? "fine";
        const world = createCoordination({ ...settingsOf(), policy: POLICY }, pause);
        const asked = new Set<string>();

        for (let round = 0; round < rounds; round++) {
          await Promise.all(Array.from({ length: 1 + random(3) }, () => act(world, random, nextFate, asked)));
          world.advance(random(5 * HOUR_MS));
        }
        await comeToRest(world, asked);

        await expectOneFateEach(world, asked);
        expectWithinPolicy(world);
        const state = await world.state();
        if (state !== undefined) expect([state.runs, committedToday(state)]).toEqual([[], state.day.spentUsd]);
        starts += world.started.length;
      }),
      { numRuns: SCHEDULES, seed: jest.getSeed() },
    );
    expect(starts).toBeGreaterThan(SCHEDULES / 2);
  });
});

// Helpers

type Random = (limit: number) => number;

/** One process of whatever kind: a request (new or again), a sweep, a run's end, a pause or its end, an approval. */
async function act(world: Coordination, random: Random, nextFate: () => Fate, asked: Set<string>): Promise<void> {
  const kind = random(12);
  if (kind < 6) {
    const request = requestNumber(random(12));
    asked.add(request.id);
    await world.request(request, nextFate);
  } else if (kind < 8) {
    await world.sweep(nextFate);
  } else if (kind === 8) {
    const runId = `run-${1 + random(Math.max(1, world.started.length))}`;
    world.endRun(runId, random(4) === 0 ? "failed" : "succeeded");
    await world.tellEnd(runId, nextFate);
  } else if (kind === 9) {
    await world.pause(nextFate);
  } else if (kind === 10) {
    await world.resume(CATCH_UPS[random(CATCH_UPS.length)] ?? "merged", nextFate);
  } else {
    await world.approve([...asked][random(Math.max(1, asked.size))] ?? "", "ada", nextFate);
  }
}

/** Equal numbers are the same request, delivered again. */
function requestNumber(n: number) {
  const priority = 1 + (n % 5);
  const causes = n % 3 === 0 ? [DRIFT] : n % 3 === 1 ? [MANUAL] : requestOf("").causes;
  return requestOf(String(n), { priority, causes, ...(n % 7 === 6 && { needsApproval: true }) });
}

/** Redelivers every request, as a queue does until it is acknowledged, and lets time and runs end. */
async function comeToRest(world: Coordination, asked: ReadonlySet<string>): Promise<void> {
  for (const id of asked) await world.request(requestNumber(Number(id.split("/").at(-1))));
  await world.resume("all");
  world.forgetRecordedStarts();
  for (let tick = 0; tick < 60; tick++) {
    world.started.forEach((_, index) => void world.endRun(`run-${index + 1}`, "succeeded"));
    world.advance(HOUR_MS * 3);
    await world.sweep();
    if (isAtRest(await world.state())) return;
  }
}

/** Nothing runs, waits or is left to do, so that no further sweep changes anything. */
function isAtRest(state: CoordinatorState | undefined): boolean {
  if (state === undefined) return true;
  const { runs, parked, approval, outbox } = state;
  return runs.length + parked.length + outbox.length === 0 && approval === undefined;
}

async function expectOneFateEach(world: Coordination, asked: ReadonlySet<string>): Promise<void> {
  expect(new Set(world.started).size).toBe(world.started.length);
  const started = new Set(world.started);
  const fates = await Promise.all([...asked].map(async (id) => [id, await fateOf(world, started, id)] as const));
  expect(fates.filter(([, fate]) => fate !== "started" && fate !== "rejected")).toEqual([]);
}

async function fateOf(world: Coordination, started: ReadonlySet<string>, id: string): Promise<string> {
  const all = (await world.history(id))?.decisions ?? [];
  // What was set aside shares the fate of the training that takes its data along.
  const decisions = all.some(({ reason }) => reason === "taken-along") ? all.filter(({ outcome }) => outcome !== "reject") : all;
  const said = (outcome: Decision["outcome"]) => decisions.some((decision) => decision.outcome === outcome);
  const into = decisions.find(({ outcome }) => outcome === "merge")?.into;
  const fates = [
    ...(said("start") && started.has(id) ? ["started"] : []),
    ...(said("reject") ? ["rejected"] : []),
    ...(into === undefined ? [] : [into === id ? "merged into itself" : await fateOf(world, started, into)]),
  ];
  return fates.length === 1 ? (fates[0] ?? "") : `${fates.length} fates: ${decisions.map(({ outcome }) => outcome).join(", ")}`;
}

/** What the policy allows, told from the decision records alone: costs are as reserved, so their sum is what was committed. */
function expectWithinPolicy(world: Coordination): void {
  const starts = world
    .decisions()
    .filter(({ outcome }) => outcome === "start")
    .sort((a, b) => a.decidedAt - b.decidedAt);
  const days = new Map<string, { count: number; usd: number }>();
  const against: object[] = [];
  let last = Number.NEGATIVE_INFINITY;
  for (const { request, decidedAt, reservedUsd = 0 } of starts) {
    const day = days.get(utcDay(decidedAt)) ?? { count: 0, usd: 0 };
    const isUrgentDrift = request.priority <= 2 && request.causes.some(({ type }) => type === "drift");
    const isCool = isUrgentDrift || decidedAt - last >= POLICY.cooldownMs;
    const isWithinLimit = request.priority <= 2 || day.count < POLICY.maxStartsPerDay;
    const isWithinBudget = request.priority === 1 || day.usd + reservedUsd <= POLICY.budget.dailyUsd;
    if (!isCool || !isWithinLimit || !isWithinBudget) against.push({ request: request.id, isCool, isWithinLimit, isWithinBudget });
    days.set(utcDay(decidedAt), { count: day.count + 1, usd: day.usd + reservedUsd });
    last = decidedAt;
  }
  // Once for all starts: ten thousand schedules have very many.
  expect(against).toEqual([]);
}
