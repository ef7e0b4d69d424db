import { captureFolders, rememberedFolders } from "../../../functions/core/capture/capture-windows";
import { memoryCaptureStore } from "../../../functions/memory/capture";
import { HOUR_MS, MIDNIGHT } from "./captures";

const WINDOW = { start: MIDNIGHT + 22 * HOUR_MS, end: MIDNIGHT + 25 * HOUR_MS };

describe("captureFolders", () => {
  it("should name the folder of each hour, over midnight", async () => {
    expect(await foldersOf("s3://b/e/v/{yyyy}/{mm}/{dd}/{hh}/")).toEqual([
      "s3://b/e/v/2026/11/21/22/",
      "s3://b/e/v/2026/11/21/23/",
      "s3://b/e/v/2026/11/22/00/",
    ]);
  });

  it("should name a folder that holds several hours once", async () => {
    expect(await foldersOf("gs://b/{yyyy}-{mm}-{dd}/")).toEqual(["gs://b/2026-11-21/", "gs://b/2026-11-22/"]);
  });

  it("should expand stars of one level each, before and behind the hour", async () => {
    const uris = ["e/blue/22/x/1", "e/green-1/22/y/1", "e/green-1/22/z/1", "e/green-1/file", "f/blue/22/x/1"].map(
      (key) => `s3://b/${key}`,
    );

    expect(await foldersOf("s3://b/e/*/22/*/", uris)).toEqual([
      "s3://b/e/blue/22/x/",
      "s3://b/e/green-1/22/y/",
      "s3://b/e/green-1/22/z/",
    ]);
    expect(await foldersOf("s3://b/e/gr*n-*/22/", uris)).toEqual(["s3://b/e/green-1/22/"]);
  });

  it.each([
    { level: "*", names: ["a", "ab", "b"] },
    { level: "a*", names: ["a", "ab"] },
    { level: "*b", names: ["ab", "b"] },
    { level: "a*b", names: ["ab"] },
    { level: "ab*b", names: [] },
    { level: "*a*b*", names: ["ab"] },
    { level: ".*", names: [] },
  ])("should match $level with $names", async ({ level, names }) => {
    const uris = ["a", "ab", "b"].map((name) => `s3://bucket/${name}/file`);

    expect(await foldersOf(`s3://bucket/${level}/`, uris)).toEqual(names.map((name) => `s3://bucket/${name}/`));
  });

  it("should take a star in a folder's own name as it is", async () => {
    const uris = ["s3://b/*/x/1", "s3://b/c/x/1"];

    expect(await foldersOf("s3://b/*/x/", uris)).toEqual(["s3://b/*/x/", "s3://b/c/x/"]);
  });

  it("should ask for the same folder once", async () => {
    const asked: string[] = [];
    const folders = rememberedFolders({
      async folders(prefix) {
        asked.push(prefix);
        return ["v/"];
      },
    });

    await captureFolders("s3://b/*/{yyyy}/{mm}/{dd}/{hh}/", WINDOW, folders);

    expect(asked).toEqual(["s3://b/"]);
  });
});

// Helpers

async function foldersOf(location: string, uris: readonly string[] = []): Promise<string[]> {
  const captures = memoryCaptureStore();
  for (const uri of uris) captures.objects.set(uri, "{}");
  return await captureFolders(location, WINDOW, rememberedFolders(captures));
}
