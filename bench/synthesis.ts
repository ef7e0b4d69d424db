import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { type Command, timeProcesses } from "./processes";
import { type Row, ratio } from "./table";

const RUNS = 9;
const MAX_OVER_FLOOR = 2;
const MIN_OVER_TEMPLATE = 5;

/** A synthesis with cached bundles, beside the bare floor (the imports alone) and the CDKTF template's ts-node. */
export function synthesisFigures(): Row[] {
  const { app }: { app: string } = JSON.parse(readFileSync("cdktf.json", "utf8"));
  const synth: Command = { name: "synth", file: "sh", parameters: ["-c", app] };
  timeProcesses([synth], 1);
  const template = { name: "template", file: "node_modules/.bin/ts-node", parameters: ["main.ts"] };
  const floor = { name: "floor", file: process.execPath, parameters: [writeFloor(readFileSync("dist/main.js", "utf8"))] };
  const figures = timeProcesses([floor, synth, template], RUNS);
  const wall = (name: string) => figures.get(name)?.wallMs ?? Number.NaN;
  const row = (baseline: string, budget: string, isWithin: boolean, compared: string): Row => ({
    what: "synthesis of aws-stack, bundles cached",
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

/** A script that imports what the app imports from cdktf and its providers, and does nothing with it. */
function writeFloor(builtApp: string): string {
  const imports = [...builtApp.matchAll(/require\("((?:cdktf|constructs|@cdktf\/)[^"]*)"\)/g)].map((match) => match[1] ?? "");
  const file = resolve("dist", "bench", "floor.js");
  mkdirSync(resolve("dist", "bench"), { recursive: true });
  writeFileSync(file, [...new Set(imports)].map((name) => `require(${JSON.stringify(name)});\n`).join(""));
  return file;
}
