import type { BatchStore } from "../../functions/core/batching/batch";
import { describeAppend } from "./batch-store/append";
import { describeCarry } from "./batch-store/carry";
import { describeCloseAndRetain } from "./batch-store/close-and-retain";
import type { Should, Writers } from "./batch-store/samples";
import { describeSealAndRead } from "./batch-store/seal-and-read";
import { describeSize } from "./batch-store/size";
import { describeTransitions } from "./batch-store/transitions";

export interface BatchStoreContract {
  readonly name: string;
  /** A store without any batch. */
  readonly create: () => BatchStore | Promise<BatchStore>;
  /** A second writer on the state of the store that was created last, as another instance of a function is one. */
  readonly reopen?: () => BatchStore;
  /** Where an adapter departs from the contract: the exact names of the tests, and why. */
  readonly skip?: { readonly reason: string; readonly tests: readonly string[] };
}

/** The contract of the `BatchStore` port. Every adapter's test is one call. */
export function describeBatchStore({ name, create, reopen, skip }: BatchStoreContract): void {
  describe(`BatchStore: ${name}`, () => {
    let writers: Writers | undefined;
    const unknown = new Set(skip?.tests);

    beforeEach(async () => {
      const store = await create();
      writers = { store, other: reopen?.() ?? store };
    });

    const should: Should = (behaviour, body) => {
      const test = () => body(writers ?? uncreated());
      if (unknown.delete(`should ${behaviour}`)) it.skip(`should ${behaviour} (skipped: ${skip?.reason})`, test);
      else it(`should ${behaviour}`, test);
    };

    describeAppend(should);
    describeSize(should);
    describeSealAndRead(should);
    describeCarry(should);
    describeCloseAndRetain(should);
    describeTransitions(should);

    if (unknown.size > 0) throw new Error(`no test of the contract is named ${[...unknown].join(", ")}; correct the names in skip`);
  });
}

function uncreated(): never {
  throw new Error("the stores exist only inside of a test");
}
