import { createPromoter } from "../../../functions/aws/handlers/promoter";
import { changeState } from "../../../functions/core/coordination/coordinate";
import { pause } from "../../../functions/core/coordination/intervene";
import { RetryableError } from "../../../functions/core/errors";
import { performingTurns } from "../../../functions/core/promotion/promote-models";
import type { CandidateRecord } from "../../../functions/core/promotion/promotion-state";
import { memoryModelSettings } from "../../../functions/memory/manifest-store";
import { createPromotion, type Promotion } from "../../simulation/promotion";
import { DAY_MS, HOUR_MS, NOON } from "../../simulation/requests";

const GOOD = (row: number) => row % 12 === 0;
const BETTER = (row: number) => row % 15 === 0 && row % 12 === 0;

describe("a turn of promotion", () => {
  it("should find all versions that were registered at once, however many a registry lists at a time", async () => {
    const world = worldOf();
    await world.turn(true);
    for (let n = 0; n < 150; n++) {
      world.register(GOOD);
      world.advance(1_000);
    }

    await world.turn(true);

    expect((await world.state()).ended.length + 1).toBe(150);
  });

  it("should look at each version that was heard of, whatever another one answers", async () => {
    const world = worldOf();
    await world.turn(true);
    const good = world.register(GOOD);
    for (const version of ["refused", "busy", good.version]) await world.notice(version);
    const describe = async (version: string) => {
      if (version === "refused") throw new Error("it is of another account");
      if (version === "busy") throw new RetryableError("ask later");
      return await world.registry.describe(version);
    };

    await expect(world.turnWith({ registry: { ...world.registry, describe } })).rejects.toThrow("could not be completed");

    const { current, noticed } = await world.state();
    expect([current?.candidate.version, noticed]).toEqual([good.version, ["busy"]]);
  });

  it("should tell how a candidate stands also where nothing can be decided about it", async () => {
    const world = worldOf();
    world.register(GOOD);
    await world.turn(true);
    world.advance(HOUR_MS);
    const failing = { ...world.registry, newestApproved: () => Promise.reject(new Error("it refuses")) };
    const ports = { ...world.ports(async () => {}), registry: failing, settings: memoryModelSettings([world.settings]) };

    await expect(createPromoter(ports)()).rejects.toThrow("the promoter failed for flight-delay");

    const told = world.logged.filter(({ event }) => event === "promotion-state");
    expect(told).toEqual([expect.objectContaining({ candidateAgeSec: 3_600 })]);
  });

  it("should judge again, by itself, what people are asked about when the settings change", async () => {
    const world = worldOf({ approval: { needed: "always", approvers: 1, isSeparate: false } });
    await firstChampion(world);
    world.register(BETTER);
    await world.turn(true);
    const before = (await world.state()).current;
    const { promotion } = world.settings;
    if (promotion === undefined) throw new Error("the settings have no promotion");
    const stricter = { ...promotion, guardrails: { ...promotion.guardrails, training: { minRows: 1e6, minShareOfDataSet: 0 } } };
    const settings = memoryModelSettings([{ ...world.settings, promotion: stricter }]);

    const promoter = createPromoter({ ...world.ports(async () => {}), settings });
    await promoter();
    await promoter();

    const { current, ended } = await world.state();
    expect([before?.stage, current, ended.at(-1)?.outcome]).toEqual(["approval", undefined, "rejected"]);
  });

  it("should not freeze a model whose candidates gained again before the pause ended that the freeze waits for", async () => {
    const world = worldOf();
    await acceptTwice(world, () => pauseByAda(world));
    world.register(() => false);
    await world.turn(true);

    await world.resume();
    await world.turn(false);

    expect((await world.coordinator()).paused).toBeUndefined();
    expect((await world.state()).frozenAt).toBeUndefined();
    expect(world.subjects.filter((subject) => subject.includes("frozen"))).toEqual([]);
  });

  it("should leave a freeze to do when a person pauses the model in the same moment", async () => {
    const world = worldOf();
    await firstChampion(world);
    world.register(BETTER);
    await world.turn(true);
    world.advance(HOUR_MS);
    const { version } = world.register(BETTER);
    await world.notice(version);
    const { candidates } = world.ports(async () => {});
    const pausing = {
      ...candidates,
      async record(record: CandidateRecord) {
        await candidates.record(record);
        if (record.outcome === "accepted") await pauseByAda(world);
      },
    };
    await world.turnWith({ candidates: pausing });
    expect((await world.coordinator()).paused?.by).toBe("ada");

    await world.resume();
    await world.turn(false);

    expect((await world.coordinator()).paused).toMatchObject({ by: "promotion", isFreeze: true });
  });

  it("should end, by itself, what people are asked about once a later version serves", async () => {
    const world = worldOf({ approval: { needed: "always", approvers: 1, isSeparate: false } });
    await firstChampion(world);
    world.register(BETTER);
    await world.turn(true);
    world.advance(HOUR_MS);
    const later = world.register(BETTER);
    world.registry.change(later.version, { approval: "approved" });
    await world.notice(later.version);

    await world.turn(false);

    const { current, ended } = await world.state();
    expect([current, ended.map(({ outcome }) => outcome).sort()]).toEqual([
      undefined,
      ["approved-by-hand", "approved-by-hand", "superseded"],
    ]);
  });

  it("should find versions that were registering when as many others were, and have the newest of those that serve as champion", async () => {
    const world = worldOf();
    await world.turn(true);
    const many = Array.from({ length: 70 }, () => {
      world.advance(1_000);
      return world.register(GOOD, "all", "registering");
    });
    await world.turn(true);
    world.advance(HOUR_MS);
    for (const { version } of many) world.registry.change(version, { readiness: "ready" });

    await world.turn(true);
    await world.turn(true);

    const { current, ended } = await world.state();
    expect([ended.length + 1, current?.candidate.version]).toEqual([70, many.at(-1)?.version]);
  });

  it("should freeze a model only once a person's own pause has ended, and tell people then", async () => {
    const world = worldOf();
    await acceptTwice(world, () => pauseByAda(world));
    const before = await world.coordinator();
    const toldBefore = world.subjects.filter((subject) => subject.includes("frozen"));

    await world.resume();
    await world.turn(false);

    expect([before.paused?.by, toldBefore]).toEqual(["ada", []]);
    expect((await world.coordinator()).paused).toMatchObject({ by: "promotion", isFreeze: true });
    expect(world.subjects).toContain("automatic training of flight-delay is frozen");
    expect((await world.state()).promotions).toHaveLength(2);
  });

  it("should begin the chain again once a person thawed the model", async () => {
    const world = worldOf();
    await acceptTwice(world, async () => {});
    await world.resume();
    await world.turn(false);

    const { frozenAt, promotions } = await world.state();
    expect([frozenAt, promotions]).toEqual([undefined, []]);
  });

  it("should leave approvals to the function that may give them, which gives each model's, whatever becomes of another's", async () => {
    const world = worldOf({ approval: { needed: "never", approvers: 1, isSeparate: true } });
    await firstChampion(world);
    const better = world.register(BETTER);
    await world.turn(true);
    expect((await world.registry.describe(better.version))?.approval).toBe("pending");
    const ports = world.ports(async () => {});
    const states = {
      ...ports.promotions,
      loadAll: async (models: readonly string[]) => [
        { status: "rejected", reason: new Error("unreadable") } as const,
        ...(await ports.promotions.loadAll(models.slice(1))),
      ],
    };
    const settings = memoryModelSettings([{ ...world.settings, model: "alpha" }, world.settings]);
    const mayPerform: typeof ports.mayPerform = (_model, effect) => effect.type === "mark" && effect.verdict === "approved";

    await expect(performingTurns({ ...ports, promotions: states, mayPerform, settings })()).rejects.toThrow(
      "the approver failed for alpha",
    );

    expect((await world.registry.describe(better.version))?.approval).toBe("approved");
  });
});

// Helpers

function worldOf(overrides: Parameters<typeof createPromotion>[0] = {}): Promotion {
  return createPromotion(overrides, async () => {});
}

/** Somebody approves the first model by hand. */
async function firstChampion(world: Promotion): Promise<void> {
  const first = world.register(GOOD);
  world.registry.change(first.version, { approval: "approved" });
  await world.turn(true);
  world.advance(DAY_MS);
}

/** Two models are accepted, of which the second brings no gain, so that training is to be frozen. */
async function acceptTwice(world: Promotion, beforeSecond: () => Promise<void>): Promise<void> {
  await firstChampion(world);
  for (const step of [async () => {}, beforeSecond]) {
    await step();
    world.register(BETTER);
    await world.turn(true);
    await world.turn(false);
    world.advance(DAY_MS);
  }
}

async function pauseByAda(world: Promotion): Promise<void> {
  const ports = world.ports(async () => {});
  await changeState(ports, "flight-delay", (state) => ({ state: pause(state, "ada", "audit", NOON) }));
}
