import { linkSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { refuseOverwriting, refuseReadOnce } from "../../../cli/history/history-paths";

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "paths-"));
  file = join(folder, "history.jsonl");
  writeFileSync(file, "{}");
});

afterEach(() => rmSync(folder, { recursive: true }));

describe("refuseReadOnce", () => {
  it("should refuse streams, all at once, and say how they become a file", () => {
    expect(() => refuseReadOnce([file, "-", "/dev/null"])).toThrow(
      /- \(the standard input\), \/dev\/null: got a stream.*history import - --output/,
    );
  });

  it("should leave files, and whatever is not there, to who opens them", () => {
    expect(() => refuseReadOnce([file, join(folder, "none"), folder, join(file, "below"), "a".repeat(5_000)])).not.toThrow();
  });
});

describe("refuseOverwriting", () => {
  it("should refuse a file that is read, by whatever name", () => {
    const [soft, hard] = [join(folder, "soft"), join(folder, "hard")];
    symlinkSync(file, soft);
    linkSync(file, hard);

    for (const output of [file, soft, hard]) {
      expect(() => refuseOverwriting(output, ["-", file])).toThrow(`--output ${output}: it is read, too`);
    }
  });

  it("should refuse a file that is not there yet, and would be read", () => {
    expect(() => refuseOverwriting(join(folder, "none"), [join(folder, "none")])).toThrow("it is read, too");
  });

  it("should take another file, and a name that only looks like the standard input", () => {
    writeFileSync(join(folder, "other"), "{}");

    expect(() => refuseOverwriting(join(folder, "other"), ["-", file])).not.toThrow();
    expect(() => refuseOverwriting("-", ["-", file])).not.toThrow();
  });
});
