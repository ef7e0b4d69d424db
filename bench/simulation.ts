import { createWriteStream, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { build } from "esbuild";
import { openHistory } from "../cli/history/read-history";
import { defaultSettings } from "../cli/simulate/policy-settings";
import { runSimulation, usefulWorkers } from "../cli/simulate/run-simulation";
import type { SimulatedPolicy } from "../functions/core/replay/simulated-policy";
import { peakKb } from "./peak-memory";
import type { Row } from "./table";

const MODELS = 100;
const HOURS = 8_760;
const HOUR_MS = 3_600_000;
const FROM = Date.UTC(2025, 11, 1);
const BUDGET_SEC = 60;

/** A year of hourly causes of 100 models, under six policies that each decide about every one of them. */
export async function simulationFigures(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "retrigger-simulation-"));
  try {
    const history = join(folder, "history.jsonl");
    // Beside the bench's own bundle, from where it finds its packages.
    const worker = join(__dirname, "simulation-worker.js");
    await pipeline(Readable.from(hourlyLandings()), createWriteStream(history));
    await buildWorker(worker);
    const workers = usefulWorkers(statSync(history).size, worker);
    const before = process.cpuUsage();
    const startedAt = performance.now();
    const options = {
      policies: new Map(),
      otherwise: hourlyPolicies(),
      stepMs: 24 * HOUR_MS,
      runMs: HOUR_MS,
      prices: [1],
      approvals: "granted",
    } as const;
    const finished = await runSimulation({ read: () => openHistory([{ path: history }]), options, workers }, worker);
    const seconds = (performance.now() - startedAt) / 1000;
    const { user, system } = process.cpuUsage(before);
    const cpuSeconds = (user + system) / 1e6;
    const results = finished.flatMap(({ result }) => result.policies);
    const decisions = results.reduce((sum, policy) => sum + policy.decisions, 0);
    return [
      {
        what: `a year of hourly causes, ${MODELS} models, ${hourlyPolicies().length} policies, simulated on ${workers} threads`,
        measured: `${seconds.toFixed(1)} s, ${cpuSeconds.toFixed(1)} s of CPU; ${decisions.toLocaleString("en")} decisions, ${Math.round(decisions / cpuSeconds).toLocaleString("en")} a CPU second; peak ${Math.round(peakKb() / 1024)} MB`,
        baseline: "",
        ratio: "",
        budget: `${BUDGET_SEC} s`,
        isWithin: seconds <= BUDGET_SEC,
      },
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function* hourlyLandings(): Generator<string> {
  for (let hour = 0; hour < HOURS; hour++) {
    const at = FROM + hour * HOUR_MS;
    const lines = Array.from({ length: MODELS }, (_, model) =>
      JSON.stringify({ type: "landed", model: `model-${model}`, at, objects: 10, bytes: 2_000_000 }),
    );
    yield `${lines.join("\n")}\n`;
  }
}

/** Each landing completes a batch, so that each hour asks; the policies differ in what they allow. */
function hourlyPolicies(): SimulatedPolicy[] {
  const { batch, policy, drift } = defaultSettings();
  const causes = { data: true, drift: true, quality: true, schedule: true };
  return [0, 1, 3, 6, 12, 24].map((hours) => ({
    name: `cooldown ${hours} h`,
    settings: {
      batch: { ...batch, batchSize: 10 },
      policy: { ...policy, cooldownMs: hours * HOUR_MS, maxStartsPerDay: 24 },
      drift,
    },
    causes,
    sentence: `At most a start every ${hours} hours.`,
  }));
}

async function buildWorker(outfile: string): Promise<void> {
  await build({
    entryPoints: [join(__dirname, "../../cli/simulate/simulation-worker.ts")],
    bundle: true,
    platform: "node",
    target: "node20",
    packages: "external",
    logLevel: "warning",
    outfile,
  });
}
