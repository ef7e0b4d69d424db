import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { timeProcesses } from "../processes";
import { type Row, ratio } from "../table";

const MODES = ["tables", "accuracy", "auc", "f1", "rmse"] as const;
const MAX_PEAK_MB = 300;
const MAX_SECONDS = 15;

/** How long a golden set of a million rows takes, with a champion and a baseline, and in what memory, beside the tables alone. */
export function largeGoldenSetFigures(): Row[] {
  const folder = mkdtempSync(join(tmpdir(), "retrigger-golden-set-"));
  try {
    const script = join(folder, "process.js");
    buildSync({
      entryPoints: ["bench/promotion/judge-golden-set.ts"],
      bundle: true,
      platform: "node",
      outfile: script,
      logLevel: "error",
    });
    const command = (mode: string) => ({ name: mode, file: process.execPath, parameters: [script, mode] });
    const figures = timeProcesses(MODES.map(command), 1);
    const tables = figures.get("tables") ?? { wallMs: 0, peakMb: 0 };
    return MODES.filter((mode) => mode !== "tables").map((mode) => {
      const { wallMs, peakMb } = figures.get(mode) ?? { wallMs: 0, peakMb: 0 };
      const seconds = (wallMs - tables.wallMs) / 1_000;
      return {
        what: `1,000,000 rows, champion, baseline and two columns of slices, by ${mode}`,
        measured: `${seconds.toFixed(1)} s, ${Math.round(peakMb)} MB`,
        baseline: `the three tables: ${Math.round(tables.peakMb)} MB`,
        ratio: ratio(peakMb, tables.peakMb),
        budget: `${MAX_SECONDS} s, ${MAX_PEAK_MB} MB`,
        isWithin: seconds <= MAX_SECONDS && peakMb <= MAX_PEAK_MB,
      };
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
