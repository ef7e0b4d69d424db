import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { historyFormats, importHistory } from "../../../cli/commands/import-history";
import { painter } from "../../../cli/printout";
import { IMPORTERS } from "../../../functions/core/replay/importers/registry";

const EXAMPLES = join(__dirname, "../../../docs/examples/history");
const FILES = ["airflow-runs.json", "landings.jsonl", "error.csv"].map((file) => join(EXAMPLES, file));
const MODEL = { model: "flight-delay" };
const PLAIN = painter(false);

describe("importHistory", () => {
  it("should tell of the examples what was recognised, what is there, and what is missing", async () => {
    const { text, data, isRefused } = await importHistory(FILES, MODEL, PLAIN);

    expect(isRefused).toBe(false);
    expect(text).toContain("airflow-runs.json: airflow-dag-runs, 53 lines");
    expect(text).toContain("728 landed, 26 schedule, 27 run, 2,313 quality");
    expect(text).toContain("label delay  not known");
    expect(text).toContain("not known: no cost of a run");
    expect(data).toMatchObject({ copies: 0, models: [{ model: "flight-delay", objects: 9_010, gaps: [], runsWithoutEnd: 0 }] });
  });

  it("should write what it reads again as the same history", async () => {
    const output = join(folder(), "history.jsonl");

    const first = await importHistory(FILES, { ...MODEL, output }, PLAIN);
    const second = await importHistory([output], {}, PLAIN);

    expect(first.text).toContain(`wrote ${output}`);
    expect(Reflect.get(second.data as object, "models")).toEqual(Reflect.get(first.data as object, "models"));
    expect(readdirSync(dirname(output))).toEqual(["history.jsonl"]);
  });

  it("should read a file whose name is that of the output with an ending, and leave it as it is", async () => {
    const output = join(folder(), "history.jsonl");
    const text = '{"type":"landed","model":"churn","at":1}\n';
    writeFileSync(`${output}.part`, text);

    const { isRefused } = await importHistory([`${output}.part`], { output }, PLAIN);

    expect(isRefused).toBe(false);
    expect(readFileSync(`${output}.part`, "utf8")).toBe(text);
    expect(readFileSync(output, "utf8")).toContain("churn");
  });

  it("should refuse an output without a name", async () => {
    await expect(importHistory(FILES, { ...MODEL, output: "" }, PLAIN)).rejects.toThrow("--output: got no name");
  });

  it("should write to the standard output line by line", async () => {
    const { lines } = await importHistory([join(EXAMPLES, "no-error/history.jsonl")], { output: "-" }, PLAIN);

    for await (const line of lines ?? []) {
      expect(JSON.parse(line)).toMatchObject({ type: "landed", at: "2026-04-06T01:02:07.000Z" });
      break;
    }
    expect(lines).toBeDefined();
  });

  it("should leave neither a part nor what was there before, when a file is broken", async () => {
    const output = join(folder(), "history.jsonl");
    const broken = join(folder(), "broken.jsonl");
    writeFileSync(output, "before");
    writeFileSync(broken, '{"type":"landed","model":"churn","at":1}\n{');

    await expect(importHistory([broken], { output }, PLAIN)).rejects.toThrow(`${broken}:2: not JSON`);

    expect(readFileSync(output, "utf8")).toBe("before");
    expect(readdirSync(dirname(output))).toEqual(["history.jsonl"]);
  });

  it("should tell the first twenty problems of a file, and how many more there are, and be refused where nothing was left", async () => {
    const file = join(folder(), "error.csv");
    writeFileSync(file, `at,error\n${"2026-11-01T00:00:00Z,12%\n".repeat(50)}`);

    const { text, isRefused } = await importHistory([file], MODEL, PLAIN);

    expect(isRefused).toBe(true);
    expect(text.match(/left out: line/g)).toHaveLength(20);
    expect(text).toContain("left out: 30 more");
  });

  it("should obey nothing that stands in a file", async () => {
    const file = join(folder(), "error.csv");
    writeFileSync(file, "at,error\n\u001b[2J,\u009b1\u202e\n");

    const { text } = await importHistory([file], MODEL, PLAIN);

    expect(text.replaceAll("\n", "")).toMatch(/^[^\p{Cc}\p{Bidi_Control}]*$/u);
  });

  it.each([
    [{ model: "Flight Delay" }, "--model Flight Delay: expected 1 to 40"],
    [{ ...MODEL, timezone: "Europe/Berlin" }, "--timezone Europe/Berlin: expected an offset"],
    [{ ...MODEL, output: FILES[0] ?? "" }, "it is read, too; name another file"],
    [{ ...MODEL, output: join(EXAMPLES, "no-such-folder", "out.jsonl") }, "there is no such folder; make it"],
    [{ ...MODEL, output: join(FILES[0] ?? "", "out.jsonl") }, "it names a file as a folder"],
    [{ ...MODEL, output: mkdtempSync(join(tmpdir(), "taken-")) }, "it is no file but a folder; name a file"],
    [{ ...MODEL, output: "/dev/null" }, "it is no file but a device; name a file"],
    [{ ...MODEL, format: "mlflow" }, "--format mlflow: no such format"],
  ])("should refuse %j", async (flags, why) => {
    await expect(importHistory(FILES, flags, PLAIN)).rejects.toThrow(why);
  });
});

describe("importHistory of the standard input", () => {
  it("should refuse to read it twice", async () => {
    await expect(importHistory(["-", "-"], MODEL, PLAIN)).rejects.toThrow("which is read once");
  });
});

describe("historyFormats", () => {
  it("should list every format, each of which docs/history.md explains", () => {
    const page = readFileSync(join(__dirname, "../../../docs/history.md"), "utf8");

    const { text } = historyFormats();

    // A word that is longer, such as an address, is not torn apart.
    const wide = text.split("\n").filter((line) => line.length > 120);
    expect(wide.map((line) => line.trim().split(" ").length)).toEqual(wide.map(() => 1));
    for (const name of Object.keys(IMPORTERS)) {
      expect(text).toContain(`  ${name} `);
      expect(page).toContain(`\n### ${name}\n`);
    }
  });
});

// Helpers

function folder(): string {
  return mkdtempSync(join(tmpdir(), "import-history-"));
}
