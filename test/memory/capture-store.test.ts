import { memoryCaptureStore, memoryMonitorFiles } from "../../functions/memory/capture";

describe("memoryCaptureStore", () => {
  it("should list what starts with a prefix, sorted, and name the folders right below", async () => {
    const captures = memoryCaptureStore();
    for (const key of ["b/2", "a/x/1", "a/1", "ab/1", "a/x/2"]) captures.objects.set(`s3://t/${key}`, "{}");

    const uris: string[] = [];
    for await (const { uri } of captures.list("s3://t/a")) uris.push(uri);

    expect(uris).toEqual(["s3://t/a/1", "s3://t/a/x/1", "s3://t/a/x/2", "s3://t/ab/1"]);
    expect(await captures.folders("s3://t/")).toEqual(["a/", "ab/", "b/"]);
    expect(await captures.folders("s3://t/a/")).toEqual(["x/"]);
    expect(await captures.folders("s3://t/a/x/")).toEqual([]);
  });

  it("should read lines without empty ones, and reject where there is no object", async () => {
    const captures = memoryCaptureStore();
    captures.objects.set("s3://t/1", `${"1\n\n".repeat(250)}2`);

    const lines: string[] = [];
    for await (const some of captures.lines("s3://t/1")) lines.push(...some);

    expect(lines).toHaveLength(251);
    await expect(captures.lines("s3://t/2")[Symbol.asyncIterator]().next()).rejects.toThrow("there is no object s3://t/2");
  });
});

describe("memoryMonitorFiles", () => {
  it("should write a file once", async () => {
    const files = memoryMonitorFiles();

    expect(await files.create("s3://t/1", "first")).toBe(true);
    expect(await files.create("s3://t/1", "second")).toBe(false);

    expect([await files.read("s3://t/1"), await files.read("s3://t/2")]).toEqual(["first", undefined]);
    expect([await files.has("s3://t/1"), await files.has("s3://t/2")]).toEqual([true, false]);
  });
});
