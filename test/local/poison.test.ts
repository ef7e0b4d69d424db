import fc from "fast-check";
import { requestFates } from "../../functions/core/drift/episodes/request-fate";
import { memoryBatchStore } from "../../functions/memory/batch-store";
import {
  memoryCoordinatorStore,
  memoryDecisionLog,
  memoryNotifier,
  memoryPipelineLauncher,
  memoryQualityQueue,
  memoryRequestQueue,
} from "../../functions/memory/coordination";
import { memoryDriftHistoryStore, memoryDriftLog } from "../../functions/memory/drift";
import { memoryManifestStore, memoryModelSettings } from "../../functions/memory/manifest-store";
import { memoryDeployment } from "../../functions/memory/versioned-store";
import { CLOUDS, type ReplayPorts } from "../../local/clouds/local-cloud";
import { LOCAL_CLOUDS, MODELS } from "../../local/clouds/local-clouds";
import type { ReplayQueue } from "../../local/files/replay-record";
import { type SimulatedQueue, type SimulatedRejections, simulatedQueue } from "../../local/world/simulated-queue";
import { seededRandom, virtualClock } from "../../local/world/time-and-chance";
import { requestOf } from "../simulation/requests";

const START = Date.UTC(2026, 10, 21);
const FLIGHT_DELAY = "flight-delay";

/** Messages that nobody can ever read, on either cloud. */
const POISON = ["{", "[]", '{"data":"eA=="}', '{"hello":1}', `{"x":"${"a".repeat(2_000)}"}`];

describe.each(CLOUDS)("one message that can never be understood, on %s", (name) => {
  const cloud = LOCAL_CLOUDS[name];

  it("should keep no request of its model waiting, and take none with it", async () => {
    const { queue, clock, decided } = createWorld(name, "requests");
    const ids = Array.from({ length: 30 }, (_, n) => String(n));
    for (const [n, id] of ids.entries()) send(queue, n === 1 ? "{" : requestText(name, id), n);

    await clock.run();

    expect(decided).toEqual(ids.filter((id) => id !== "1").map((id) => ({ id: `data/flight-delay/${id}`, waitedMs: 0 })));
    expect(queue.deadLetters).toMatchObject([{ receives: 1, refusal: { function: "coordinator", subject: "message" } }]);
  });

  it("should hold in any mixture: the others are decided in their order, at once, and it alone is a dead letter", async () => {
    const message = fc.record({
      poison: fc.option(fc.constantFrom(...POISON), { freq: 2 }),
      group: fc.constantFrom("a", "b", "c"),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(message, { minLength: 1, maxLength: 40 }), async (messages) => {
        const { queue, clock, decided } = createWorld(name, "requests");
        for (const [n, { poison, group }] of messages.entries())
          send(queue, poison ?? requestText(name, `${group}-${n}`), n, group);

        await clock.run();

        const poisonous = messages.filter(({ poison }) => poison !== null).length;
        expect(queue.deadLetters).toHaveLength(poisonous);
        expect(decided.every(({ waitedMs }) => waitedMs === 0)).toBe(true);
        for (const wanted of ["a", "b", "c"]) {
          const sent = messages.flatMap(({ poison, group }, n) =>
            poison === null && group === wanted ? [`data/flight-delay/${group}-${n}`] : [],
          );
          expect(decided.map(({ id }) => id).filter((id) => id.startsWith(`data/flight-delay/${wanted}-`))).toEqual(sent);
        }
      }),
      { numRuns: 60 },
    );
  });

  it.each(["landings", "drift"] as const)("should be out of the queue of %s after one delivery, with the reason", async (role) => {
    const { queue, clock } = createWorld(name, role);
    for (const poison of POISON) queue.send(bodyOf(poison));

    await clock.run();

    expect(queue.deadLetters.map(({ receives }) => receives)).toEqual(POISON.map(() => 1));
    expect(queue.deadLetters.every(({ refusal }) => (refusal?.reason.length ?? 0) > 10)).toBe(true);
    expect(queue.counts.redeliveries).toBe(0);
    expect(clock.now()).toBe(START);
  });

  it("should come again, with the order of its group kept, while it cannot be set aside", async () => {
    let failures = 2;
    const { queue, clock, decided } = createWorld(name, "requests", async () => {
      failures -= 1;
      if (failures >= 0) throw new Error("ServiceUnavailable");
    });
    for (const [n, text] of [requestText(name, "0"), "{", requestText(name, "2"), requestText(name, "3")].entries())
      send(queue, text, n);

    await clock.run();

    expect(decided.map(({ id }) => id)).toEqual(["0", "2", "3"].map((id) => `data/flight-delay/${id}`));
    expect(queue.deadLetters).toMatchObject([{ receives: 3, refusal: { function: "coordinator" } }]);
  });

  it("should be set aside when its function is killed after it was, and stay there once", async () => {
    let kills = 1;
    const { queue, clock, decided } = createWorld(name, "requests", undefined, async () => {
      kills -= 1;
      if (kills >= 0) throw new Error("killed");
    });
    for (const [n, text] of ["{", requestText(name, "1")].entries()) send(queue, text, n);

    await clock.run();

    expect(decided.map(({ id }) => id)).toEqual(["data/flight-delay/1"]);
    expect(queue.deadLetters).toHaveLength(1);
  });

  // Helpers

  type Cloud = (typeof CLOUDS)[number];

  function createWorld(
    edition: Cloud,
    role: ReplayQueue,
    beforeKeep: () => Promise<void> = async () => {},
    afterKeep: () => Promise<void> = async () => {},
  ) {
    const clock = virtualClock(START);
    const decided: { readonly id: string; readonly waitedMs: number }[] = [];
    const decisions = memoryDecisionLog();
    const ports: ReplayPorts = {
      settings: memoryModelSettings(MODELS[edition]),
      batches: memoryBatchStore(),
      deployment: memoryDeployment,
      manifests: memoryManifestStore(),
      states: memoryCoordinatorStore(),
      decisions: {
        ...decisions,
        record: async (decision) => {
          decided.push({ id: decision.requestId, waitedMs: clock.now() - START });
          await decisions.record(decision);
        },
      },
      launcher: memoryPipelineLauncher(),
      notifier: memoryNotifier(),
      qualities: memoryQualityQueue(async () => undefined),
      requests: memoryRequestQueue(async () => undefined),
      watcher: { describe: async () => ({ status: "running" }) },
      histories: memoryDriftHistoryStore(),
      drifts: memoryDriftLog(),
      fates: requestFates(decisions),
      log: () => {},
      now: clock.now,
    };
    const rejected: SimulatedRejections = {
      keep: async ({ messageId }, refusal) => {
        await beforeKeep();
        queue.setAside(messageId, refusal);
        await afterKeep();
      },
    };
    const creators = {
      landings: () => cloud.createBatcher(ports, rejected),
      requests: () => cloud.createCoordinator(ports, rejected),
      drift: () => cloud.createDriftEvaluator(ports, rejected),
    };
    const queue: SimulatedQueue = simulatedQueue(
      {
        isFifo: role === "requests",
        batchSize: 10,
        batchWindowMs: 0,
        visibilityTimeoutMs: 360_000,
        maxReceives: 5,
        duplicateRatio: 0,
      },
      clock,
      seededRandom(1, "poison"),
      creators[role](),
    );
    return { queue, clock, decided };
  }

  function send(queue: SimulatedQueue, text: string, n: number, group = FLIGHT_DELAY): void {
    queue.send(POISON.includes(text) ? bodyOf(text) : text, { group: group, deduplicationId: String(n) });
  }

  function bodyOf(text: string): string {
    return name === "gcp" ? JSON.stringify({ data: Buffer.from(text).toString("base64") }) : text;
  }

  function requestText(edition: Cloud, id: string): string {
    return LOCAL_CLOUDS[edition].requestMessage(requestOf(id, { manifests: [] }));
  }
});
