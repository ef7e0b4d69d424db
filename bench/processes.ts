import { spawnSync } from "node:child_process";
import { performance } from "node:perf_hooks";
import { PEAK_MARK } from "./peak-memory";
import { median } from "./table";

export interface Command {
  readonly name: string;
  readonly file: string;
  readonly parameters: readonly string[];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export interface ProcessFigures {
  /** Wall time of the whole process, median, in milliseconds. */
  readonly wallMs: number;
  /** Peak resident memory, median, in MiB; 0 where the command does not print it. */
  readonly peakMb: number;
}

/**
 * Runs whole processes round-robin, so that a slow moment of the machine falls on all of them, and returns the medians by name.
 * @throws Error with the command's own words when one fails
 */
export function timeProcesses(commands: readonly Command[], runs: number): Map<string, ProcessFigures> {
  const samples = new Map<string, { wall: number; peak: number }[]>(commands.map(({ name }) => [name, []]));
  for (let run = 0; run < runs; run++) {
    for (const command of commands) samples.get(command.name)?.push(timeOnce(command));
  }
  return new Map(
    [...samples].map(([name, taken]) => [
      name,
      { wallMs: median(taken.map(({ wall }) => wall)), peakMb: median(taken.map(({ peak }) => peak)) / 1024 },
    ]),
  );
}

function timeOnce({ name, file, parameters, cwd, env }: Command): { wall: number; peak: number } {
  const start = performance.now();
  const { status, stdout, stderr, error } = spawnSync(file, parameters, {
    cwd,
    env: { ...process.env, CHECKPOINT_DISABLE: "1", ...env },
    encoding: "utf8",
  });
  const wall = performance.now() - start;
  if (error !== undefined || status !== 0) throw new Error(`${name} failed: ${error?.message ?? stderr}`);
  const peak = new RegExp(`${PEAK_MARK}(\\d+)`).exec(stdout)?.[1];
  return { wall, peak: Number(peak ?? 0) };
}
