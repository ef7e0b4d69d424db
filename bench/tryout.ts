// Installs the packed package from the registry into an empty folder and uses it, with the Node that runs this, and counts commands
// and seconds: `npm run package`, then `npm run tryout`. With another version of Node, after the first one built it:
// `npx -p node@22 node dist/bench/tryout.js`. `npm run tryout -- --clone` counts from `git clone` to a validated file of one's own
// instead, in a checkout.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";

/** What `retrigger init --yes` writes, for a package that does not have it yet. */
const CDKTF_JSON = {
  language: "typescript",
  app: "node node_modules/retrigger/dist/main.js",
  projectId: "0b9f5f4e-3c57-4e0e-9a55-6f1d2c7e8a41",
};
const MINIMAL = readFileSync("test/fixtures/config/minimal.yaml", "utf8");

interface Timed {
  readonly words: string;
  readonly seconds: number;
}

function timeFirstMinutes(): void {
  const folder = mkdtempSync(join(tmpdir(), "retrigger-clone-"));
  const checkout = join(folder, "retrigger");
  const commands = [
    timeCommand(folder, ["git", "clone", "--quiet", process.cwd(), "retrigger"]),
    timeCommand(checkout, ["npm", "ci", "--no-audit", "--no-fund"]),
    timeCommand(checkout, ["npx", "retrigger", "init", "--yes", "--config", "own.yaml"]),
    timeCommand(checkout, ["npx", "retrigger", "validate", "--config", "own.yaml"]),
  ];
  console.log(tableOf(commands, folder).replaceAll(process.cwd(), "<repository>"));
}

function main(file: string): void {
  const folder = mkdtempSync(join(tmpdir(), "retrigger-tryout-"));
  const tarball = resolve(file);
  const commands: Timed[] = [];
  const timed = (...words: readonly string[]) => commands.push(timeCommand(folder, words));
  timed("npm", "install", "--no-audit", "--no-fund", tarball);
  const has = (command: string) =>
    runIn(folder, ["npx", "retrigger", command, "--help"]).stdout.startsWith(`Usage: retrigger ${command}`);
  if (has("init")) timed("npx", "retrigger", "init", "--yes");
  if (!existsSync(join(folder, "retrigger.yaml"))) writeFileSync(join(folder, "retrigger.yaml"), MINIMAL);
  if (!existsSync(join(folder, "cdktf.json"))) writeFileSync(join(folder, "cdktf.json"), JSON.stringify(CDKTF_JSON));
  if (has("validate")) timed("npx", "retrigger", "validate");
  if (has("plan")) timed("npx", "retrigger", "plan");
  timed("npx", "cdktf", "synth");
  console.log(tableOf(commands, folder).replaceAll(tarball, file));
  console.log(`\nstacks: ${readdirSync(join(folder, "cdktf.out/stacks")).join(", ")}`);
  console.log(`installed: ${execFileSync("du", ["-sm", join(folder, "node_modules")], { encoding: "utf8" }).split("\t")[0]} MB`);
}

/** @throws Error with the command's own words when it fails */
function timeCommand(folder: string, words: readonly string[]): Timed {
  const begin = performance.now();
  const { status, stdout, stderr } = runIn(folder, words);
  if (status !== 0) throw new Error(`${words.join(" ")} ended with ${status}: ${stdout}${stderr}`);
  return { words: words.join(" "), seconds: (performance.now() - begin) / 1000 };
}

function tableOf(commands: readonly Timed[], folder: string): string {
  const rows = commands.map(({ words, seconds }) => `| \`${words}\` | ${seconds.toFixed(1)} |`);
  const sum = commands.reduce((total, { seconds }) => total + seconds, 0);
  const head = `Node ${process.versions.node}; ${folder}\n\n| command | seconds |\n|---|---|`;
  return [head, ...rows, `| ${commands.length} commands | ${sum.toFixed(1)} |`].join("\n");
}

function runIn(cwd: string, words: readonly string[]) {
  // npx and npm take the Node that is first in the path.
  const PATH = `${dirname(process.execPath)}:${process.env.PATH ?? ""}`;
  const [file = "", ...parameters] = words;
  return spawnSync(file, parameters, { cwd, encoding: "utf8", env: { ...process.env, PATH, CHECKPOINT_DISABLE: "1" } });
}

if (process.argv[2] === "--clone") timeFirstMinutes();
else main(process.argv[2] ?? "retrigger-0.1.0.tgz");
