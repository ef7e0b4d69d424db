import { readFileSync } from "node:fs";
import { join } from "node:path";

const FIXTURES = join(__dirname, "../core/drift/sources/fixtures");

/** The text of a monitor's document that the tests of the sources read. */
export function driftFixture(name: string): string {
  return readFileSync(join(FIXTURES, `${name}.json`), "utf8");
}

/** A report in Retrigger's own format of the model flight-delay, whose window ended at `end`, epoch milliseconds. */
export function ownReport(id: string, end: number, changes: object = {}): string {
  const evidence = { type: "score", metric: "psi", score: 0.9 };
  const features = [{ name: "delay", kind: "data", sampleSize: 5000, evidence }];
  const window = { start: end, end };
  return JSON.stringify({ version: 1, model: "flight-delay", id, monitor: "weekly", window, features, ...changes });
}

/** NannyML's result of three weeks, the second of which ends in a year that has not come: two good reports around a refused one. */
export function nannymlWithFutureWeek(): string {
  const chunks: { chunk_key: string }[] = JSON.parse(driftFixture("nannyml-univariate"));
  return JSON.stringify(
    chunks.map((chunk) =>
      chunk.chunk_key === "2001-03-12/2001-03-18"
        ? { ...chunk, chunk_start_date: "2001-03-12T00:00:00.000", chunk_end_date: "2101-03-18T23:59:59.999" }
        : chunk,
    ),
  );
}
