import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { MAX_LINE_CHARS } from "../../../cli/history/history-file";
import { type HistoryOptions, openHistory } from "../../../cli/history/read-history";
import type { HistoryLine } from "../../../functions/core/replay/history-line";
import { historyLineText } from "../../../functions/core/replay/history-line-text";

const START = Date.parse("2026-11-01T00:00:00Z");
const HOUR_MS = 3_600_000;
const EXAMPLES = join(__dirname, "../../../docs/examples/history");

describe("openHistory", () => {
  it("should merge files of all formats in the order of time", async () => {
    const files = ["airflow-runs.json", "landings.jsonl", "error.csv"].map((file) => join(EXAMPLES, file));

    const { lines, history } = await readAll(files, { model: "flight-delay" });

    expect(lines).toHaveLength(3_094);
    expect(lines.map(({ at }) => at)).toEqual(lines.map(({ at }) => at).toSorted((a, b) => a - b));
    expect(history.files.map(({ format, lines, problems }) => [format, lines, problems])).toEqual([
      ["airflow-dag-runs", 53, []],
      ["history", 728, []],
      ["error-csv", 2_313, []],
    ]);
  });

  it.each(["needs-training", "steady", "no-error"])("should read the example %s without a problem", async (name) => {
    const { lines } = await readAll([join(EXAMPLES, name, "history.jsonl")]);

    expect(lines.length).toBeGreaterThan(100);
  });

  it("should read gzip by its first bytes, a byte order mark, CRLF, empty lines, and no end of the last line", async () => {
    const text = `\uFEFF${lineText(0)}\r\n\r\n  \n${lineText(1)}`;
    const plain = fileOf(text);
    const packed = fileOf(gzipSync(text));

    const [first, second] = [await readAll([plain]), await readAll([packed])];

    expect(first.lines.map(({ at }) => at)).toEqual([START, START + HOUR_MS]);
    expect(second.lines).toEqual(first.lines);
  });

  it("should leave out copies, and keep of a run the line that knows its end", async () => {
    const run = (more: object) => JSON.stringify({ type: "run", model: "churn", at: START, run: "r", status: "running", ...more });
    const other = JSON.stringify({ type: "landed", at: START, model: "churn", key: "other" });
    const first = fileOf([lineText(0), run({}), other, lineText(1)].join("\n"));
    const second = fileOf([lineText(0), run({ status: "failed", endedAt: START + 5 }), lineText(1), lineText(2)].join("\n"));

    const { lines, history } = await readAll([first, second]);

    expect(lines.map((line) => (line.type === "landed" ? line.key : line.type))).toEqual(["0", "other", "run", "1", "2"]);
    expect(lines.find(({ type }) => type === "run")).toMatchObject({ status: "failed", endedAt: START + 5 });
    expect(history.copies).toBe(3);
  });

  it("should put into order what is out of it by an hour, and refuse more with the place and both times", async () => {
    const near = fileOf([lineText(1), lineText(0), lineText(2)].join("\n"));
    const far = fileOf([lineText(2), lineText(0)].join("\n"));

    expect((await readAll([near])).lines.map(({ at }) => at)).toEqual([0, 1, 2].map((hour) => START + hour * HOUR_MS));
    await expect(readAll([far])).rejects.toThrow(
      `${far}:2: got 2026-11-01T00:00:00.000Z after 2026-11-01T02:00:00.000Z; lines may be out of order by an hour at most`,
    );
  });

  it("should tell the first twenty broken lines at once, with their places", async () => {
    const two = fileOf([lineText(0), "{", lineText(1), lineText(2).slice(0, -9)].join("\n"));
    const many = fileOf([lineText(0), ...Array.from({ length: 50 }, () => "{}")].join("\n"));

    await expect(readAll([two])).rejects.toThrow(new RegExp(`^${two}:2: not JSON[^\n]*\n${two}:4: not JSON, or cut short[^\n]*$`));
    await expect(readAll([many])).rejects.toThrow(new RegExp(`${many}:21: [^\n]*\nthere may be more$`));
  });

  it("should refuse a line without an end before it has read all of it", async () => {
    const file = fileOf(`${lineText(0)}\n{"type":"landed",${" ".repeat(MAX_LINE_CHARS)}`);

    await expect(readAll([file])).rejects.toThrow(`${file}:2: got a line of more than ${MAX_LINE_CHARS} characters`);
  });

  it("should give lines before it has read all of a file, and stop reading when nobody asks further", async () => {
    const lines = Array.from({ length: 20_000 }, (_, hour) => lineText(hour));
    const file = fileOf([...lines, "broken at its end"].join("\n"));

    let given = 0;
    for await (const _ of openHistory([{ path: file }])) if (++given === 1_000) break;

    expect(given).toBe(1_000);
    await expect(readAll([file])).rejects.toThrow(`${file}:20001: not JSON`);
  });

  it("should tell of gzip that is cut short", async () => {
    const packed = gzipSync(Array.from({ length: 500 }, (_, hour) => lineText(hour)).join("\n"));

    await expect(readAll([fileOf(packed.subarray(0, packed.length - 20))])).rejects.toThrow("is broken gzip");
  });

  it("should tell what to do for files that cannot be read", async () => {
    const unknown = fileOf("hello");
    const inventory = fileOf('"acme","incoming/a.csv","12","2026-11-01T00:00:00.000Z"\n');

    await expect(readAll([join(tmpdir(), "no-such-file.jsonl")])).rejects.toThrow("no-such-file.jsonl: no such file");
    await expect(readAll([tmpdir()])).rejects.toThrow("it is a folder; name its files");
    await expect(readAll([unknown])).rejects.toThrow(
      `${unknown}: its format is not known: it begins with "hello"; say it with --format`,
    );
    await expect(readAll([inventory])).rejects.toThrow("s3-inventory does not name the model; say it with --model");
    await expect(readAll([inventory], {}, "airflow")).rejects.toThrow("--format airflow: no such format");
  });

  it("should take the model of files that name none from those that do, else what the tool calls it", async () => {
    const [airflow, landings] = [join(EXAMPLES, "airflow-runs.json"), join(EXAMPLES, "landings.jsonl")];

    const modelsOf = async (paths: readonly string[]) => new Set((await readAll(paths)).lines.map(({ model }) => model));

    expect(await modelsOf([airflow])).toEqual(new Set(["flight-delay-training"]));
    expect(await modelsOf([airflow, landings])).toEqual(new Set(["flight-delay"]));
    const two = fileOf('{"type":"landed","model":"other","at":0}\n');
    await expect(readAll([airflow, landings, two])).rejects.toThrow("airflow-dag-runs does not name the model");
  });

  it("should read nothing of an empty file that is named as a history", async () => {
    expect((await readAll([fileOf("")], {}, "history")).lines).toEqual([]);
  });
});

describe("docs/history.md", () => {
  it("should show lines that are read", async () => {
    const page = readFileSync(join(__dirname, "../../../docs/history.md"), "utf8");
    const [, shown = ""] = /```jsonl\n([\s\S]*?)```/.exec(page) ?? [];

    const { lines } = await readAll([fileOf(shown)]);

    expect(new Set(lines.map(({ type }) => type)).size).toBe(7);
  });
});

// Helpers

async function readAll(paths: readonly string[], options: HistoryOptions = {}, format?: string) {
  const history = openHistory(
    paths.map((path) => ({ path, ...(format !== undefined && { format }) })),
    options,
  );
  const lines: HistoryLine[] = [];
  for await (const line of history) lines.push(line);
  return { lines, history };
}

function fileOf(content: string | Uint8Array): string {
  const file = join(mkdtempSync(join(tmpdir(), "history-")), "history.jsonl");
  writeFileSync(file, content);
  return file;
}

function lineText(hour: number): string {
  return historyLineText({ type: "landed", model: "churn", at: START + hour * HOUR_MS, key: String(hour) });
}
