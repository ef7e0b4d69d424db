import type { EndpointTraffic, Sighting, TrafficOrder } from "../../functions/core/promotion/rollout/ports";
import type { RolloutSettings } from "../../functions/core/promotion/rollout/rollout-settings";
import { type Served, type Traffic, trafficText } from "../../functions/core/promotion/rollout/traffic";

/** An endpoint that a champion serves on, and what callers and people do at it. */
export interface EndpointWorld {
  readonly traffic: EndpointTraffic;
  readonly settings: RolloutSettings;
  /** What a survey is to find. */
  readonly champion: Served;
  /** Address of the candidate in its registry. */
  readonly candidate: string;
  /** Lets what is under way end. */
  readonly settle: () => void;
  /** Callers send so many requests; how many each answered. */
  readonly serve: (requests: number) => { readonly champion: number; readonly candidate: number };
  /** Somebody gives the candidate of a split this percentage by hand. */
  readonly moveByHand: (percent: number) => void | Promise<void>;
  /** Somebody lets a third model serve. */
  readonly replaceByHand: () => void | Promise<void>;
  /** Somebody deletes the endpoint. */
  readonly remove: () => void;
}

export interface EndpointTrafficContract {
  readonly name: string;
  readonly hasShadow: boolean;
  readonly create: () => EndpointWorld | Promise<EndpointWorld>;
}

const CHAMPION: Traffic = { is: "champion" };
const CANDIDATE: Traffic = { is: "candidate" };
const SHADOW: Traffic = { is: "shadow" };
const SPLITS: readonly Traffic[] = [5, 25, 50, 100].map((percent) => ({ is: "split", percent }));
const REQUESTS = 2_000;

/** The contract of the `EndpointTraffic` port. Every adapter's test is one call. */
export function describeEndpointTraffic({ name: adapter, hasShadow, create }: EndpointTrafficContract): void {
  const stages = [...(hasShadow ? [SHADOW] : []), ...SPLITS, CANDIDATE];

  describe(`EndpointTraffic: ${adapter}`, () => {
    it("should find the champion before a rollout", async () => {
      const { traffic, settings, champion } = await create();

      expect(await traffic.survey(settings)).toEqual({ is: "serving", champion });
    });

    it("should say that an endpoint is missing, and that one was lost", async () => {
      const world = await create();
      world.remove();

      const told = [await world.traffic.survey(world.settings), await world.traffic.look(orderOf(world, CHAMPION, SHADOW))];

      expect(told).toEqual([
        { is: "missing", why: expect.stringContaining(world.settings.endpoint) },
        { is: "lost", why: expect.stringContaining(world.settings.endpoint) },
      ]);
      expect(await world.traffic.step(orderOf(world, CHAMPION, SHADOW))).toMatchObject({ is: "refused" });
    });

    it("should go the whole way, and let each stage have its share of what is answered", async () => {
      const world = await create();
      const shares: number[] = [];

      for (const stage of stages) {
        await reach(world, stageBefore(stages, stage), stage);
        const { champion, candidate } = world.serve(REQUESTS);
        expect(champion + candidate).toBe(REQUESTS);
        shares.push(Math.round((100 * candidate) / REQUESTS));
      }

      expect(shares).toEqual([...(hasShadow ? [0] : []), 5, 25, 50, 100, 100]);
    });

    it.each(stages.map((stage) => [trafficText(stage), stage] as const))("should go back from %s", async (_, stage) => {
      const world = await create();
      for (const one of stages.slice(0, stages.indexOf(stage) + 1)) await reach(world, stageBefore(stages, one), one);

      const looks = await reach(world, stage, CHAMPION);

      // Once it is said to be safe, it stays so, and the candidate answers nobody.
      const firstSafe = looks.findIndex(({ sighting }) => isSafe(sighting));
      for (const { sighting, answered } of looks.slice(firstSafe)) {
        expect([isSafe(sighting), answered.candidate]).toEqual([true, 0]);
      }
      expect(world.serve(REQUESTS)).toEqual({ champion: REQUESTS, candidate: 0 });
      expect(await world.traffic.survey(world.settings)).toEqual({ is: "serving", champion: world.champion });
    });

    it("should go straight to a stage, and between stages in both directions", async () => {
      const world = await create();
      const [, quarter, half, all] = SPLITS as [Traffic, Traffic, Traffic, Traffic];

      await reach(world, CHAMPION, quarter);
      await reach(world, quarter, all);
      await reach(world, all, half);

      expect(world.serve(REQUESTS)).toEqual({ champion: REQUESTS / 2, candidate: REQUESTS / 2 });
    });

    it("should change nothing by steps that are repeated", async () => {
      const world = await create();
      const [five, quarter] = SPLITS as [Traffic, Traffic];
      for (const [from, to] of [
        [CHAMPION, five],
        [five, quarter],
      ] as const) {
        const order = orderOf(world, from, to);
        for (let repeat = 0; repeat < 3; repeat++) {
          const { is } = await world.traffic.step(order);
          expect(["taken", "busy"]).toContain(is);
        }
        await reach(world, from, to);
        expect(await world.traffic.step(order)).toMatchObject({ is: "taken" });
        expect(await world.traffic.look(order)).toEqual({ is: "reached" });
      }

      expect(world.serve(REQUESTS)).toEqual({ champion: 1500, candidate: 500 });
    });

    it("should hold where the share was moved by hand, and yet go back", async () => {
      const world = await create();
      const [five, quarter, half] = SPLITS as [Traffic, Traffic, Traffic];
      await reach(world, CHAMPION, five);
      await reach(world, five, quarter);
      await world.moveByHand(40);
      world.settle();

      const seen = await world.traffic.look(orderOf(world, quarter, half));

      expect(seen).toEqual({ is: "changed", why: expect.stringContaining("40%") });
      expect(await world.traffic.step(orderOf(world, quarter, half))).toMatchObject({ is: "refused" });
      expect(world.serve(REQUESTS)).toEqual({ champion: 1200, candidate: 800 });
      await reach(world, quarter, CHAMPION);
      expect(world.serve(REQUESTS)).toEqual({ champion: REQUESTS, candidate: 0 });
    });

    it.each([
      ["forward", SPLITS[0] ?? CHAMPION],
      ["back", CHAMPION],
    ] as const)("should not touch what somebody else lets serve, on its way %s", async (_, to) => {
      const world = await create();
      await world.replaceByHand();
      world.settle();
      const order = orderOf(world, CHAMPION, to);

      const seen = await world.traffic.look(order);

      expect(seen).toMatchObject({ is: "changed" });
      expect(await world.traffic.step(order)).toMatchObject({ is: "refused" });
      expect(await world.traffic.look(order)).toEqual(seen);
    });
  });
}

// Helpers

export function orderOf({ settings, champion, candidate }: EndpointWorld, from: Traffic, to: Traffic): TrafficOrder {
  return { settings, rolloutId: "0123abcd", champion, candidate, from, to };
}

interface Look {
  readonly sighting: Sighting;
  readonly answered: ReturnType<EndpointWorld["serve"]>;
}

/** Looks and steps until an order is reached; what was seen, and who answered then. */
export async function reach(world: EndpointWorld, from: Traffic, to: Traffic): Promise<readonly Look[]> {
  const order = orderOf(world, from, to);
  const looks: Look[] = [];
  for (let turn = 0; turn < 12; turn++) {
    const sighting = await world.traffic.look(order);
    looks.push({ sighting, answered: world.serve(100) });
    if (sighting.is === "reached") return looks;
    if (sighting.is === "behind") {
      const result = await world.traffic.step(order);
      if (result.is !== "taken" && result.is !== "busy") throw new Error(`${trafficText(to)}: ${result.why}`);
      const meanwhile = await world.traffic.look(order);
      looks.push({ sighting: meanwhile, answered: world.serve(100) });
    } else if (sighting.is !== "busy") {
      throw new Error(`${trafficText(to)}: ${sighting.why}`);
    }
    world.settle();
  }
  throw new Error(`${trafficText(to)} was not reached: ${JSON.stringify(looks.at(-1))}`);
}

function isSafe(sighting: Sighting): boolean {
  return sighting.is === "reached" || ("isSafe" in sighting && sighting.isSafe);
}

function stageBefore(stages: readonly Traffic[], stage: Traffic): Traffic {
  return stages[stages.indexOf(stage) - 1] ?? CHAMPION;
}
