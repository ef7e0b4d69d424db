// Lines of captured requests as endpoints write them; figures and names are invented.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { CapturedRow, NamedValues } from "../../../../functions/core/capture/lines/captured-row";
import { lineReader } from "../../../../functions/core/capture/lines/line-reader";

const FIXTURES = join(__dirname, "fixtures");

const HOUSES = ["longitude", "latitude", "rooms"];
const FIRST = { longitude: -120.5, latitude: 36.9, rooms: 3100 };
const SECOND = { longitude: -117.1, latitude: 32.9, rooms: 3600 };

describe("payloads that hold rows as columns, or wrap them", () => {
  const read = lineReader({ format: "sagemaker", columns: HOUSES });
  const readings = linesOf("rows-as-columns.jsonl").map((line) => rowsOrReason(() => read(line).rows));
  const [, , , columnar, , text, , , one, , frame, ...others] = readings;

  it.each([1, 2, 3, 5, 7, 8, 10])("should be two rows of all columns, line %d", (number) => {
    expect(readings[number - 1]).toMatchObject([FIRST, SECOND]);
  });

  it("should be two rows where a column is missing", () => {
    expect([columnar, frame].map((rows) => Array.isArray(rows) && rows.map(({ longitude, rooms }) => [longitude, rooms]))).toEqual(
      Array(2).fill([
        [FIRST.longitude, undefined],
        [SECOND.longitude, undefined],
      ]),
    );
  });

  it("should be the one row that is there, or unreadable with its reason", () => {
    expect([one, text, others]).toEqual([
      [{ ...FIRST, score: 0.01 }],
      "got 1 values without names, expected 3, as columns has them",
      [],
    ]);
  });

  it("should each have their output", () => {
    const answers = readings.flatMap((rows) => (Array.isArray(rows) ? [rows.map((row) => row.prediction ?? row.score)] : []));

    expect(answers).toEqual([...Array(5).fill([1.5, 2.5]), [0.01, 0.9], [0, 1], [0.01], [0.1, 0.2], [0, 1]]);
  });

  it.each([
    { file: "columns-0.jsonl", longitude: -119, rooms: 3_000 },
    { file: "columns-1.jsonl", longitude: -114, rooms: 18_000 },
  ])("should be numbers of every column, $file", ({ file, longitude, rooms }) => {
    const rows = linesOf(file).flatMap((line) => read(line).rows.map(flat));

    expect(rows).toHaveLength(260);
    expect(rows.every((row) => [...HOUSES, "prediction"].every((name) => typeof row[name] === "number"))).toBe(true);
    expect(Math.abs(meanOf(rows, "longitude") - longitude)).toBeLessThan(1);
    expect(Math.abs(meanOf(rows, "rooms") - rooms)).toBeLessThan(1_000);
  });
});

describe("payloads with NaN", () => {
  const read = lineReader({ format: "sagemaker", columns: ["a", "b", "c"] });
  const rowsOf = (file: string) => linesOf(file).flatMap((line) => read(line).rows.map(flat));

  it("should be read as those with null", () => {
    expect(rowsOf("nan-40.jsonl")).toEqual(rowsOf("null-40.jsonl"));
    expect(rowsOf("nan-40.jsonl").filter(({ a }) => a === null)).toHaveLength(linesWith("nan-40.jsonl", "NaN"));
  });

  it("should be read as others where there is none", () => {
    expect(rowsOf("nan-0.jsonl").filter((row) => Object.values(row).every((value) => typeof value === "number"))).toHaveLength(400);
  });
});

describe("payloads in every encoding", () => {
  const read = lineReader({ format: "sagemaker", columns: ["a", "b", "c"] });
  const names = readFileSync(join(FIXTURES, "encodings-names.txt"), "utf8").trimEnd().split("\n");
  const readings = linesOf("encodings.jsonl").map((line, index) => ({
    what: names[index],
    rows: rowsOrReason(() => read(line).rows),
  }));

  it.each(readings.map(({ what, rows }, index) => ({ line: index + 1, what, rows })))(
    "should be read, or unreadable with a reason: $what",
    ({ line, rows }) => {
      const isUnreadable = [10, 11, 12, 13, 14, 15, 18, 20, 33, 34, 35].includes(line);

      expect(typeof rows).toBe(isUnreadable ? "string" : "object");
      expect(rows).not.toHaveLength(0);
    },
  );

  it("should have the values that were sent", () => {
    const valuesOf = (line: number) => {
      const rows = readings[line - 1]?.rows;
      return Array.isArray(rows)
        ? rows.map(({ a, b, c }) => [a, b, c].map((value) => (value === null ? null : Number(value))))
        : [];
    };

    const [one, two] = [
      [1, 2, 3],
      [4, 5, 6],
    ];
    expect([2, 3, 9, 31].map(valuesOf)).toEqual(Array(4).fill([one, two]));
    expect([4, 6, 8, 16, 17, 21, 22, 23, 24, 25, 26, 27, 32, 36, 37].map(valuesOf)).toEqual(Array(15).fill([one]));
    expect([valuesOf(5), valuesOf(7)]).toEqual([[[1, null, 3]], [[1, null, 3], one]]);
  });
});

// Helpers

function linesOf(file: string): string[] {
  return readFileSync(join(FIXTURES, file), "utf8").trimEnd().split("\n");
}

function linesWith(file: string, text: string): number {
  return linesOf(file).filter((line) => line.includes(text)).length;
}

function rowsOrReason(read: () => readonly CapturedRow[]): Record<string, unknown>[] | string {
  try {
    return read().map(flat);
  } catch (error) {
    return error instanceof Error ? error.message : "";
  }
}

function flat({ inputs, outputs }: CapturedRow): Record<string, unknown> {
  const entries = (side: NamedValues | undefined) => side?.values.map((value, index) => [side.names[index] ?? "", value]) ?? [];
  return Object.fromEntries([...entries(inputs), ...entries(outputs)]);
}

function meanOf(rows: readonly Record<string, unknown>[], name: string): number {
  return rows.reduce((sum, row) => sum + Number(row[name]), 0) / rows.length;
}
