import { mkdir, rm, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import * as z from "zod/mini";
import { dynamodbReplayState } from "./dynamodb-replay-state";
import { fileManifestStore } from "./file-manifest-store";
import { formatSummary } from "./format-summary";
import { landingFiles } from "./landing-files";
import { MODELS } from "./models";
import { HELP, type Options, parseOptions, UsageError } from "./options";
import { createProgress } from "./progress";
import { readFlights } from "./read-flights";
import { replay } from "./replay";
import { RECORD_FOLDER, writeReplayRecord } from "./replay-record";
import { memoryReplayState } from "./replay-state";
import { type Summary, summarize } from "./summary";
import { virtualClock } from "./virtual-clock";

z.config(z.locales.en());

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if (options.isHelp) {
    process.stdout.write(HELP);
    return 0;
  }
  const startedAt = performance.now();
  process.stdout.write(`Replaying flights through the AWS functions: store ${options.store}, seed ${options.seed}\n`);
  const summary = await runReplay(options, resolve(RECORD_FOLDER));
  const wallSec = (performance.now() - startedAt) / 1000;
  const perSec = Math.round(summary.deliveries.total / wallSec).toLocaleString("en-US");
  process.stdout.write(`\n${formatSummary(summary)}\n${wallSec.toFixed(1)} s, ${perSec} events per second\n`);
  return summary.isBalanced ? 0 : 1;
}

async function runReplay(options: Options, folder: string): Promise<Summary> {
  const { from, until, seed } = options;
  const clock = virtualClock(from);
  const state = options.store === "memory" ? memoryReplayState(MODELS) : await dynamodbReplayState(MODELS, clock.now);
  try {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true });
    const progress = createProgress(process.stdout, from, until);
    const files = landingFiles(readFlights(from, until));
    const manifests = fileManifestStore(folder);
    const outcome = await replay({
      clock,
      files,
      until,
      seed,
      models: MODELS,
      state,
      manifests,
      onMinute: progress.update,
    });
    progress.clear();
    const summary = await summarize(options, MODELS, outcome, folder);
    const states = Object.fromEntries([...outcome.states].map(([model, state]) => [model, { state, version: 1 }]));
    const { restedAt, decisions, runs } = outcome;
    const record = { format: 1, seed, restedAt, writtenAt: Date.now(), models: MODELS, states } as const;
    await writeReplayRecord(folder, { state: record, decisions, runs });
    await writeFile(join(folder, "summary.json"), `${JSON.stringify(summary, null, 2)}\n`);
    return summary;
  } finally {
    await state.close();
  }
}

main().then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    const isUsage = error instanceof UsageError;
    process.stderr.write(
      isUsage
        ? `${error.message}\nnpm start -- --help tells what is allowed\n`
        : `${error instanceof Error ? error.stack : error}\n`,
    );
    process.exitCode = 1;
  },
);
