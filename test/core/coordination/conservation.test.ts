import fc from "fast-check";
import { CATCH_UPS } from "../../../functions/core/coordination/coordinator-state";
import { memoryManifestStore } from "../../../functions/memory/manifest-store";
import { type Cloud, createCloud, createDeployment, type Deployment } from "../../simulation/conservation";
import { settingsOf } from "../../simulation/data-path";
import { randomOf } from "../../simulation/random";
import { DRIFT, HOUR_MS, MANUAL, policyOf, requestOf } from "../../simulation/requests";
import type { Fate } from "../../simulation/unreliable";

/** Repeated by `jest --seed` with the seed that jest prints. */
const SCHEDULES = 10_000;

const POLICY = policyOf({
  maxRuns: 1,
  cooldownMs: 3 * HOUR_MS,
  minNewObjects: 2,
  maxStartsPerDay: 4,
  budget: { dailyUsd: 350, monthlyUsd: 3_000 },
  backoff: { afterFailures: 2, delayMs: HOUR_MS, maxDelayMs: 6 * HOUR_MS },
  deferralExpiresMs: 20 * HOUR_MS,
});

describe("conservation: every object is in exactly one run that really started, or waits, or was refused by a person", () => {
  it(`should hold over ${SCHEDULES} schedules of two deployments on one bucket, with starts that find no room or are refused`, async () => {
    const totals = { runs: 0, keys: 0, inRuns: 0 };
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: 1, max: 8 }), async (seed, rounds) => {
        const { cloud, deployments } = await live(seed, rounds, { restores: false });
        for (const one of deployments) {
          const account = await accountOf(cloud, one);
          expect(account.wrong).toEqual([]);
          totals.keys += one.landed.size;
          totals.inRuns += account.inRuns;
        }
        totals.runs += cloud.runs.length;
      }),
      { numRuns: SCHEDULES, seed: jest.getSeed() },
    );
    // Against a world in which nothing happens.
    expect(totals.runs).toBeGreaterThan(SCHEDULES / 2);
    expect(totals.inRuns).toBeGreaterThan(totals.keys / 2);
  }, 300_000);

  it("should lose none where the state is set back to a backup, and give no run a list that is not its own", async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), fc.integer({ min: 2, max: 8 }), async (seed, rounds) => {
        const { cloud, deployments } = await live(seed, rounds, { restores: true });
        for (const one of deployments) expect((await accountOf(cloud, one)).wrong.filter(([, count]) => count === 0)).toEqual([]);
      }),
      // The example lost a batch behind one that was decided after the restore.
      { numRuns: SCHEDULES / 10, seed: jest.getSeed(), examples: [[-1_487_313_503, 8]] },
    );
  }, 300_000);
});

// Helpers

async function live(seed: number, rounds: number, { restores }: { readonly restores: boolean }) {
  const random = randomOf(seed);
  const pause = async () => {
    for (let turns = random(4); turns > 0; turns--) await Promise.resolve();
  };
  const nextFate = (): Fate => (["dies", "throws"] as const)[random(30)] ?? "fine";
  const manifests = memoryManifestStore();
  const cloud = createCloud(manifests, random);
  const settings = { ...settingsOf({ batchSize: 1 + random(3), windowMs: HOUR_MS }), policy: POLICY };
  const deployments = ["aaaaaaaaaaaa", "bbbbbbbbbbbb"].map((id) => createDeployment(id, settings, { cloud, manifests, pause }));
  let keys = 0;
  let restore: (() => Promise<void>) | undefined;
  for (let round = 0; round < rounds; round++) {
    const chosen = deployments[random(2)];
    if (chosen === undefined) break;
    await Promise.all(Array.from({ length: 1 + random(4) }, () => act(chosen, cloud, random, nextFate, () => `in/${keys++}`)));
    if (restores && random(4) === 0) {
      await restore?.();
      restore = restore === undefined ? await chosen.backup() : undefined;
    }
    for (const one of deployments) one.advance(random(4 * HOUR_MS));
  }
  cloud.calm();
  for (const one of deployments) await comeToRest(one, cloud);
  return { cloud, deployments };
}

async function act(
  one: Deployment,
  cloud: Cloud,
  random: (limit: number) => number,
  nextFate: () => Fate,
  nextKey: () => string,
): Promise<unknown> {
  switch (random(13)) {
    case 0:
    case 1:
    case 2:
      return one.land(
        Array.from({ length: 1 + random(3) }, () => nextKey()),
        nextFate,
      );
    case 3:
    case 4:
      return one.sweepData(nextFate);
    case 5:
    case 6:
    case 7:
      return one.takeOne(random(8), nextFate);
    case 8:
      return one.sweep(nextFate);
    case 9: {
      one.endRuns(random(3) === 0 ? "failed" : "succeeded");
      const run = cloud.runs[random(Math.max(1, cloud.runs.length))];
      return run === undefined ? undefined : one.tellEnd(run.runId, nextFate);
    }
    case 10:
      return random(2) === 0 ? one.pause() : one.resume(CATCH_UPS[random(CATCH_UPS.length)] ?? "merged");
    case 11:
      return one.answer(random(3) > 0, nextFate);
    default:
      one.ask(
        requestOf(`drift-${random(6)}`, {
          causes: [random(2) === 0 ? DRIFT : MANUAL],
          priority: 1 + random(5),
          manifests: [],
          ...(random(3) === 0 && { needsApproval: true }),
        }),
      );
  }
}

/** Handles what is queued, and lets time and runs end until nothing moves. */
async function comeToRest(one: Deployment, cloud: Cloud): Promise<void> {
  await one.resume("all");
  for (let tick = 0; tick < 16; tick++) {
    one.advance(7 * HOUR_MS);
    await one.sweepData();
    while (one.queued() > 0) await one.takeOne(0);
    one.endRuns("succeeded");
    for (const { runId } of cloud.runs) await one.tellEnd(runId);
    await one.sweep();
    const state = await one.state();
    const isIdle = (await one.waiting()).length === 0 && (state?.runs.length ?? 0) === 0 && (state?.outbox.length ?? 0) === 0;
    if (isIdle) return;
  }
}

/** How often each key that landed is in a run of its deployment; wrong are those in several, or in none without a reason. */
async function accountOf(cloud: Cloud, one: Deployment) {
  const counts = new Map<string, number>();
  for (const run of cloud.runs) {
    if (run.deployment !== one.id) continue;
    for (const key of run.keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const kept = new Set([...(await one.waiting()), ...(await one.refused())]);
  const wrong = [...one.landed].flatMap((key): [string, number][] => {
    const count = counts.get(key) ?? 0;
    return count === (kept.has(key) ? 0 : 1) ? [] : [[key, count]];
  });
  return { wrong, inRuns: [...one.landed].filter((key) => counts.has(key)).length };
}
