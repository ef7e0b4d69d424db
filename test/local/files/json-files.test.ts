import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { filePromotionStore } from "../../../local/files/file-stores";
import { BrokenFileError, lockFolder, readJson, readLines } from "../../../local/files/json-files";
import { readCandidates } from "../../../local/files/replay-record";
import { freshState } from "../../simulation/candidates";

const root = mkdtempSync(join(tmpdir(), "retrigger files-"));

afterAll(() => {
  rmSync(root, { recursive: true });
});

describe("lockFolder", () => {
  it("should refuse a second run in a folder, name the process, and let the next in when it is given back", async () => {
    const folder = join(root, "busy/.retrigger");
    const unlock = await lockFolder(folder);

    await expect(lockFolder(folder)).rejects.toThrow(
      `a run is going on in ${folder} (pid ${process.pid}); wait for its end, or stop it`,
    );
    await unlock();
    await (await lockFolder(folder))();

    expect(existsSync(`${folder}.lock`)).toBe(false);
  });

  it("should refuse a file that has the folder's name, and leave it and no lock", async () => {
    const folder = join(root, ".file");
    writeFileSync(folder, "notes");

    await expect(lockFolder(folder)).rejects.toThrow(
      `${folder} is a file, and a run needs a folder of that name; move the file away`,
    );

    expect([readFileSync(folder, "utf8"), existsSync(`${folder}.lock`)]).toEqual(["notes", false]);
  });

  it("should let one of several in that come at the same moment", async () => {
    for (let round = 0; round < 50; round++) {
      const all = await Promise.allSettled(Array.from({ length: 3 }, () => lockFolder(join(root, ".at-once"))));
      const locks = all.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
      expect(locks).toHaveLength(1);
      await locks[0]?.();
    }
  });

  it.each([
    ["of a process that is gone", String(spawnSync(process.execPath, ["-e", ""]).pid)],
    ["that a crash left empty", ""],
  ])("should take over a lock %s", async (_case, text) => {
    const folder = join(root, ".retrigger");
    writeFileSync(`${folder}.lock`, text);
    await (await lockFolder(folder))();
  });
});

describe("a broken file", () => {
  it("should be told by its name, and by the line", async () => {
    const path = join(root, "decisions.jsonl");
    writeFileSync(path, '{"a":1}\n{"a":\n');

    await expect(readLines(path)).rejects.toThrow(BrokenFileError);
    await expect(readLines(path)).rejects.toThrow(
      /^line 2 of .*decisions\.jsonl is broken \(.*\); npm start -- --fresh makes a new run$/,
    );
    await expect(readJson(path)).rejects.toThrow(/^.*decisions\.jsonl is broken/);
  });

  it.each([
    ["null", "✖ Invalid input"],
    ['{"a":[1]}', "✖ Invalid input"],
    ['{"flight-delay":{"version":1,"state":{"registry":"delays"}}}', '→ at ["flight-delay"].state.noticed'],
    ["\u001b[2J", "\\u001b"],
  ])("should be told where promotions are %j, and not be replaced", async (text, why) => {
    const folder = mkdtempSync(join(root, "promotions-"));
    const path = join(folder, "promotions.json");
    writeFileSync(path, text);
    const store = filePromotionStore(folder);

    for (const call of [() => store.load("flight-delay"), () => store.save("flight-delay", freshState(), 1)]) {
      await expect(call()).rejects.toThrow(BrokenFileError);
      await expect(call()).rejects.toThrow(why);
    }

    expect(readFileSync(path, "utf8")).toBe(text);
  });

  it.each(["null", '{"a":[1]}', "[]"])("should be told where a candidate's step is %s", async (line) => {
    const folder = mkdtempSync(join(root, "candidates-"));
    writeFileSync(join(folder, "candidates.jsonl"), `${line}\n`);

    await expect(readCandidates(folder)).rejects.toThrow(/^line 1 of .*candidates\.jsonl is broken \(✖ .*\); npm start -- --fresh/);
  });
});
