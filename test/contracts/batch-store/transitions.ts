import * as fc from "fast-check";
import { type BatchStore, FIRST_HEAD, MAX_PENDING, type OpenBatch, type SealedBatch } from "../../../functions/core/batching/batch";
import {
  appendStep,
  carryStep,
  closeStep,
  isPending,
  raiseStep,
  retainStep,
  sealStep,
} from "../../../functions/core/batching/batch-transitions";
import { MODEL, PUBLISHED, range, type Should, segmentOf, TERMS } from "./samples";

/** Whatever steps come, in whatever order and however late: the stored head is the one that the transitions of core give. */
export function describeTransitions(should: Should): void {
  describe("transitions", () => {
    should("give the head of the transitions after every step of any sequence", async ({ store, other }) => {
      let runs = 0;
      await fc.assert(
        fc.asyncProperty(stepsArbitrary(), async (steps) => {
          await follow(`${MODEL}-${++runs}`, [store, other], steps);
        }),
        { numRuns: 20 },
      );
    });

    should("do so where as many wait as may", async ({ store, other }) => {
      const crowd = range(MAX_PENDING + 1).map((n): Step => ({ ...STEP, at: n }));
      let runs = 0;
      await fc.assert(
        fc.asyncProperty(stepsArbitrary(), async (steps) => {
          await follow(`${MODEL}-${++runs}`, [store, other], [...crowd, ...steps]);
        }),
        { numRuns: 2 },
      );
    });

    should("expire by the segment that may be removed first, also when the retention was shortened", async ({ store }) => {
      await store.append(MODEL, 1, segmentOf("a", 3), TERMS, 1_000);
      await store.append(MODEL, 1, segmentOf("b", 3), { ...TERMS, retentionMs: 500 }, 2_000);
      await store.append(MODEL, 1, segmentOf("c", 3), TERMS, 3_000);

      expect((await store.readHead(MODEL)).open).toMatchObject({ openedAt: 1_000, lastAppendAt: 3_000, expiresAt: 2_500 });
    });

    should("let the segments of an empty batch be", async ({ store }) => {
      const { open } = await store.readHead(MODEL);
      await store.retain(MODEL, open, 700_000);

      expect(await store.readHead(MODEL)).toEqual(FIRST_HEAD);
    });

    should("not take a batch for retained whose segments are not all", async ({ store, other }) => {
      // Arrange
      await store.append(MODEL, 1, segmentOf("a", 3), TERMS, 1_000);
      await store.seal(MODEL, 1, "window", TERMS, 2_000);
      await store.append(MODEL, 2, segmentOf("b", 3), TERMS, 3_000);
      const before = await store.readHead(MODEL);
      const [batch] = before.pending;
      if (batch === undefined) throw new Error("no batch is pending");
      await other.carry(MODEL, batch, 2, 3);

      // Act
      await store.retain(MODEL, before.open, 700_000);

      // Assert
      expect((await store.readHead(MODEL)).open).toMatchObject({ carried: [1], expiresAt: 101_000 });
    });
  });
}

// Helpers

/** A step, of which each type uses what it needs; `offset` and `chosen` also name batches that are gone or not there yet. */
interface Step {
  readonly type: "append" | "seal" | "carry" | "raise" | "close" | "retain";
  readonly isByOther: boolean;
  readonly offset: number;
  readonly chosen: number;
  readonly added: number;
  readonly batchSize: number;
  readonly retentionMs: number;
  readonly at: number;
}

/** Fills the open batch, if there is room for one more that waits. */
const STEP = { type: "append", isByOther: false, offset: 0, chosen: 0, added: 1, batchSize: 1, retentionMs: 1_000, at: 0 } as const;

function stepsArbitrary(): fc.Arbitrary<Step[]> {
  const often = (offset: number) => ({ arbitrary: fc.constant(offset), weight: 8 });
  const rarely = { arbitrary: fc.constantFrom(-1, 1), weight: 1 };
  const step = fc.record({
    type: fc.constantFrom("append", "append", "seal", "carry", "raise", "close", "retain"),
    isByOther: fc.boolean(),
    offset: fc.oneof(often(0), rarely),
    chosen: fc.nat({ max: 100 }),
    added: fc.nat({ max: 4 }),
    batchSize: fc.constantFrom(3, 8, 1_000),
    retentionMs: fc.constantFrom(1_000, 10_000),
    at: fc.nat({ max: 5_000 }),
  });
  return fc.array(step, { minLength: 5, maxLength: 25, size: "max" });
}

let segments = 0;

/** Takes the steps on the stores and on a head, and compares after each. */
async function follow(model: string, [store, other]: readonly [BatchStore, BatchStore], steps: readonly Step[]): Promise<void> {
  let head = FIRST_HEAD;
  const opened: OpenBatch[] = [];
  const sealed: SealedBatch[] = [];
  for (const step of steps) {
    const { type, isByOther, offset, chosen, added, at } = step;
    const terms = { ...TERMS, batchSize: step.batchSize, retentionMs: step.retentionMs };
    const writer = isByOther ? other : store;
    const generation = head.open.generation + offset;
    // Newest first: an old one is mostly gone.
    const batch = sealed.toReversed()[chosen % Math.max(1, Math.min(sealed.length, 4))];
    opened.push(head.open);

    switch (type) {
      case "append": {
        const outcome = await writer.append(model, generation, segmentOf(`s${++segments}`, added), terms, at);
        const appended = offset === 0 ? appendStep(head, added, terms, at) : undefined;
        expect(outcome).toEqual(
          appended === undefined
            ? { outcome: "stale", generation: head.open.generation }
            : { outcome: "appended", isSealed: appended.isSealed },
        );
        head = appended?.next ?? head;
        break;
      }
      case "seal": {
        const next = sealStep(head, generation, "window", terms, at);
        expect(await writer.seal(model, generation, "window", terms, at)).toBe(next !== undefined);
        head = next ?? head;
        break;
      }
      case "carry": {
        // No batch is carried into itself.
        if (batch === undefined || batch.generation === generation) break;
        const next = carryStep(head, batch, generation, added);
        expect(await writer.carry(model, batch, generation, added)).toBe(next !== undefined || !isPending(head, batch));
        head = next ?? head;
        break;
      }
      case "raise": {
        if (batch === undefined) break;
        const published = { generation: batch.generation + chosen, sealedAt: at, deployment: PUBLISHED.publishedBy };
        await writer.raise(model, batch, batch.generation + chosen + 1, published);
        head = raiseStep(head, batch, batch.generation + chosen + 1, published) ?? head;
        break;
      }
      case "close": {
        if (batch === undefined) break;
        const end = added === 0 ? "empty" : PUBLISHED;
        await writer.close(model, batch, end);
        head = closeStep(head, batch, end) ?? head;
        break;
      }
      case "retain": {
        const kept = chosen % 2 === 0 ? batch : opened.toReversed()[chosen % Math.min(opened.length, 4)];
        if (kept === undefined) break;
        await writer.retain(model, kept, at + 2_000);
        head = retainStep(head, kept, at + 2_000) ?? head;
      }
    }
    sealed.push(...head.pending.filter((pending) => !sealed.includes(pending)));
    expect(await store.readHead(model)).toEqual(head);
  }
}
