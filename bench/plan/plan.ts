import { mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { stringify } from "yaml";
import { sumUsd } from "../../cli/plan/estimate";
import { makePlan } from "../../cli/plan/make-plan";
import { loadConfig } from "../../config/load-config";
import { WATCH_LEVELS, type WatchLevel } from "../../functions/core/log/essential-metrics";
import { trainingCosts } from "./training-cost";

const COUNTS = [1, 25, 100];
const FOLDER = resolve("dist", "bench", "plan");

/** Each model has data and a pipeline; all else is the default. */
const CLOUDS = {
  aws: {
    head: { aws: { region: "us-east-1" } },
    model: (name: string) => ({ data: { bucket: "acme-features", prefixes: [`${name}/`] }, pipeline: { name: `train-${name}` } }),
  },
  gcp: {
    head: { gcp: { project: "acme-ml", region: "us-central1" } },
    model: (name: string) => ({
      data: { bucket: "acme-features", prefixes: [`${name}/`] },
      pipeline: { template: `gs://acme-pipelines/${name}.yaml`, outputDirectory: `gs://acme-training/${name}` },
    }),
  },
} as const;

type Cloud = keyof typeof CLOUDS;

const NAMES: Readonly<Record<Cloud, string>> = { aws: "AWS", gcp: "Google Cloud" };

/** The tables of docs/plan.md: what deployments cost at rest, and what a training takes. */
export async function planTables(): Promise<string> {
  const rows = (["aws", "gcp"] as const).flatMap((cloud) =>
    COUNTS.flatMap((count) => WATCH_LEVELS.map((watch) => costRow(cloud, count, watch))),
  );
  const trainings = Object.entries(await trainingCosts()).map(
    ([cloud, { writes, reads, logLines, logBytes }]) =>
      `| ${cloud === "aws" ? NAMES.aws : NAMES.gcp} | ${writes.toFixed(1)} | ${reads.toFixed(0)} | ${logLines.toFixed(0)} | ${logBytes.toFixed(0)} |`,
  );
  return [
    "| models | resources | at rest, USD a month | for each model | largest item | next |",
    "|---|---|---|---|---|---|",
    ...rows,
    "",
    "| a training on | writes | reads | lines of log | bytes of log |",
    "|---|---|---|---|---|",
    ...trainings,
  ].join("\n");
}

function costRow(cloud: Cloud, count: number, watch: WatchLevel): string {
  mkdirSync(FOLDER, { recursive: true });
  const { head, model } = CLOUDS[cloud];
  const names = Array.from({ length: count }, (_, index) => `churn-${String(index).padStart(3, "0")}`);
  const file = join(FOLDER, `${cloud}-${count}-${watch}.yaml`);
  writeFileSync(
    file,
    stringify({
      environment: "prod",
      operations: { watch },
      ...head,
      models: Object.fromEntries(names.map((name) => [name, model(name)])),
    }),
  );
  const [stack] = makePlan(loadConfig(file), FOLDER).stacks;
  if (stack === undefined) throw new Error(`got no stack of ${file}; expected one`);
  const total = sumUsd(stack.atRest);
  const resources = stack.resources.reduce((sum, one) => sum + one.count, 0);
  const dearest = [...stack.atRest].sort((a, b) => b.usd - a.usd).slice(0, 2);
  const named = dearest.map(({ item, usd }) => `${item} ${usd.toFixed(2)}`);
  const cells = [
    `${count} on ${NAMES[cloud]}, ${watch}`,
    resources.toLocaleString("en-US"),
    total.toFixed(2),
    (total / count).toFixed(2),
    ...named,
  ];
  return `| ${cells.join(" | ")} |`;
}
