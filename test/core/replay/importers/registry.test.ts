import { readdirSync } from "node:fs";
import { join } from "node:path";
import { detectImporter, IMPORTERS, listed, namedImporter } from "../../../../functions/core/replay/importers/registry";
import { exported, monitored } from "./exports";
import { exportsOf, exportText } from "./golden";

const FIXTURES = join(__dirname, "../../../fixtures/history");
const LINE = '{"type":"landed","model":"churn","at":"2026-11-01T00:00:00Z"}';
const DECISION = '{"requestId":"data/churn/1","model":"churn","outcome":"start"}';

describe("detectImporter", () => {
  it.each<[string, string]>([
    ["airflow-dag-runs", exported("airflow-dag-runs/airflow-3.json")],
    ["airflow-dag-runs", exported("airflow-dag-runs/airflow-2.json")],
    ["airflow-dag-runs", exported("airflow-dag-runs/list-runs.json")],
    ["mlflow-runs", exported("mlflow-runs/search.json")],
    ["error-csv", exported("error-csv/errors.csv")],
    ["error-csv", "at;error\n"],
    ["history", `\uFEFF\n${LINE}\n`],
    ["history", '{ "model": "churn", "at": 1, "type": "run", "run": "r" }'],
    ["retrigger-decisions", DECISION],
    ...["evidently-snapshot.json", "evidently-snapshot-first.json", "evidently-report.json", "evidently/test-suite-0.6.json"].map(
      (file): [string, string] => ["evidently", monitored(file)],
    ),
    ...[
      "nannyml-realised.json",
      "nannyml-univariate-split.json",
      "nannyml-univariate-columns.json",
      "nannyml/univariate.jsonl",
    ].map((file): [string, string] => ["nannyml", monitored(file)]),
    ["evidently", `{"at":"2026-11-01T00:00:00Z","report":${monitored("evidently-snapshot.json")}}`],
  ])("should tell %s by its beginning", (name, text) => {
    expect(detectImporter(text).importer?.name).toBe(name);
  });

  const fixtures = readdirSync(FIXTURES).flatMap((name) => exportsOf(name).map((file): [string, string] => [name, file]));

  it("should have exports of at least eight formats to tell", () => {
    expect(new Set(fixtures.map(([name]) => name)).size).toBeGreaterThan(8);
    expect(Object.keys(IMPORTERS)).toHaveLength(13);
  });

  it.each(fixtures)("should tell %s by the beginning of %s, and take it for nothing else", (name, file) => {
    const text = exportText(name, file);

    // As much as is read of a file before its format is told.
    for (const head of [text, text.slice(0, 65_536), `\uFEFF${text}`, text.replaceAll("\n", "\r\n")]) {
      const detecting = Object.values(IMPORTERS).filter((importer) => importer.detects(head));

      expect(detecting.map((importer) => importer.name)).toEqual([name]);
    }
  });

  it.each(["", " \r\n\t\n", "\uFEFF"])("should say of %j that it is empty, and list no format", (text) => {
    expect(detectImporter(text)).toEqual({ problem: "it is empty: export it again, or leave it out" });
  });

  it.each([
    ["{}", 'begins with "{}"'],
    ["[]", 'begins with "[]"'],
    ["null", 'begins with "null"'],
    ['"text"', 'begins with "\\"text\\""'],
    ["a,b\n1,2", 'begins with "a,b"'],
    ["\u0000\u0001\u001b[2J", 'begins with "\\\\u0000\\\\u0001\\\\u001b[2J"'],
    ["\u007fELF\u0002\ufffd", "begins with"],
    ['{"type":"landing"}', "begins with"],
    ['{"error":"unauthorized","message":"log in"}', "begins with"],
    ["<!DOCTYPE html>\n<p>at,error</p>", 'begins with "<!DOCTYPE html>", a web page, such as a login\'s'],
    ['<html lang="en"><script>{"runs":[{"info":{}}]}</script>', "a web page, such as a login's"],
  ])("should say how it begins, and list the formats, for %j", (text, beginning) => {
    const { importer, problem } = detectImporter(text);

    expect(importer).toBeUndefined();
    expect(problem).toMatch(/^its format is not known: it /);
    expect(problem).toContain(beginning);
    expect(problem).toContain("; say it with --format, which is one of:\n");
    for (const name of Object.keys(IMPORTERS)) expect(problem).toContain(name);
  });

  it("should list those that it may be of where they are several", () => {
    const { problem } = detectImporter('{"runs":[{"info":{"dag_id":"a","run_id":"b"}}]}');

    expect(problem).toMatch(/several formats.*\n {2}airflow-dag-runs .*\n {2}mlflow-runs /);
  });
});

describe("namedImporter", () => {
  it("should find one by its name, and name the nearest for another", () => {
    expect(namedImporter("mlflow-runs").importer?.name).toBe("mlflow-runs");
    expect(namedImporter("mlflow-run").problem).toContain("did you mean mlflow-runs?");
    expect(namedImporter("__proto__").problem).toContain(listed());
  });
});

describe("IMPORTERS", () => {
  it.each(Object.entries(IMPORTERS))(
    "should hold %s under its name, with a title, and tell of what is not of it",
    (name, importer) => {
      expect(importer.name).toBe(name);
      expect(importer.title).not.toBe("");
      for (const text of ["", "\u0000", "[[[", "x".repeat(100_000)]) {
        expect(importer.read(text, { model: "churn" })).toMatchObject({ lines: [] });
      }
    },
  );
});
