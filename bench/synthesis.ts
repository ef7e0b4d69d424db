import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Command, timeProcesses } from "./processes";
import { type Row, ratio } from "./table";

const RUNS = 9;
/** Of the repository's own retrigger.yaml. */
const STACKS = ["aws-stack", "gcp-stack"];
const OUTPUT = resolve("dist", "bench", "cdktf.out");
const ENVIRONMENT = { RETRIGGER_CONFIG: "retrigger.yaml", CDKTF_OUTDIR: OUTPUT };
const MAX_OVER_FLOOR = 2;
const MIN_OVER_TEMPLATE = 5;

/**
 * A synthesis of both clouds' stacks with cached bundles, beside the bare floor (the imports of both stacks alone) and the CDKTF
 * template's ts-node.
 */
export function synthesisFigures(): Row[] {
  const { app }: { app: string } = JSON.parse(readFileSync("cdktf.json", "utf8"));
  const synth: Command = { name: "synth", file: "sh", parameters: ["-c", app], env: ENVIRONMENT };
  timeProcesses([synth], 1);
  requireStacks();
  const template: Command = { name: "template", file: "node_modules/.bin/ts-node", parameters: ["main.ts"], env: ENVIRONMENT };
  const floor = { name: "floor", file: process.execPath, parameters: [writeFloor(readFileSync("dist/main.js", "utf8"))] };
  const figures = timeProcesses([floor, synth, template], RUNS);
  const wall = (name: string) => figures.get(name)?.wallMs ?? Number.NaN;
  const row = (baseline: string, budget: string, isWithin: boolean, compared: string): Row => ({
    what: `synthesis of ${STACKS.join(" and ")}, bundles cached`,
    measured: `${wall("synth").toFixed(0)} ms`,
    baseline: `${baseline}: ${wall(compared).toFixed(0)} ms`,
    ratio: ratio(wall("synth"), wall(compared)),
    budget,
    isWithin,
  });
  return [
    row("cdktf and the same resource classes", `${MAX_OVER_FLOOR}x`, wall("synth") <= MAX_OVER_FLOOR * wall("floor"), "floor"),
    row("ts-node template", `${1 / MIN_OVER_TEMPLATE}x`, wall("synth") * MIN_OVER_TEMPLATE <= wall("template"), "template"),
  ];
}

/** A figure of one stack would pass for one of both. */
function requireStacks(): void {
  const { stacks }: { stacks: object } = JSON.parse(readFileSync(join(OUTPUT, "manifest.json"), "utf8"));
  const missing = STACKS.filter((stack) => !Object.hasOwn(stacks, stack));
  if (missing.length > 0) throw new Error(`no ${missing.join(" and ")} was written; both are measured: see retrigger.yaml`);
}

/** A script that imports what the app imports from cdktf and its providers, and does nothing with it. */
function writeFloor(builtApp: string): string {
  const imports = [...builtApp.matchAll(/require\("((?:cdktf|constructs|@cdktf\/)[^"]*)"\)/g)].map((match) => match[1] ?? "");
  const file = resolve("dist", "bench", "floor.js");
  mkdirSync(resolve("dist", "bench"), { recursive: true });
  writeFileSync(file, [...new Set(imports)].map((name) => `require(${JSON.stringify(name)});\n`).join(""));
  return file;
}
