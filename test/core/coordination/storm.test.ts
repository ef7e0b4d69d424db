import type { Cause } from "../../../functions/core/training-request";
import { createCoordination } from "../../simulation/coordination";
import { settingsOf } from "../../simulation/data-path";
import { randomOf } from "../../simulation/random";
import { DRIFT, HOUR_MS, MANUAL, policyOf, requestOf } from "../../simulation/requests";

const REQUESTS = 100_000;

describe(`a storm of ${REQUESTS} requests within an hour`, () => {
  it("should start at most what the policy allows, and keep a record of every one", async () => {
    const random = randomOf(20_261_121);
    const policy = policyOf({
      maxRuns: 2,
      cooldownMs: 10 * 60_000,
      maxStartsPerDay: 4,
      budget: { dailyUsd: 500, monthlyUsd: 5_000 },
    });
    const world = createCoordination({ ...settingsOf(), policy }, async () => undefined);
    const causes: Cause[] = [DRIFT, MANUAL, { type: "schedule", name: "hourly", firedAt: 0 }];

    for (let n = 0; n < REQUESTS; n++) {
      const cause = causes[n % 3] ?? MANUAL;
      await world.request(requestOf(String(n), { causes: [cause], priority: 2 + random(4), manifests: [] }));
      world.advance(HOUR_MS / REQUESTS);
      if (n % 2_000 === 0) {
        world.started.forEach((_, index) => void world.endRun(`run-${index + 1}`, "succeeded"));
        await world.sweep();
      }
    }

    const recorded = new Set(world.decisions().map(({ requestId }) => requestId));
    expect(recorded.size).toBe(REQUESTS);
    expect(world.started.length).toBeGreaterThan(1);
    expect(world.started.length).toBeLessThanOrEqual(5);
    expect(new Set(world.started).size).toBe(world.started.length);
    const state = await world.state();
    expect(JSON.stringify(state).length).toBeLessThan(50_000);
  });
});
