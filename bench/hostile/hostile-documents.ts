import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import type { Row } from "../table";

/** What the parsers aim at, whatever they are given: beside the document itself. */
const MAX_SECONDS = 1;
const MAX_PEAK_MB = 64;

/** What each parser of outside data takes for 8 to 16 MiB that are meant to kill it, each in a process of its own. */
export function hostileDocumentFigures(): Row[] {
  const folder = mkdtempSync(join(tmpdir(), "retrigger-hostile-"));
  try {
    const script = join(folder, "process.js");
    buildSync({
      entryPoints: ["bench/hostile/hostile-documents-process.ts"],
      bundle: true,
      platform: "node",
      mainFields: ["module", "main"],
      outfile: script,
      logLevel: "error",
    });
    const run = (...names: string[]) => JSON.parse(execFileSync(process.execPath, [script, ...names], { encoding: "utf8" }));
    const names: string[] = run();
    return names.map((name) => rowOf(name, run(name)));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function rowOf(name: string, { seconds, peakMb }: { readonly seconds: number; readonly peakMb: number }): Row {
  return {
    what: `hostile: ${name}`,
    measured: `${seconds.toFixed(2)} s, ${peakMb.toFixed(0)} MB`,
    baseline: "",
    ratio: "",
    budget: `${MAX_SECONDS} s, ${MAX_PEAK_MB} MB`,
    isWithin: seconds <= MAX_SECONDS && peakMb <= MAX_PEAK_MB,
  };
}
