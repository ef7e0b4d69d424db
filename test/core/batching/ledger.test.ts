import { identityOf, type LandedObject } from "../../../functions/core/batching/landed-object";
import {
  extendLedger,
  type Ledger,
  type LedgerEntry,
  type LedgerFile,
  ledgerSchema,
  PAGE_OBJECTS,
  removePublished,
} from "../../../functions/core/batching/ledger";

describe("extendLedger", () => {
  it("should continue the page while it has room, and link to it when it is full", () => {
    const half = PAGE_OBJECTS / 2;

    const first = extendLedger(undefined, entryOf(1, 100, half), 0);
    const second = extendLedger(fileOf(1, first), entryOf(2, 200, half), 0);
    const third = extendLedger(fileOf(2, second), entryOf(3, 300, 1), 0);

    expect(second.entries.map(({ generation }) => generation)).toEqual([1, 2]);
    expect(third.entries.map(({ generation }) => generation)).toEqual([3]);
    expect(third.older).toEqual([{ generation: 2, sealedAt: 200, deployment: "d" }]);
    expect(ledgerSchema.parse(JSON.parse(JSON.stringify(third)))).toEqual(third);
  });

  it("should leave out entries and pages from before the horizon", () => {
    const previous = { entries: [entryOf(5, 500, 1), entryOf(6, 600, 1)], older: [{ generation: 4, sealedAt: 400 }] };

    const next = extendLedger(fileOf(6, previous), entryOf(7, 700, 1), 550);

    expect(next.entries.map(({ generation }) => generation)).toEqual([6, 7]);
    expect(next.older).toEqual([]);
  });

  it("should keep a page that was completed at the last moment of the horizon", () => {
    const previous = { entries: [entryOf(6, 600, 1)], older: [{ generation: 4, sealedAt: 400 }] };

    expect(extendLedger(fileOf(6, previous), entryOf(7, 700, 1), 400).older).toEqual(previous.older);
    expect(extendLedger(fileOf(6, previous), entryOf(7, 700, 1), 401).older).toEqual([]);
  });

  it("should not link to a full page when nothing of it is within the horizon", () => {
    const previous = extendLedger(undefined, entryOf(1, 100, PAGE_OBJECTS), 0);

    const next = extendLedger(fileOf(1, previous), entryOf(2, 200, 1), 150);

    expect(next).toEqual({ entries: [entryOf(2, 200, 1)], older: [] });
  });
});

describe("removePublished", () => {
  it("should drop what was published at the cutoff or later, and keep what was published before", () => {
    const late = objectOf("late");
    const early = objectOf("early");
    const fresh = objectOf("fresh");
    const objects = new Map([late, early, fresh].map((object) => [identityOf(object), object]));
    const page = {
      entries: [
        { generation: 1, sealedAt: 99, objects: [early] },
        { generation: 2, sealedAt: 100, objects: [late] },
      ],
      older: [],
    };

    removePublished(objects, page, 100);

    expect([...objects.values()]).toEqual([early, fresh]);
  });
});

describe("identityOf", () => {
  it("should tell apart versions and keys that read alike when joined", () => {
    const a = identityOf({ key: "2/x", version: "1", bytes: 0 });
    const b = identityOf({ key: "/x", version: "12", bytes: 0 });
    const c = identityOf({ key: "x", version: "1\n2/", bytes: 0 });

    expect(new Set([a, b, c]).size).toBe(3);
  });
});

// Helpers

function fileOf(generation: number, ledger: Ledger): LedgerFile {
  return { of: { generation, sealedAt: ledger.entries.at(-1)?.sealedAt ?? 0, deployment: "d" }, ledger };
}

function entryOf(generation: number, sealedAt: number, count: number): LedgerEntry {
  return { generation, sealedAt, objects: Array.from({ length: count }, (_, index) => objectOf(`${generation}/${index}`)) };
}

function objectOf(key: string): LandedObject {
  return { key, version: "v1", bytes: 1 };
}
