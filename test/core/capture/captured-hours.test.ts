import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { CaptureSettings } from "../../../functions/core/capture/capture-settings";
import { monitorCaptures } from "../../../functions/core/capture/monitor-captures";
import { parseDriftReport } from "../../../functions/core/drift/drift-report";
import { type DriftEvaluation, evaluateDrift } from "../../../functions/core/drift/evaluate-drift";
import { METRICS } from "../../../functions/core/log/metric-list";
import { BASELINE, folderOf, jsonLines, monitorPorts, reportUri, settingsOf } from "./captures";

describe("requests whose rows are columns", () => {
  const COLUMNS = { columns: ["longitude", "latitude", "rooms"] };
  const hours = ["columns-0", "columns-1", "columns-1"].map(fixture);

  it("should be a drift of every column that is 5 sd away, and of none that is not", async () => {
    const { evaluations } = await judged(hours, COLUMNS);

    expect(evaluations.map(drifting)).toEqual([...Array(2).fill(["longitude", "prediction", "rooms"])]);
    expect(evaluations[1]).toMatchObject({ severity: "critical" });
  });

  it.each<[string, (columns: Columns) => unknown]>([
    ["a list for each column", (columns) => columns],
    ["pandas' split", (columns) => ({ columns: Object.keys(columns), data: rowsOf(columns) })],
    ["MLflow's dataframe_split", (columns) => ({ dataframe_split: { columns: Object.keys(columns), data: rowsOf(columns) } })],
    ["rows without names", (columns) => ({ instances: rowsOf(columns) })],
    ["columns by the place of each row", (columns) => mapped(columns, (values) => ({ ...values }))],
    ["TensorFlow's inputs", (columns) => ({ inputs: mapped(columns, (values) => values.map((value) => [value])) })],
    [
      "a tensor for each column",
      (columns) => ({
        inputs: Object.entries(columns).map(([name, data]) => ({ name, shape: [data.length, 1], datatype: "FP64", data })),
      }),
    ],
  ])("should be a drift of every input where all are 5 sd away, as %s", async (_what, form) => {
    const allMoved = ({ latitude = [], ...columns }: Columns) => ({ ...columns, latitude: latitude.map((value) => value + 5) });
    const [rest = "", ...moved] = hours;
    const forms = [withInputs(rest, form), ...moved.map((text) => withInputs(text, (columns) => form(allMoved(columns))))];

    const { evaluations } = await judged(forms, COLUMNS);

    expect(evaluations.map(drifting)).toEqual([...Array(2).fill(["latitude", "longitude", "prediction", "rooms"])]);
  });

  it("should make no baseline where they tell no rows apart, and be told", async () => {
    const nested = (columns: Columns) => mapped(columns, (values) => [values]);

    const { hasBaseline, told } = await judged(
      hours.map((text) => withInputs(text, nested)),
      COLUMNS,
    );

    expect(hasBaseline).toBe(false);
    expect(told[0]).toMatchObject({ event: "monitor-window-unreadable", unreadShare: 1 });
  });
});

describe("values that go missing", () => {
  const COLUMNS = { columns: ["a", "b", "c"] };
  const [rest, gone] = [fixture("nan-0"), fixture("null-40")];

  it.each([
    ["NaN of Python", fixture("nan-40")],
    ["null", gone],
    ["NaN as a text", gone.replaceAll("[[null", '[[\\"NaN\\"')],
    ["nan as a text", gone.replaceAll("[[null", '[[\\"nan\\"')],
    ["an empty text", gone.replaceAll("[[null", '[[\\"\\"')],
    ["an empty cell of CSV", asCsv(gone, "")],
    ["nan of CSV", asCsv(gone, "nan")],
    ["NaN of CSV, with a blank", asCsv(gone, " NaN")],
  ])("should be the same drift of the values and of what goes with them, written as %s", async (_what, hour) => {
    const { evaluations, told } = await judged([rest, hour, gone], COLUMNS);

    const [second, third] = evaluations.map(scores);
    expect(evaluations.map(drifting)).toEqual([...Array(2).fill(["a (missing)", "b"])]);
    expect(second).toEqual(third);
    expect(told.flatMap(({ unreadShare }) => unreadShare ?? [])).toEqual([]);
  });

  it("should be calm where as many were missing in the hour of the baseline", async () => {
    const { evaluations } = await judged([gone, fixture("nan-40"), gone], COLUMNS);

    expect(evaluations.map(drifting)).toEqual([[], []]);
  });
});

describe("a column that holds nothing but misfits", () => {
  const rows = (column: unknown) => jsonLines(Array.from({ length: 200 }, (_, row) => ({ delay: row, column })));

  it.each([
    ["lists", [1, 2, 3]],
    ["lists of texts", ["a", "b"]],
    ["objects", { lat: 1, lon: 2 }],
    ["lists of lists", [[1], [2]]],
    ["empty lists", []],
  ])("should make no baseline, and be told as a window that is not read, of %s", async (_what, value) => {
    const { hasBaseline, told } = await judged([rows(value), rows(value)], { format: "rows" });

    expect(hasBaseline).toBe(false);
    expect(told.at(-1)).toMatchObject({ level: "error", event: "monitor-baseline-empty", unreadShare: 1 });
  });

  it("should belong to the metric whose alarm tells of captures that are not read", () => {
    const metric = METRICS.find(({ name }) => name === "CapturesUnread");

    expect(metric).toMatchObject({ value: "unreadShare", also: expect.arrayContaining(["monitor-baseline-empty"]) });
  });

  it("should be told each hour where a few values are none", async () => {
    const few = (value: unknown) => `${jsonLines([{ delay: 1, column: 1 }])}${rows(value)}`;

    const { hasBaseline, told } = await judged([few([1, 2]), few([1, 2])], { format: "rows" });

    expect(hasBaseline).toBe(true);
    expect(told.filter(({ unreadShare }) => Number(unreadShare) > 0.99)).toHaveLength(2);
  });

  it("should be left alone where features does not name it", async () => {
    const hours = Array(3).fill(rows([1, 2, 3]));
    const { evaluations, told } = await judged(hours, { format: "rows", features: ["delay"] });

    expect(evaluations.map(drifting)).toEqual([[], []]);
    expect(told.filter(({ level }) => level !== "info")).toEqual([]);
  });
});

describe("a column that vanishes", () => {
  const COLUMNS = { columns: ["delay", "origin"] };
  const rows = Array.from({ length: 200 }, (_, row) => ({ delay: row % 50, origin: ["SEA", "LAX"][row % 2] }));
  const json = (of: readonly unknown[]) => jsonLines(of.map((row) => captured(JSON.stringify(row), "application/json")));
  const csv = (of: readonly string[]) => jsonLines(of.map((row) => captured(row, "text/csv")));
  const whole = csv(rows.map(({ delay, origin }) => `${delay},${origin}`));

  it.each([
    ["JSON", json(rows), json(rows.map(({ delay }) => ({ delay })))],
    ["JSON, which has null", json(rows), json(rows.map(({ delay }) => ({ delay, origin: null })))],
    ["JSON, which calls it otherwise", json(rows), json(rows.map(({ delay, origin }) => ({ delay, Origin: origin })))],
    ["JSON, which has it in lists now", json(rows), json(rows.map(({ delay, origin }) => ({ delay, origin: [origin, origin] })))],
    ["CSV with a header", whole, csv(rows.map(({ delay }) => `delay\n${delay}`))],
    ["CSV that leaves it empty", whole, csv(rows.map(({ delay }) => `${delay},`))],
  ])("should be a drift of its missing values in %s", async (_what, before, after) => {
    const { evaluations } = await judged([before, after, after], COLUMNS);

    expect(evaluations.map(drifting)).toEqual([["origin (missing)"], ["origin (missing)"]]);
    expect(evaluations[1]?.severity).toBe("critical");
  });

  it.each([
    ["CSV without a header", csv(rows.map(({ delay }) => `${delay}`))],
    ["lists of JSON", json(rows.map(({ delay }) => [delay]))],
    ["a table of CSV", csv(["1\n2\n3"])],
  ])("should be told, and never judged, where nothing names the others: %s", async (_what, after) => {
    const { evaluations, told } = await judged([whole, after, after], COLUMNS);

    expect(evaluations).toEqual([]);
    expect(told.slice(-2)).toMatchObject(
      Array(2).fill({
        level: "error",
        event: "monitor-window-unreadable",
        unreadShare: 1,
        problems: [{ why: expect.stringContaining("got 1 values without names, expected 2") }],
      }),
    );
  });
});

// Helpers

type Columns = Readonly<Record<string, readonly number[]>>;

function fixture(name: string): string {
  return readFileSync(join(__dirname, "lines", "fixtures", `${name}.jsonl`), "utf8");
}

/** Captured lines with other inputs in the same form of capture. */
function withInputs(text: string, form: (columns: Columns) => unknown): string {
  return changed(text, (data) => ({ data: JSON.stringify(form(JSON.parse(data))) }));
}

/** Captured rows as CSV, with other words for null. */
function asCsv(text: string, missing: string): string {
  return changed(text, (data) => {
    const [row = []]: (number | null)[][] = JSON.parse(data).instances;
    return { data: row.map((value) => value ?? missing).join(","), observedContentType: "text/csv", encoding: "CSV" };
  });
}

function changed(text: string, change: (data: string) => object): string {
  const records = text.split("\n").filter((line) => line !== "");
  return jsonLines(
    records.map((line) => {
      const record = JSON.parse(line);
      const { endpointInput, ...others } = record.captureData;
      return { ...record, captureData: { ...others, endpointInput: { ...endpointInput, ...change(endpointInput.data) } } };
    }),
  );
}

function captured(data: string, observedContentType: string) {
  return {
    captureData: { endpointInput: { observedContentType, data, encoding: observedContentType === "text/csv" ? "CSV" : "JSON" } },
  };
}

function rowsOf(columns: Columns): number[][] {
  const lists = Object.values(columns);
  return (lists[0] ?? []).map((_, row) => lists.map((list) => list[row] ?? 0));
}

function mapped<T>(columns: Columns, change: (values: readonly number[]) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(columns).map(([name, values]) => [name, change(values)]));
}

/** What the monitor tells of hours of these captures, and what the evaluator says of each hour that has a report. */
async function judged(hours: readonly string[], overrides: Partial<CaptureSettings>) {
  const { ports, captures, files, told } = monitorPorts(hours.length);
  for (const [hour, lines] of hours.entries()) captures.objects.set(`${folderOf(hour)}1.jsonl`, lines);
  const settings = settingsOf({ format: "sagemaker", ...overrides });
  await monitorCaptures(ports, settings, Number.POSITIVE_INFINITY);
  let history: Parameters<typeof evaluateDrift>[2] = [];
  const evaluations = [...hours.keys()].flatMap((hour) => {
    const text = files.files.get(reportUri(hour));
    if (text === undefined) return [];
    const evaluated = evaluateDrift(settings.drift, parseDriftReport(JSON.parse(text)), history);
    history = evaluated.history;
    return [evaluated.evaluation];
  });
  return { evaluations, told, hasBaseline: files.files.has(BASELINE) };
}

/** Features of which the window is drift, by name. */
function drifting({ features }: DriftEvaluation): string[] {
  return features.flatMap(({ name, outcome }) => (outcome === "drift" ? name : [])).sort();
}

function scores({ features }: DriftEvaluation): unknown[] {
  return features.map(({ name, score, outcome }) => [name, score, outcome]).sort();
}
