import { type RolledEndpoint, rolledEndpoint } from "../../../simulation/rolled-endpoint";

const MINUTE_MS = 60_000;

describe("a rollback", () => {
  it("should be made though nothing that is counted can be read", async () => {
    const world = await rolling();
    await world.order("order-1", "rollback");
    world.failMetrics();

    await ticks(world, 30);

    expect((await world.state()).ended).toMatchObject([{ outcome: "rolled-back" }]);
    expect(world.endpoint.serving()).toMatchObject([{ name: world.champion, percent: 100 }]);
  });

  it.each(["sagemaker", "vertex"] as const)(
    "should say when the candidate answers nobody any more, which is so: %s",
    async (layout) => {
      const world = await rolling(layout);
      await world.order("order-1", "rollback");
      const toldAt: number[] = [];

      for (let minute = 0; minute < 40; minute++) {
        await ticks(world, 1);
        if ((await world.state()).current?.rollout?.safeSince === undefined) continue;
        toldAt.push(world.now());
        expect(world.endpoint.serving().filter(({ name, percent }) => name !== world.champion && percent > 0)).toEqual([]);
      }

      expect(toldAt.length).toBeGreaterThan(0);
    },
  );

  it("should fail the turn where counts cannot be read, so that it is seen", async () => {
    const world = await rolling();
    world.failMetrics();
    world.advance(20 * MINUTE_MS);

    await expect(world.tick()).rejects.toThrow("metrics do not answer");
  });

  it("should come to its end wherever its first turn dies, with the endpoint's lease or without", async () => {
    let leases = 0;
    for (let dying = 1; dying <= 20; dying++) {
      const world = await rolling();
      await world.order("order-1", "rollback");
      let calls = 0;
      await world.tick(() => (++calls === dying ? "dies" : "fine"));
      if ((await world.state()).current?.rollout?.lease !== undefined) leases++;

      await ticks(world, 30);

      expect((await world.state()).ended).toMatchObject([{ outcome: "rolled-back" }]);
      expect(world.endpoint.serving()).toMatchObject([{ name: world.champion, percent: 100 }]);
    }
    expect(leases).toBeGreaterThan(0);
  });

  it("should not be over while a step of another turn is under way, which may still take effect", async () => {
    const world = rolledEndpoint({ layout: "sagemaker", seed: 1, errorRate: () => 0.01 });
    await world.accept();
    const slow = world.holdSteps();
    const turn = world.tick();
    await slow.isWaiting;

    await world.order("order-1", "rollback");
    await ticks(world, 3);
    const meanwhile = (await world.state()).current?.stage;
    slow.go();
    await turn;
    await ticks(world, 30);

    expect(meanwhile).toBe("rollout");
    expect((await world.state()).ended).toMatchObject([{ outcome: "rolled-back" }]);
    expect(world.endpoint.serving()).toMatchObject([{ name: world.champion, percent: 100 }]);
  });

  it("should not wait for a lease that a clock which was a day ahead wrote", async () => {
    const world = await rolling();
    await world.order("order-1", "rollback");
    world.advance(86_400_000);
    let calls = 0;
    while ((await world.state()).current?.rollout?.lease === undefined) {
      let dying = 0;
      calls++;
      await world.tick(() => (++dying === calls ? "dies" : "fine"));
    }
    world.advance(-86_400_000);

    await ticks(world, 30);

    expect((await world.state()).ended).toMatchObject([{ outcome: "rolled-back" }]);
  });
});

async function rolling(layout: "sagemaker" | "vertex" = "sagemaker") {
  const world = rolledEndpoint({ layout, seed: 1, errorRate: () => 0.01 });
  await world.accept();
  await ticks(world, 15);
  expect((await world.state()).current?.rollout?.at).toEqual({ is: "stage", index: 0 });
  return world;
}

async function ticks(world: RolledEndpoint, count: number): Promise<void> {
  for (let tick = 0; tick < count; tick++) {
    world.advance(MINUTE_MS);
    await world.tick().catch(() => {});
  }
}
