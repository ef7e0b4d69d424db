import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { uniformInt } from "pure-rand/distribution/uniformInt";
import { xoroshiro128plus } from "pure-rand/generator/xoroshiro128plus";
import { type ProcessFigures, timeProcesses } from "./processes";
import { type Row, ratio } from "./table";

const SEED = 20_261_121;
const ROWS_IN_FILE = 1_000_000;
const LINES_AT_ONCE = 10_000;
const COPIES = 10;
const ROWS = ROWS_IN_FILE * COPIES;
/** Four inputs and the prediction. */
const FEATURES = 5;
const ORIGINS = ["SEA", "LAX", "ORD", "DFW", "ATL", "JFK", "SFO", "DEN", "PHX", "IAH"];

/** Half of what a function of 512 MB has. */
const MAX_PEAK_MIB = 256;
/** What grew with the captures would die of this. */
const HEAP_LIMIT = "--max-old-space-size=64";

/** How fast captured requests are compared and in what memory, beside loading all of them to sort. */
export function captureMonitorFigures(): Row[] {
  const folder = mkdtempSync(join(tmpdir(), "retrigger-captures-"));
  try {
    const [captures, script] = [join(folder, "captures.jsonl"), join(folder, "process.js")];
    writeCaptures(captures);
    buildSync({
      entryPoints: ["bench/capture-monitor-process.ts"],
      bundle: true,
      platform: "node",
      outfile: script,
      logLevel: "error",
    });
    const counting = measured("counting", [HEAP_LIMIT, script], captures);
    if (typeof counting === "string") throw new Error(counting);
    return rowsOf(counting, measured("sorting", [script], captures));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Figures of a process that reads the file twice for its baseline and ten times for its window; what it said when it died. */
function measured(mode: string, program: readonly string[], captures: string): ProcessFigures | string {
  const command = { name: mode, file: process.execPath, parameters: [...program, mode, captures, String(COPIES)] };
  try {
    return timeProcesses([command], 1).get(mode) ?? `${mode} was not measured`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function rowsOf(counting: ProcessFigures, sorting: ProcessFigures | string): Row[] {
  // For its baseline the monitor reads the file twice.
  const readings = (figures: ProcessFigures) => (figures === counting ? 2 : 1);
  const perSec = (figures: ProcessFigures) => ((ROWS + readings(figures) * ROWS_IN_FILE) / figures.wallMs) * 1000;
  const told = (number: number) => Math.round(number).toLocaleString("en");
  const died =
    typeof sorting === "string"
      ? `sorting died: ${/heap out of memory/.test(sorting) ? "out of memory" : sorting.slice(0, 80)}`
      : "";
  const beside = typeof sorting === "string" ? undefined : sorting;
  return [
    {
      what: `captured rows a second, one core, ${told(ROWS)} rows`,
      measured: told(perSec(counting)),
      baseline: beside ? `sorting: ${told(perSec(beside))}` : died,
      ratio: beside ? ratio(perSec(counting), perSec(beside)) : "",
      budget: "",
    },
    {
      what: `measures a second, of ${FEATURES} features a row`,
      measured: told(perSec(counting) * FEATURES),
      baseline: beside ? `sorting: ${told(perSec(beside) * FEATURES)}` : died,
      ratio: beside ? ratio(perSec(counting), perSec(beside)) : "",
      budget: "",
    },
    {
      what: `peak memory over ${told(ROWS)} captured rows`,
      measured: `${told(counting.peakMb)} MB`,
      baseline: beside ? `sorting: ${told(beside.peakMb)} MB` : died,
      ratio: beside ? ratio(counting.peakMb, beside.peakMb) : "",
      budget: `${MAX_PEAK_MIB} MB`,
      isWithin: counting.peakMb <= MAX_PEAK_MIB,
    },
  ];
}

/** Requests as SageMaker captures them, a row a line. */
function writeCaptures(file: string): void {
  const generator = xoroshiro128plus(SEED);
  const below = (limit: number) => uniformInt(generator, 0, limit - 1);
  const output = openSync(file, "w");
  for (let row = 0; row < ROWS_IN_FILE; row += LINES_AT_ONCE) {
    const lines = Array.from({ length: LINES_AT_ONCE }, (_, index) => {
      const delay = below(61) + below(61) - below(61) - 20;
      const data = `${delay},${100 + below(2_500)},${below(24)},${ORIGINS[below(ORIGINS.length)]}`;
      return `${capturedLine(data, (below(1_000_000) / 1e6).toString(), row + index)}\n`;
    });
    writeSync(output, lines.join(""));
  }
  closeSync(output);
}

function capturedLine(data: string, prediction: string, row: number): string {
  return JSON.stringify({
    captureData: {
      endpointInput: { observedContentType: "text/csv", mode: "INPUT", data, encoding: "CSV" },
      endpointOutput: { observedContentType: "text/csv; charset=utf-8", mode: "OUTPUT", data: prediction, encoding: "CSV" },
    },
    eventMetadata: {
      eventId: `8f45e35c-fa44-40d2-8ed3-${row.toString().padStart(12, "0")}`,
      inferenceTime: "2026-11-21T00:00:00Z",
    },
    eventVersion: "0",
  });
}
