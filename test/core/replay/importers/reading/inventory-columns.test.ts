import { readManifest, recognisedColumns } from "../../../../../functions/core/replay/importers/reading/inventory-columns";

const DATE = "2026-11-01T02:00:04.000Z";

describe("recognisedColumns", () => {
  it.each([
    { row: ["b", "k", "10", DATE], columns: { key: 1, size: 2, time: 3 }, names: "Bucket, Key, Size, LastModifiedDate" },
    { row: ["b", "k", DATE, "etag"], columns: { key: 1, time: 2 }, names: "Bucket, Key, LastModifiedDate" },
    {
      row: ["b", "k", "v1", "true", "false", "10", DATE],
      columns: { key: 1, version: 2, isDeleteMarker: 4, size: 5, time: 6 },
      names: "Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size, LastModifiedDate",
    },
    {
      row: ["b", "k", "STANDARD", DATE, "2030-01-01T00:00:00Z"],
      columns: { key: 1, time: 3 },
      names: "Bucket, Key, (not used), LastModifiedDate",
    },
  ])("should recognise $names", ({ row, columns, names }) => {
    expect(recognisedColumns([row])).toEqual({ ...columns, names, ...(!("size" in columns) && { size: undefined }) });
  });

  it("should not be misled by a few broken rows", () => {
    const rows = [...Array.from({ length: 8 }, () => ["b", "k", "10", DATE]), ["b", "k", "x", "y"], ["b"]];

    expect(recognisedColumns(rows)).toMatchObject({ key: 1, size: 2, time: 3 });
  });

  it("should find none where nothing is a date", () => {
    expect(recognisedColumns([["b", "k", "10"]])).toBeUndefined();
    expect(recognisedColumns([])).toBeUndefined();
  });
});

describe("readManifest", () => {
  it("should take the columns where the schema has them", () => {
    const fileSchema = "Bucket, Key, VersionId, IsLatest, IsDeleteMarker, ETag, LastModifiedDate, Size";

    expect(readManifest({ fileFormat: "CSV", fileSchema, files: [{ key: "a" }, 7] })).toEqual({
      format: "CSV",
      files: ["a"],
      columns: { key: 1, version: 2, isDeleteMarker: 4, time: 6, size: 7, names: fileSchema },
    });
  });

  it("should have no columns for a schema without dates, and be none for other JSON", () => {
    expect(readManifest({ fileFormat: "CSV", fileSchema: "Bucket, Key" })).toEqual({ format: "CSV", files: [] });
    expect(readManifest({ Contents: [] })).toBeUndefined();
    expect(readManifest(null)).toBeUndefined();
  });
});
