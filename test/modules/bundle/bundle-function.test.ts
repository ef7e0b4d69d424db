import { readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { unzipSync } from "fflate";
import { bundleFunction, deterministicZip } from "../../../modules/bundle/bundle-function";
import { temporaryFolder } from "../temporary-project";

const ENTRY = "functions/entry.ts";

describe("bundleFunction", () => {
  it("should put the entry and what it imports into index.js, as a module that Lambda can load", () => {
    const { zipPath } = bundleFunction(projectOf(), ENTRY);

    const path = join(temporaryFolder({ "index.js": codeOf(zipPath) }), "index.js");
    const { handler }: { handler: () => string } = require(path);
    expect(handler()).toBe("hello from greeting");
  });

  it("should give the same bytes in every folder, and no trace of the folder", () => {
    const [one, other] = [projectOf(), projectOf()];

    const bundles = [one, other].map((project) => bundleFunction(project, ENTRY));

    expect(bundles[0]?.sha256).toBe(bundles[1]?.sha256);
    expect(codeOf(String(bundles[0]?.zipPath))).not.toContain(one);
  });

  it("should not build again what has not changed", () => {
    const project = projectOf();
    const first = bundleFunction(project, ENTRY);
    const built = statSync(first.zipPath);

    const second = bundleFunction(project, ENTRY);

    expect(second).toEqual(first);
    expect(statSync(second.zipPath)).toMatchObject({ ino: built.ino, mtimeMs: built.mtimeMs });
  });

  it.each([
    ["the entry changes", (project: string) => writeFileSync(join(project, ENTRY), "export const handler = () => 2;")],
    [
      "an imported file changes",
      (project: string) => writeFileSync(join(project, "functions/greeting.ts"), "export const greeting = 3;"),
    ],
  ])("should build anew when %s", (_case, change) => {
    const project = projectOf();
    const first = bundleFunction(project, ENTRY);
    change(project);

    const second = bundleFunction(project, ENTRY);

    expect(second.sha256).not.toBe(first.sha256);
  });

  it("should build anew when a dependency's version changes", () => {
    const project = projectOf();
    const record = () => readFileSync(join(project, "dist/functions/functions-entry/bundle.json"), "utf8");
    bundleFunction(project, ENTRY);
    const before = record();
    writeFileSync(join(project, "package-lock.json"), '{"changed":true}');

    bundleFunction(project, ENTRY);

    expect(record()).not.toBe(before);
  });

  it.each([
    ["gone", (zipPath: string) => rmSync(zipPath)],
    ["cut short", (zipPath: string) => truncateSync(zipPath, 10)],
  ])("should build anew when the zip is %s", (_case, damage) => {
    const project = projectOf();
    const first = bundleFunction(project, ENTRY);
    damage(first.zipPath);

    const second = bundleFunction(project, ENTRY);

    expect(second).toEqual(first);
    expect(codeOf(second.zipPath)).toContain("hello");
  });

  it("should say what is wrong with a source that cannot be bundled", () => {
    const project = temporaryFolder({ "package-lock.json": "{}", [ENTRY]: 'import "./nowhere";' });

    expect(() => bundleFunction(project, ENTRY)).toThrow(/Could not resolve "\.\/nowhere"/);
  });
});

describe("deterministicZip", () => {
  it("should hold the files", () => {
    const zip = deterministicZip({ "index.js": "exports.handler = 1;" });

    const files = unzipSync(zip);
    expect(Object.keys(files)).toEqual(["index.js"]);
    expect(new TextDecoder().decode(files["index.js"])).toBe("exports.handler = 1;");
  });

  it("should not depend on the order of the files", () => {
    expect(deterministicZip({ a: "1", b: "2" })).toEqual(deterministicZip({ b: "2", a: "1" }));
  });

  it("should mark a file as one that everybody may read, made on 1 January 1980", () => {
    const zip = Buffer.from(deterministicZip({ "index.js": "" }));

    // Offsets within the central directory's header: APPNOTE.TXT of PKWARE, section 4.3.12.
    const header = zip.indexOf("PK\x01\x02", "latin1");
    expect(zip.readUInt16LE(header + 12)).toBe(0);
    expect(zip.readUInt16LE(header + 14)).toBe((0 << 9) | (1 << 5) | 1);
    expect(zip.readUInt32LE(header + 38) >>> 16).toBe(0o100644);
  });
});

// Helpers

function projectOf(): string {
  return temporaryFolder({
    "package-lock.json": "{}",
    "functions/greeting.ts": 'export const greeting: string = "hello from greeting";',
    [ENTRY]: 'import { greeting } from "./greeting";\nexport const handler = () => greeting;',
  });
}

function codeOf(zipPath: string): string {
  return new TextDecoder().decode(unzipSync(readFileSync(zipPath))["index.js"]);
}
