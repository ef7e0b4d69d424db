import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROOT = join(__dirname, "../..");

/** What a command left. */
export interface Ended {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line as a program below the packages that it leaves out; `name` is of the test that builds it. */
export function buildCommand(name: string): string {
  const bundle = join(ROOT, `dist/test/cli/${name}.js`);
  const flags = ["--bundle", "--platform=node", "--packages=external", "--log-level=error", `--outfile=${bundle}`];
  execFileSync(join(ROOT, "node_modules/.bin/esbuild"), [join(ROOT, "cli/retrigger.ts"), ...flags]);
  return bundle;
}

/** A home without credentials, on a machine that is of no cloud. */
export function emptyHome(): Record<string, string> {
  const home = mkdtempSync(join(tmpdir(), "retrigger-home-"));
  return {
    HOME: home,
    PATH: "/nowhere",
    // Where nothing listens, so that no test asks a real network.
    AWS_EC2_METADATA_SERVICE_ENDPOINT: "http://127.0.0.1:1",
    CLOUDSDK_CONFIG: home,
  };
}

/** Runs it beside this process, which may serve what it asks, with these variables alone. */
export function runCommand(
  bundle: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd = tmpdir(),
): Promise<Ended> {
  return new Promise((ended) => {
    execFile(process.execPath, [bundle, ...args], { cwd, encoding: "utf8", env }, (error, stdout, stderr) =>
      ended({ status: typeof error?.code === "number" ? error.code : error === null ? 0 : -1, stdout, stderr }),
    );
  });
}
