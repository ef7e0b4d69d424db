import fc from "fast-check";
import { MAX_CLASSES, MOST_NUMBERED_CLASSES } from "../../../../functions/core/promotion/evaluation/outcome-columns";
import { MAX_TEXT_CHARS } from "../../../../functions/core/promotion/evaluation/prediction-line";
import { readPredictionTable } from "../../../../functions/core/promotion/evaluation/read-prediction-table";
import { rowIdHash } from "../../../../functions/core/promotion/evaluation/row-id-hash";
import { MAX_SLICE_COLUMNS, MAX_SLICES } from "../../../../functions/core/promotion/evaluation/slice-columns";
import { fnv1a } from "../../../../functions/core/request-ids";

describe("readPredictionTable", () => {
  it("should read a classification of two classes with its scores and slices, by ascending hash of the id", async () => {
    const rows = [
      { id: "a", label: "no", prediction: "yes", score: 0.7, slices: { country: "FR" } },
      { id: "b", label: "yes", prediction: "yes", score: 0.9, slices: { country: "DE" } },
      { id: "c", label: "no", prediction: "no" },
    ];

    const { table } = await read(rows);

    const order = ["a", "b", "c"].sort((a, b) => rowIdHash(a) - rowIdHash(b)).map((id) => rows.findIndex((row) => row.id === id));
    const by = (values: readonly number[]) => order.map((row) => values[row]);
    expect(table?.rows).toBe(3);
    expect(table?.classes).toEqual(["no", "yes"]);
    expect([...(table?.ids ?? [])]).toEqual(["a", "b", "c"].map(rowIdHash).sort((a, b) => a - b));
    expect([...(table?.labels ?? [])]).toEqual(by([0, 1, 0]));
    expect([...(table?.predictions ?? [])]).toEqual(by([1, 1, 0]));
    expect([...(table?.scores ?? [])]).toEqual(by([0.7, 0.9, Number.NaN]));
    expect(table?.slices.country?.names).toEqual(["", "DE", "FR"]);
    expect([...(table?.slices.country?.codes ?? [])]).toEqual(by([2, 1, 0]));
  });

  it("should read quantities as they are: numbers of which one is not whole", async () => {
    const { table } = await read([
      { id: 1, label: 3, prediction: 2.5 },
      { id: 2, label: 4, prediction: 4, score: 1 },
    ]);

    expect(table).not.toHaveProperty("classes");
    expect(table).not.toHaveProperty("scores");
    expect([...(table?.labels ?? [])].sort()).toEqual([3, 4]);
    expect([...(table?.predictions ?? [])].sort()).toEqual([2.5, 4]);
  });

  it.each([
    [MOST_NUMBERED_CLASSES, true],
    [MOST_NUMBERED_CLASSES + 1, false],
  ])("should take whole numbers with %i different labels for classes: %j", async (count, isClasses) => {
    const { table } = await read(Array.from({ length: 2 * count }, (_, id) => ({ id, label: id % count, prediction: 0 })));

    expect(table?.classes !== undefined).toBe(isClasses);
  });

  it("should take numbers that are written as texts for classes, however many", async () => {
    const { table } = await read(Array.from({ length: 100 }, (_, id) => ({ id, label: `${id}`, prediction: `${id}.0` })));

    expect(table?.classes).toHaveLength(100);
    expect(table?.labels).toEqual(table?.predictions);
  });

  it("should order classes of numbers by value, as scikit-learn does, and others as texts", async () => {
    const numbers = await read([10, 9, 2, -1].map((label, id) => ({ id, label, prediction: label })));
    const texts = await read(["b", "10", "9", "a"].map((label, id) => ({ id, label, prediction: label })));

    expect(numbers.table?.classes).toEqual(["-1", "2", "9", "10"]);
    expect(texts.table?.classes).toEqual(["10", "9", "a", "b"]);
  });

  it('should take 1 and "1", and 1.0 and "1.0", for one class, but 01 for another', async () => {
    const { table } = await read([
      { id: 1, label: 1, prediction: "1" },
      { id: 2, label: "1.0", prediction: 0 },
    ]);
    const codes = await read([{ id: 1, label: "01", prediction: "1" }]);

    expect(table?.classes).toEqual(["0", "1"]);
    expect(codes.table?.classes).toEqual(["01", "1"]);
  });

  it("should take true and false for classes", async () => {
    const { table } = await read([{ id: 1, label: true, prediction: false }]);

    expect(table?.classes).toEqual(["false", "true"]);
    expect([...(table?.labels ?? [])]).toEqual([1]);
  });

  it("should have no scores where no row has one, or there are other than two classes", async () => {
    const none = await read([{ id: 1, label: "a", prediction: "b", score: null }]);
    const three = await read(["a", "b", "c"].map((label, id) => ({ id, label, prediction: label, score: 0.5 })));

    expect(none.table).not.toHaveProperty("scores");
    expect(three.table).not.toHaveProperty("scores");
  });

  it("should name slices by the text of numbers, true and false", async () => {
    const { table } = await read([
      { id: 1, label: 0, prediction: 0, slices: { a: 7 } },
      { id: 2, label: 0, prediction: 0, slices: { a: true } },
    ]);

    expect(table?.slices.a?.names).toEqual(["7", "true"]);
  });

  it.each([
    ["NaN as score", '{"id":2,"label":0,"prediction":0,"score":NaN}', 'line 2: got "NaN" as score'],
    ["a text as score", '{"id":2,"label":0,"prediction":0,"score":"0.5"}', 'line 2: got "0.5" as score'],
    ["NaN as prediction", '{"id":2,"label":0,"prediction":NaN}', 'line 2: got "NaN" as prediction'],
    ["NaN as text", '{"id":2,"label":"nan","prediction":0}', 'line 2: got "nan" as label'],
    ["an endless label", '{"id":2,"label":1e999,"prediction":0}', "line 2: got Infinity as label"],
    ["no prediction", '{"id":2,"label":0}', "line 2: got no prediction"],
    ["null as label", '{"id":2,"label":null,"prediction":0}', "line 2: got null as label"],
    ["a list as prediction", '{"id":2,"label":0,"prediction":[0.1,0.9]}', "line 2: got a list as prediction"],
    ["no id", '{"label":0,"prediction":0}', "line 2: got no id"],
    ["an id again", '{"id":"1","label":0,"prediction":0}', "lines 1 and 2 have the same id"],
    ["a cut line", '{"id":2,"label":0,"pre', 'line 2: not JSON, or cut short: {"id":2,"label":0,"pre'],
    ["no object", "[2,0,0]", "line 2: got JSON that is no object"],
    ["an endless line", `{"id":2,"x":"${"x".repeat(40_000)}"`, "line 2: got 40014 characters, expected at most 32768"],
    ["slices of a list", '{"id":2,"label":0,"prediction":0,"slices":["FR"]}', "line 2: got a list as slices"],
    [
      "an object as slice",
      '{"id":2,"label":0,"prediction":0,"slices":{"a":{}}}',
      'line 2: got a slice of column "a" that is no text',
    ],
    ["a text beside numbers", '{"id":2,"label":"yes","prediction":0}', "numbers in line 1 and texts in line 2"],
    ["true beside numbers", '{"id":2,"label":0,"prediction":true}', "numbers in line 1 and true or false in line 2"],
    ["a control", '{"id":2,"label":"\\u001b","prediction":[]}\u001b[31m', "line 2: not JSON, or cut short:"],
  ])("should say what is wrong with %s, and in which line", async (_, line, problem) => {
    const reading = await readPredictionTable(streamed(['{"id":1,"label":0,"prediction":0}', line]));

    expect(reading.table).toBeUndefined();
    expect(reading.problem).toContain(problem);
    expect(reading.problem).toMatch(/^[^\p{Cc}]{1,400}$/u);
  });

  it("should say that a probability is no class, where labels are 0 and 1", async () => {
    const { problem } = await read([
      { id: 1, label: 0, prediction: 0 },
      { id: 2, label: 1, prediction: 0.83 },
    ]);

    expect(problem).toBe(
      "got labels of 0 and 1, and 0.83 as prediction in line 2: write the class as prediction, and what it was decided by as score",
    );
  });

  it("should refuse an empty file", async () => {
    expect((await read([])).problem).toBe("got no predictions, expected one for each row of the golden set");
  });

  it("should refuse more classes, slices and columns of slices than it keeps", async () => {
    const row = (id: number) => ({ id, label: "x", prediction: "x" });
    const classes = await read(Array.from({ length: MAX_CLASSES + 1 }, (_, id) => ({ id, label: `c${id}`, prediction: "c0" })));
    const slices = await read(Array.from({ length: MAX_SLICES + 1 }, (_, id) => ({ ...row(id), slices: { zip: `z${id}` } })));
    const names = Array.from({ length: MAX_SLICE_COLUMNS + 1 }, (_, index) => [`s${index}`, "x"]);
    const columns = await read([{ ...row(1), slices: Object.fromEntries(names) }]);
    const long = await read([{ ...row(1), slices: { ["x".repeat(MAX_TEXT_CHARS + 1)]: "x" } }]);

    expect(classes.problem).toContain(`got ${MAX_CLASSES + 1} classes or more, expected at most ${MAX_CLASSES}`);
    expect(slices.problem).toContain(`line ${MAX_SLICES}: got more than ${MAX_SLICES} slices of column "zip"`);
    expect(columns.problem).toContain(`got more than ${MAX_SLICE_COLUMNS} columns of slices, "s20" too`);
    expect(long.problem).toContain("expected 1 to 256 characters");
  });

  it("should look for no more classes than it keeps where quantities turn out to be classes", async () => {
    const quantities = Array.from({ length: 5_000 }, (_, id) => ({ id, label: id, prediction: id }));

    const { problem } = await read([...quantities, { id: "last", label: "1", prediction: 1 }]);

    expect(problem).toContain(`line 5001: got ${MAX_CLASSES + 1} classes or more`);
  });

  it("should keep every row of a file of thousands, with its slice, from whichever row on it is named", async () => {
    const rows = Array.from({ length: 5_000 }, (_, id) => ({
      id,
      label: id + 0.5,
      prediction: 2 * id,
      ...(id >= 3_000 && { slices: { late: `s${id % 7}` } }),
    }));

    const { table } = await read(rows);

    const places = rows.map(({ id }) => table?.ids.indexOf(rowIdHash(String(id))) ?? -1);
    expect(places.map((place) => table?.labels[place])).toEqual(rows.map(({ label }) => label));
    expect(places.map((place) => table?.predictions[place])).toEqual(rows.map(({ prediction }) => prediction));
    const { names = [], codes = [] } = table?.slices.late ?? {};
    expect(places.map((place) => names[codes[place] ?? -1])).toEqual(rows.map(({ slices }) => slices?.late ?? ""));
  });

  it("should stop at the first row too many, and not read on", async () => {
    let batches = 0;
    const batch = Array.from({ length: 100 }, (_, index) => index);
    async function* endless() {
      for (; ; batches++) yield batch.map((index) => `{"id":${batches * 100 + index},"label":0,"prediction":1}`);
    }

    const { problem } = await readPredictionTable(endless(), 1_000);

    expect(problem).toContain(`got more than 1000 predictions`);
    expect(batches).toBe(10);
  });

  it("should let through what the storage rejects with", async () => {
    const failure = new Error("reset");
    // biome-ignore lint/correctness/useYield: it fails before there is a line
    async function* broken(): AsyncGenerator<readonly string[]> {
      throw failure;
    }

    await expect(readPredictionTable(broken())).rejects.toBe(failure);
  });

  it("should be the same in whatever order the lines come, and however many come together", async () => {
    const rows = fc.oneof(
      rowsOf(fc.constantFrom("a", "1x", "9", "10")),
      rowsOf(fc.constantFrom(0, 1)),
      rowsOf(fc.double({ noNaN: true, noDefaultInfinity: true })),
    );
    await fc.assert(
      fc.asyncProperty(rows, fc.infiniteStream(fc.nat()), fc.integer({ min: 1, max: 7 }), async (given, random, size) => {
        const keyed = given.map((row) => ({ row, key: random.next().value }));
        const shuffled = keyed.sort((a, b) => a.key - b.key).map(({ row }) => row);

        expect((await read(shuffled, size)).table).toEqual((await read(given)).table);
      }),
      { seed: jest.getSeed() },
    );
  });

  it("should hold what each row said, under the hash of its id", async () => {
    await fc.assert(
      fc.asyncProperty(rowsOf(fc.constantFrom("no", "yes", "1x", "9", "10", "true", "ü")), async (given) => {
        const { table } = await read(given);

        for (const { id, label, prediction, slices } of given) {
          const place = table?.ids.indexOf(rowIdHash(id)) ?? -1;
          expect(table?.classes?.[table.labels[place] ?? -1]).toBe(label);
          expect(table?.classes?.[table.predictions[place] ?? -1]).toBe(prediction);
          for (const [column, slice] of Object.entries(slices)) {
            const { names, codes } = table?.slices[column] ?? { names: [], codes: [] };
            expect(names[codes[place] ?? -1]).toBe(slice);
          }
        }
      }),
      { seed: jest.getSeed() },
    );
  });
});

describe("rowIdHash", () => {
  it("should be FNV-1a of 64 bits, folded to 52", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (id) => {
        const whole = BigInt(`0x${fnv1a(id)}`);

        expect(BigInt(rowIdHash(id))).toBe((whole >> 52n) ^ (whole & (2n ** 52n - 1n)));
      }),
      { seed: jest.getSeed() },
    );
  });
});

// Helpers

interface Row {
  readonly id: string;
  readonly label: string | number;
  readonly prediction: string | number;
  readonly slices: Readonly<Record<string, string>>;
}

function rowsOf(outcome: fc.Arbitrary<string | number>): fc.Arbitrary<Row[]> {
  const slices = fc.dictionary(fc.constantFrom("country", "plan"), fc.constantFrom("x", "y", "z"));
  const row = fc.record({ id: fc.string({ minLength: 1, maxLength: 20 }), label: outcome, prediction: outcome, slices });
  return fc.uniqueArray(row, { selector: ({ id }) => id, minLength: 1, maxLength: 30 });
}

function read(rows: readonly object[], size = 1_000) {
  return readPredictionTable(
    streamed(
      rows.map((row) => JSON.stringify(row)),
      size,
    ),
  );
}

async function* streamed(lines: readonly string[], size = 1_000): AsyncGenerator<readonly string[]> {
  for (let from = 0; from < lines.length; from += size) yield lines.slice(from, from + size);
}
