import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { stringify } from "yaml";
import { median, type Row, ratio } from "./table";

const COUNTS = [10, 100, 300];
const RUNS = 3;
const FOLDER = resolve("dist", "bench", "models");

/** Each model has a bucket and a pipeline of its own; with the alarms and the dashboard that a deployment has by default. */
const CLOUDS = {
  "aws-stack": {
    head: { aws: { region: "eu-central-1" } },
    model: (name: string) => ({ data: { bucket: `acme-${name}`, prefixes: ["incoming/"] }, pipeline: { name: `train-${name}` } }),
  },
  "gcp-stack": {
    head: { gcp: { project: "acme-ml", region: "europe-west4" } },
    model: (name: string) => ({
      data: { bucket: `acme-${name}`, prefixes: ["incoming/"] },
      pipeline: { template: `gs://acme-pipelines/${name}.yaml`, outputDirectory: `gs://acme-training/${name}` },
    }),
  },
} as const;

type Stack = keyof typeof CLOUDS;

/** What many models in one deployment take: time of a synthesis, lines that a review of one more model reads, sizes of policies. */
export function modelFigures(): Row[] {
  return (["aws-stack", "gcp-stack"] as const).flatMap((stack) => COUNTS.map((count) => figuresOf(stack, count)));
}

function figuresOf(stack: Stack, count: number): Row {
  const before = synthesised(stack, count);
  const after = synthesised(stack, count + 1);
  const wallMs = median([before.wallMs, ...Array.from({ length: RUNS - 1 }, () => synthesised(stack, count).wallMs)]);
  const floorMs = synthesised(stack, 1).wallMs;
  return {
    what: `${count} models, ${stack}: synthesis, resources, lines of one more model, largest policy or condition`,
    measured: `${wallMs.toFixed(0)} ms, ${before.blocks.size} resources, ${addedLines(before.blocks, after.blocks)} lines, ${before.largestPolicy} characters`,
    baseline: `one model: ${floorMs.toFixed(0)} ms`,
    ratio: ratio(wallMs, floorMs),
    budget: "",
  };
}

interface Block {
  readonly policy?: string;
  readonly condition?: { readonly expression?: string };
}

interface Synthesised {
  readonly wallMs: number;
  /** Each resource as the lines of its arguments, by its address. */
  readonly blocks: ReadonlyMap<string, readonly string[]>;
  /** Characters of the longest policy, or condition of a binding. */
  readonly largestPolicy: number;
}

function synthesised(stack: Stack, count: number): Synthesised {
  mkdirSync(FOLDER, { recursive: true });
  const { head, model } = CLOUDS[stack];
  const names = Array.from({ length: count }, (_, index) => `churn-${String(index).padStart(3, "0")}`);
  const config = join(FOLDER, "retrigger.yaml");
  const models = Object.fromEntries(names.map((name) => [name, model(name)]));
  writeFileSync(config, stringify({ environment: "prod", ...head, models }));
  const { app }: { app: string } = JSON.parse(readFileSync("cdktf.json", "utf8"));
  const output = join(FOLDER, "cdktf.out");
  const startedAt = performance.now();
  const { status, stderr } = spawnSync("sh", ["-c", app], {
    env: { ...process.env, CHECKPOINT_DISABLE: "1", RETRIGGER_CONFIG: config, CDKTF_OUTDIR: output },
    encoding: "utf8",
  });
  const wallMs = performance.now() - startedAt;
  if (status !== 0) throw new Error(`${count} models of ${stack} failed: ${stderr}`);
  const file = join(output, "stacks", stack, "cdk.tf.json");
  const { resource }: { resource: Record<string, Record<string, Block>> } = JSON.parse(readFileSync(file, "utf8"));
  const blocks = Object.entries(resource).flatMap(([type, ofType]) =>
    Object.entries(ofType).map(([id, block]): [string, string[]] => [`${type}.${id}`, linesOf(block)]),
  );
  const policies = Object.values(resource).flatMap((ofType) => Object.values(ofType).map(policyCharacters));
  return { wallMs, blocks: new Map(blocks), largestPolicy: Math.max(...policies) };
}

/** Of a policy of AWS, or a condition of Google Cloud; 0 for a resource without one. */
function policyCharacters({ policy, condition }: Block): number {
  return policy?.length ?? condition?.expression?.length ?? 0;
}

/** As a plan shows them: an argument that is JSON itself, such as a policy, by its own lines. */
function linesOf(block: object): string[] {
  const opened = JSON.stringify(block, (name, value: unknown) => (name === "//" ? undefined : openedJson(value)), 2);
  return opened.split("\n").map((line) => line.replace(/,$/, ""));
}

function openedJson(value: unknown): unknown {
  if (typeof value !== "string" || !/^[[{]/.test(value)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** Lines of resources that are new, and lines that are new or gone in those that change. */
function addedLines(before: Synthesised["blocks"], after: Synthesised["blocks"]): number {
  return [...after].reduce((sum, [address, lines]) => sum + differing(before.get(address) ?? [], lines), 0);
}

function differing(before: readonly string[], after: readonly string[]): number {
  const counts = new Map<string, number>();
  for (const line of after) counts.set(line, (counts.get(line) ?? 0) + 1);
  for (const line of before) counts.set(line, (counts.get(line) ?? 0) - 1);
  return [...counts.values()].reduce((sum, count) => sum + Math.abs(count), 0);
}
