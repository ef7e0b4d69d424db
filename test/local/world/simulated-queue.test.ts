import { type Delivery, type SimulatedQueueOptions, simulatedQueue } from "../../../local/world/simulated-queue";
import { seededRandom, type VirtualClock, virtualClock } from "../../../local/world/time-and-chance";

describe("a simulated standard queue", () => {
  it("should gather messages for its window and hand them over in one batch", async () => {
    const { queue, clock, batches } = queueOf({ batchWindowMs: 20_000 });
    for (const body of ["a", "b", "c"]) clock.at(1_000, () => queue.send(body));
    clock.at(30_000, () => queue.send("late"));

    await clock.run();

    expect(batches.map(({ at, bodies }) => ({ at, bodies: bodies.sort() }))).toEqual([
      { at: 21_000, bodies: ["a", "b", "c"] },
      { at: 50_000, bodies: ["late"] },
    ]);
    expect(queue.counts).toEqual({ sent: 4, invocations: 2, deliveries: 4, redeliveries: 0, repetitions: 0 });
  });

  it("should redeliver only what failed, after the visibility timeout", async () => {
    const { queue, clock, batches } = queueOf(
      { visibilityTimeoutMs: 60_000 },
      ({ body, receives }) => body === "b" && receives === 1,
    );
    for (const body of ["a", "b"]) queue.send(body);

    await clock.run();

    expect(batches.map(({ at, bodies }) => ({ at, bodies: bodies.sort() }))).toEqual([
      { at: 0, bodies: ["a", "b"] },
      { at: 60_000, bodies: ["b"] },
    ]);
    expect(queue.counts.redeliveries).toBe(1);
  });

  it("should return a whole batch when the function throws", async () => {
    const { queue, clock, batches } = queueOf({}, ({ receives }) => {
      if (receives === 1) throw new Error("killed");
      return false;
    });
    for (const body of ["a", "b"]) queue.send(body);

    await clock.run();

    expect(batches.map(({ bodies }) => bodies.length)).toEqual([2, 2]);
    expect(queue.deadLetters).toEqual([]);
  });

  it("should put a message aside after its last receive", async () => {
    const { queue, clock, batches } = queueOf({ maxReceives: 5 }, ({ body }) => body === "poison");
    for (const body of ["fine", "poison"]) queue.send(body);

    await clock.run();

    expect(batches.flatMap(({ bodies }) => bodies).filter((body) => body === "poison")).toHaveLength(5);
    expect(queue.deadLetters.map(({ body, receives }) => ({ body, receives }))).toEqual([{ body: "poison", receives: 5 }]);
    expect(queue.counts.deliveries).toBe(queue.counts.sent + queue.counts.redeliveries);
  });

  it("should deliver some messages once more under the same id", async () => {
    const { queue, clock, batches } = queueOf({ duplicateRatio: 0.5 });
    for (let message = 0; message < 20; message++) queue.send(String(message));

    await clock.run();

    expect(queue.counts.repetitions).toBeGreaterThan(0);
    expect(queue.counts.deliveries).toBe(20 + queue.counts.repetitions);
    expect(new Set(batches.flatMap(({ ids }) => ids)).size).toBe(20);
  });
});

describe("a simulated FIFO queue", () => {
  it("should keep the order of a group, and hold it back behind what failed", async () => {
    const { queue, clock, batches } = queueOf(
      { isFifo: true, batchSize: 1 },
      ({ body, receives }) => body === "a1" && receives < 3,
    );
    for (const body of ["a1", "a2", "b1", "a3", "b2"]) queue.send(body, { group: body.charAt(0), deduplicationId: body });

    await clock.run();

    expect(batches.flatMap(({ bodies }) => bodies)).toEqual(["a1", "b1", "b2", "a1", "a1", "a2", "a3"]);
  });

  it("should drop what repeats a deduplication id within five minutes", async () => {
    const { queue, clock, batches } = queueOf({ isFifo: true });
    for (const at of [0, 299_000, 301_000]) clock.at(at, () => queue.send("a", { group: "g", deduplicationId: "a" }));

    await clock.run();

    expect(batches.map(({ at }) => at)).toEqual([0, 301_000]);
  });
});

// Helpers

interface Received {
  readonly body: string;
  readonly receives: number;
}

/** A queue whose function notes its batches and fails the messages that `isFailing` names. */
function queueOf(options: Partial<SimulatedQueueOptions>, isFailing: (message: Received) => boolean = () => false) {
  const clock: VirtualClock = virtualClock(0);
  const batches: { at: number; ids: string[]; bodies: string[] }[] = [];
  const deliver: Delivery = async (messages) => {
    batches.push({ at: clock.now(), ids: messages.map(({ id }) => id), bodies: messages.map(({ body }) => body) });
    return messages.filter(isFailing).map(({ id }) => id);
  };
  const defaults = {
    isFifo: false,
    batchSize: 10,
    batchWindowMs: 0,
    visibilityTimeoutMs: 60_000,
    maxReceives: 5,
    duplicateRatio: 0,
  };
  return { queue: simulatedQueue({ ...defaults, ...options }, clock, seededRandom(1, "queue"), deliver), clock, batches };
}
