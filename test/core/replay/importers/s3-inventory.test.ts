import { s3Inventory } from "../../../../functions/core/replay/importers/s3-inventory";
import { describeGolden, readValid } from "./golden";

describe("s3Inventory", () => {
  describeGolden(s3Inventory);

  it("should name the data files of a manifest that has no rows behind it", () => {
    const manifest = JSON.stringify({
      fileFormat: "CSV",
      fileSchema: "Bucket, Key, LastModifiedDate",
      files: [{ key: "data/a.csv.gz" }],
    });

    expect(s3Inventory.detects(manifest)).toBe(true);
    expect(readValid(s3Inventory, manifest).problems).toEqual([
      expect.stringMatching(/got a manifest without rows; .*"data\/a.csv.gz"$/),
    ]);
  });

  it.each([
    { text: '{"fileFormat":"ORC","fileSchema":"struct<bucket:string,key:string>"}', format: "ORC" },
    { text: "ORC\u0001\u0002", format: "ORC" },
    { text: "PAR1\u0015\u0004", format: "Parquet" },
  ])("should refuse $format, and say what to do", ({ text, format }) => {
    expect(s3Inventory.detects(text)).toBe(true);
    expect(readValid(s3Inventory, text)).toMatchObject({
      lines: [],
      problems: [expect.stringMatching(`^got an inventory in ${format}, .*choose CSV .* or list by aws s3api`)],
    });
  });

  it("should refuse rows without dates", () => {
    expect(readValid(s3Inventory, '"flights","a.csv","10"\n').problems).toEqual([
      expect.stringContaining("choose it among the inventory"),
    ]);
    expect(s3Inventory.detects('"flights","a.csv","10"\n')).toBe(false);
  });

  it("should read rows without sizes, and say that they are missing", () => {
    const { lines, missing } = readValid(s3Inventory, '"flights","a.csv","2026-11-01T02:00:04.000Z"\n');

    expect(lines).toEqual([{ type: "landed", model: "flight-delay", at: Date.parse("2026-11-01T02:00:04Z"), key: "a.csv" }]);
    expect(missing).toContain("The inventory has no sizes: choose Size among its fields where bytes matter.");
  });

  it.each([
    { row: '"flights","%E0%A4%A","1","2026-11-01T02:00:04Z"', problem: /^row 2: got the key "%E0%A4%A"; .*URL-encoded/ },
    { row: '"flights","b.csv","-1","2026-11-01T02:00:04Z"', problem: /^row 2: got the size -1/ },
    { row: '"flights","b.csv","1","2026-11-01T02:00:04"', problem: /^row 2: .*--timezone/ },
    { row: '"flights","b.csv"', problem: /^row 2: got 2 values; expected at least 4/ },
    { row: '"flights","b.csv","1","2026-1', problem: /^row 2: .*does not end.*cut short/ },
  ])("should refuse the row $row, and keep those before it", ({ row, problem }) => {
    const rows = ['"flights","a.csv","1","2026-11-01T02:00:04Z"', row].join("\r\n");

    const { lines, problems } = readValid(s3Inventory, rows);

    expect(lines).toMatchObject([{ key: "a.csv" }]);
    expect(problems).toEqual([expect.stringMatching(problem)]);
  });

  it("should take keys of two buckets for two objects, and rows that are there twice for one", () => {
    const rows = ["one", "two", "one"].map((bucket) => `"bucket-${bucket}","a.csv","1","2026-11-01T02:00:04Z"`).join("\n");

    const { lines, problems } = readValid(s3Inventory, rows);

    expect(lines).toHaveLength(2);
    expect(problems).toEqual([expect.stringMatching(/count once: 1 left out$/)]);
  });

  it("should not take a table of errors for an inventory", () => {
    expect(s3Inventory.detects("at,error,rows\n2026-11-01T00:00:00Z,0.1,100\n")).toBe(false);
  });
});
