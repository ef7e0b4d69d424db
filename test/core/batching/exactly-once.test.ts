import fc from "fast-check";
import { newestOfEach } from "../../../functions/core/batching/landed-object";
import {
  createDataPath,
  type DataPath,
  lastEntry,
  type Message,
  objectMessage,
  requestMessages,
  settingsOf,
} from "../../simulation/data-path";
import { randomOf } from "../../simulation/random";
import { type Fate, randomTurns } from "../../simulation/unreliable";

describe("the data path, whatever crashes, fails, repeats or overtakes", () => {
  it("should put every delivered object into exactly one manifest, and start each request once", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer(),
        fc.array(fc.array(objectNumber, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 7 }),
        async (seed, deliveries, batchSize) => {
          const random = randomOf(seed);
          const turns = randomTurns(random);
          const path = createDataPath(settingsOf({ batchSize }), turns.pause);
          const nextFate = (): Fate => (["dies", "throws"] as const)[random(24)] ?? "fine";
          const messages = deliveries.map((objects, d) =>
            objects.map((n, m) => objectMessage(`m${d}.${m}`, `in/${n >> 1}`, `v${n & 1}`)),
          );

          const returned = await turns.interleave(() =>
            Promise.all([...messages.map((some) => path.deliver(some, nextFate)), path.sweep(nextFate), path.sweep(nextFate)]),
          );
          const redelivered = returned.flatMap((failed) => (Array.isArray(failed) ? failed : []));
          await settle(path, redelivered);
          const starts = requestMessages(path.requests);
          const unstarted = await turns.interleave(() =>
            Promise.all([path.coordinate(starts, nextFate), path.coordinate(starts.toReversed(), nextFate)]),
          );
          for (const some of [...unstarted, starts]) {
            path.forgetRecordedStarts();
            await path.coordinate(some);
          }

          expectEachInOneManifest(path, messages.flat());
          expect([...path.started].sort()).toEqual([...new Set(path.requests.map(({ id }) => id))].sort());
          expect(new Set(path.requests.map(({ id }) => id)).size).toBe(path.published().size);
        },
      ),
      { numRuns: 1_000, seed: jest.getSeed() },
    );
  }, 300_000);

  it("should publish an identity again only after the dedupe horizon", async () => {
    const dedupeHorizonMs = 100;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.array(objectNumber, { minLength: 1, maxLength: 5 }), fc.integer({ min: 1, max: 80 })), {
          maxLength: 20,
        }),
        async (arrivals) => {
          const path = createDataPath(settingsOf({ batchSize: 3, windowMs: 30, dedupeHorizonMs }), noPause);
          for (const [index, [objects, pauseMs]] of arrivals.entries()) {
            await path.deliver(objects.map((n, m) => objectMessage(`m${index}.${m}`, `in/${n}`)));
            path.advance(pauseMs);
            await path.sweep();
          }
          await settle(path, []);

          const sealedAt = new Map(path.requests.map(({ manifests, requestedAt }) => [manifests[0]?.uri, requestedAt]));
          const last = new Map<string, number>();
          for (const [uri, identities] of path.published()) {
            for (const identity of identities) {
              const before = last.get(identity) ?? Number.NEGATIVE_INFINITY;
              expect((sealedAt.get(uri) ?? 0) - before).toBeGreaterThan(dedupeHorizonMs);
              last.set(identity, sealedAt.get(uri) ?? 0);
            }
          }
          expect(new Set(last.keys()).size).toBe(new Set(arrivals.flatMap(([objects]) => objects)).size);
        },
      ),
      { numRuns: 300, seed: jest.getSeed() },
    );
  });
});

// Helpers

const objectNumber = fc.integer({ min: 0, max: 23 });

async function noPause(): Promise<void> {}

/** Redelivers what came back, then lets the clock run until nothing waits. */
async function settle(path: DataPath, returned: readonly Message[]): Promise<void> {
  if (returned.length > 0) await path.deliver(returned);
  for (let tick = 0; tick < 50; tick++) {
    path.advance(60_000);
    await path.sweep();
    const { open, pending } = await path.head();
    if (open.count === 0 && pending.length === 0) return;
  }
  throw new Error("the batches did not come to rest within 50 sweeps");
}

function expectEachInOneManifest(path: DataPath, delivered: readonly Message[]): void {
  const published = [...path.published().values()].flat().sort();
  const expected = [...new Set(delivered.map(({ body }) => identityIn(body)))].sort();
  expect(published).toEqual(expected);
  for (const [uri, listed] of path.manifests.published) expect(listed).toEqual(newestOfEach(lastEntry(path.manifests, uri)));
}

function identityIn(body: string): string {
  const { key, "version-id": version } = JSON.parse(body).detail.object;
  return `${version.length}:${version}${key}`;
}
