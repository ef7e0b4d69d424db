import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { DEFAULT_DRIFT_POLICY } from "../../../../functions/core/drift/drift-policy";
import { type DriftReport, parseDriftReport } from "../../../../functions/core/drift/drift-report";
import { evaluateDrift } from "../../../../functions/core/drift/evaluate-drift";
import type { SourceContext } from "../../../../functions/core/drift/sources/source-report";
import { PoisonMessageError } from "../../../../functions/core/errors";

/** What a source is told besides the document; none of the fixtures has this window. */
export const CONTEXT: SourceContext = {
  model: "flights",
  documentId: "drift/flights/report.json@v1",
  window: { start: Date.UTC(2026, 10, 20), end: Date.UTC(2026, 10, 21) },
  columns: { labels: ["DELAY"], predictions: ["guess"] },
};

/** What a report of that context holds, whatever its features. */
export const OF_CONTEXT = { version: 1, model: CONTEXT.model, id: CONTEXT.documentId, window: CONTEXT.window, unlisted: "unknown" };

export function fixtureText(name: string): string {
  return readFileSync(join(__dirname, "fixtures", `${name}.json`), "utf8");
}

export function fixture(name: string): unknown {
  return JSON.parse(fixtureText(name));
}

/** The text of a fixture in a folder, by its whole name. */
export function fixtureFile(path: string): string {
  return readFileSync(join(__dirname, "fixtures", path), "utf8");
}

/** The document with one to three of its values replaced by any other, or taken out. */
export function mutated(document: unknown): fc.Arbitrary<unknown> {
  const places = placesIn(document);
  const hostile = fc.oneof(
    fc.constantFrom(undefined, null, -1, 0, 1e308, -1e308, "", "NaN", "1e999", "__proto__", "x".repeat(2000), [], {}),
    fc.jsonValue(),
  );
  return fc
    .array(fc.tuple(fc.nat(places.length - 1), hostile), { minLength: 1, maxLength: 3 })
    .map((changes) =>
      changes.reduce((changed, [place, value]) => replaced(changed, places[place] ?? [], value), structuredClone(document)),
    );
}

/**
 * Whether what a source makes of a document is drift reports without a number that is none, which can be judged, or the one error
 * that is documented.
 */
export function expectReportsOrPoison(read: () => readonly (DriftReport | undefined)[]): void {
  let reports: readonly (DriftReport | undefined)[];
  try {
    reports = read();
  } catch (error) {
    expect(error).toBeInstanceOf(PoisonMessageError);
    return;
  }
  for (const report of reports) {
    if (report === undefined) continue;
    expect(parseDriftReport(report)).toEqual(report);
    const { features } = evaluateDrift(DEFAULT_DRIFT_POLICY, report, []).evaluation;
    for (const { score } of features) expect(score).not.toBeNaN();
  }
  expect(Object.keys(Object.prototype)).toEqual([]);
}

type Path = readonly (string | number)[];

function placesIn(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [path];
  const inner = Object.entries(value).flatMap(([key, item]) => placesIn(item, [...path, Array.isArray(value) ? Number(key) : key]));
  return [path, ...inner];
}

function replaced(document: unknown, [key, ...rest]: Path, value: unknown): unknown {
  if (key === undefined) return value;
  if (typeof document !== "object" || document === null) return document;
  if (Array.isArray(document)) return document.map((item, index) => (index === key ? replaced(item, rest, value) : item));
  return Object.fromEntries(
    Object.entries(document).map(([name, item]) => [name, name === key ? replaced(item, rest, value) : item]),
  );
}
