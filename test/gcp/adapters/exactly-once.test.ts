import fc from "fast-check";
import { appendObjects } from "../../../functions/core/batching/collect-arrivals";
import { identityOf, type LandedObject } from "../../../functions/core/batching/landed-object";
import { publishBatches, sweepBatches } from "../../../functions/core/batching/publish-batches";
import type { TrainingRequest } from "../../../functions/core/training-request";
import { firestoreBatchStore } from "../../../functions/gcp/adapters/firestore/batch-store";
import { memoryRequestQueue } from "../../../functions/memory/coordination";
import { memoryManifestStore } from "../../../functions/memory/manifest-store";
import { memoryDeployment } from "../../../functions/memory/versioned-store";
import { describeWithFirestore, type TestFirestore } from "../../contracts/firestore-endpoint";
import { lastEntry, settingsOf } from "../../simulation/data-path";
import { DIED, type Fate, runProcess, type Step, unreliable } from "../../simulation/unreliable";
import { firestoreError, interceptCommits } from "./unreliable-firestore";

interface Delivery {
  readonly id: string;
  readonly objects: readonly LandedObject[];
}

describeWithFirestore("batching on Firestore, whatever crashes, fails, repeats or overtakes", (firestore) => {
  it("should put every delivered object into exactly one manifest", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.array(fc.array(fc.array(objectNumber, { minLength: 1, maxLength: 5 }), { maxLength: 4 }), {
          minLength: 1,
          maxLength: 4,
        }),
        fc.array(fate, { maxLength: 60 }),
        fc.integer({ min: 1, max: 7 }),
        async (scheduler, numbers, fates, batchSize) => {
          // Arrange
          const path = createPath(firestore(), batchSize, () => scheduler.schedule(Promise.resolve()));
          const rest = fates.values();
          const nextFate = () => rest.next().value ?? "fine";
          const instances = numbers.map((deliveries, i) => deliveries.map((some, d) => deliveryOf(`${i}.${d}`, some)));

          // Act
          const finished = await scheduler.waitFor(
            Promise.all([
              ...instances.map((deliveries) => path.deliver(deliveries, nextFate)),
              path.sweep(nextFate),
              path.sweep(nextFate),
            ]),
          );
          const redelivered = instances.filter((_, i) => !finished[i]);
          await scheduler.waitFor(Promise.all(redelivered.map((deliveries) => path.deliver(deliveries, () => "fine"))));
          await scheduler.waitFor(path.settle());

          // Assert
          const delivered = instances.flat().flatMap(({ objects }) => objects.map(identityOf));
          expect(path.published().sort()).toEqual([...new Set(delivered)].sort());
          expect(new Set(path.requests.map(({ id }) => id)).size).toBe(path.manifests.published.size);
        },
      ),
      { numRuns: 50, seed: jest.getSeed() },
    );
  }, 300_000);
});

// Helpers

const objectNumber = fc.integer({ min: 0, max: 23 });

const fate: fc.Arbitrary<Fate> = fc.oneof(
  { arbitrary: fc.constant<Fate>("fine"), weight: 8 },
  { arbitrary: fc.constant<Fate>("throws"), weight: 1 },
  { arbitrary: fc.constant<Fate>("dies"), weight: 1 },
);

function deliveryOf(id: string, numbers: readonly number[]): Delivery {
  return { id, objects: numbers.map((n) => ({ key: `in/${n >> 1}`, version: `v${n & 1}`, bytes: 10 })) };
}

/** Processes over one database, each with a client and a store of its own, whose commits fail, die or lose their responses. */
function createPath(firestore: TestFirestore, batchSize: number, pause: () => Promise<void>) {
  firestore.createDatabase();
  const settings = settingsOf({ batchSize });
  const manifests = memoryManifestStore();
  const requests: TrainingRequest[] = [];
  const queue = memoryRequestQueue(async (request) => {
    requests.push(request);
  });
  let now = 1_000_000;

  function portsOf(step: Step) {
    const client = firestore.createClient();
    const failing = (point: string) =>
      step(point).catch(() => {
        throw firestoreError(14);
      });
    interceptCommits(client, async (commit) => {
      await failing("before commit");
      const answer = await commit();
      await failing("after commit");
      return answer;
    });
    return {
      batches: firestoreBatchStore(client),
      deployment: memoryDeployment,
      manifests: unreliable(manifests, step),
      requests: unreliable(queue, step),
      log: () => undefined,
    };
  }

  /** Resolves to whether the process came to its end. */
  async function run(work: (ports: ReturnType<typeof portsOf>) => Promise<unknown>, nextFate: () => Fate): Promise<boolean> {
    const end = await runProcess((step) => work(portsOf(step)), nextFate, pause).catch(() => DIED);
    return end !== DIED;
  }

  return {
    deployment: memoryDeployment,
    manifests,
    requests,
    published: () => [...manifests.published.keys()].flatMap((uri) => lastEntry(manifests, uri)).map(identityOf),
    /** One instance that takes these deliveries one after the other. */
    deliver: (deliveries: readonly Delivery[], nextFate: () => Fate) =>
      run(async (ports) => {
        const hints = new Map<string, number>();
        for (const delivery of deliveries) {
          const { isSealed } = await appendObjects(
            ports.batches,
            hints,
            { model: settings.model, ...delivery },
            settings.batch,
            now,
          );
          if (isSealed) await publishBatches(ports, settings);
        }
      }, nextFate),
    sweep: (nextFate: () => Fate) => run((ports) => sweepBatches(ports, settings, now), nextFate),
    /** Lets the clock run until nothing waits. */
    async settle() {
      const store = firestoreBatchStore(firestore.createClient());
      for (let tick = 0; tick < 50; tick++) {
        now += 60_000;
        await run(
          (ports) => sweepBatches(ports, settings, now),
          () => "fine",
        );
        const { open, pending } = await store.readHead(settings.model);
        if (open.count === 0 && pending.length === 0) return;
      }
      throw new Error("the batches did not come to rest within 50 sweeps");
    },
  };
}
