import { createDataPath, type Message, objectMessage, requestMessages, settingsOf } from "../simulation/data-path";
import { randomOf, shuffled } from "../simulation/random";
import type { Fate } from "../simulation/unreliable";

const DISTINCT = 100_000;
const DELIVERIES = 120_000;
const WORKERS = 8;
const SEED = Number(process.env.RETRIGGER_STORM_SEED ?? 20_261_121);

describe(`a storm of ${DELIVERIES} deliveries to ${WORKERS} workers (seed ${SEED})`, () => {
  it(`should put each of ${DISTINCT} objects into exactly one manifest and start each request once`, async () => {
    const random = randomOf(SEED);
    const path = createDataPath(settingsOf({ batchSize: 1_000 }), async () => {
      if (random(4) === 0) await nextTurn();
    });
    let crashes = 0;
    const nextFate = (): Fate => {
      const fate = random(200);
      if (fate < 2) crashes++;
      return fate === 0 ? "dies" : fate === 1 ? "throws" : "fine";
    };
    const queue = shuffled(arrivals(random), random);

    const worker = async () => {
      while (queue.length > 0) {
        const returned = await path.deliver(queue.splice(0, 1 + random(200)), nextFate);
        for (const message of returned) queue.splice(random(queue.length + 1), 0, message);
      }
    };
    await Promise.all(Array.from({ length: WORKERS }, worker));
    for (let waiting = true; waiting; ) {
      path.advance(60_000);
      await path.sweep(nextFate);
      const { open, pending } = await path.head();
      waiting = open.count > 0 || pending.length > 0;
    }
    const requests = shuffled(requestMessages([...path.requests, ...path.requests]), random);
    const starter = async () => {
      while (requests.length > 0) requests.push(...(await path.coordinate(requests.splice(0, 10), nextFate)));
    };
    await Promise.all(Array.from({ length: WORKERS }, starter));

    const published = [...path.published().values()].flat();
    expect(published).toHaveLength(DISTINCT);
    expect(new Set(published).size).toBe(DISTINCT);
    expect(path.started).toHaveLength(path.published().size);
    expect(new Set(path.started).size).toBe(path.published().size);
    expect(crashes).toBeGreaterThan(100);
  }, 300_000);
});

// Helpers

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Every object once, and some of them again under message ids of their own. */
function arrivals(random: (limit: number) => number): Message[] {
  return Array.from({ length: DELIVERIES }, (_, index) => {
    const object = index < DISTINCT ? index : random(DISTINCT);
    return objectMessage(`m${index}`, `in/${object}.parquet`);
  });
}
