import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import * as z from "zod/mini";
import { plainLines } from "../functions/core/plain-text";
import type { CloudName, LocalCloud } from "./clouds/local-cloud";
import { LOCAL_CLOUDS } from "./clouds/local-clouds";
import { readManifests } from "./files/file-manifest-store";
import { BrokenFileError, hasCode } from "./files/json-files";
import { RECORD_FOLDER } from "./files/replay-record";
import { HELP, type Options, parseOptions, UsageError } from "./options";
import { type FinishedReplay, modelsOf, type ReplayedOptions, runReplay } from "./replay/run-replay";
import { runRollouts } from "./rollout/run-rollouts";
import { type Comparable, comparable, compare, formatComparison } from "./summary/compare-replays";
import { formatDrift } from "./summary/format-drift";
import { formatPromotion } from "./summary/format-promotion";
import { compareRollouts, formatRollouts, formatStop } from "./summary/format-rollout";
import { formatFates, formatSummary } from "./summary/format-summary";
import { nextCommands } from "./summary/next-commands";
import { type RolloutSummary, rolloutSummaries } from "./summary/rollout-summary";

z.config(z.locales.en());

const NAMES = { aws: "AWS", gcp: "Google Cloud" } as const;

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if (options.isHelp) {
    say(HELP);
    return 0;
  }
  const { scenario } = options;
  return scenario === "rollout" ? await rollOut(options) : await replayFlights({ ...options, scenario });
}

async function replayFlights(options: ReplayedOptions): Promise<number> {
  const { cloud } = options;
  if (cloud === "both") return await replayBoth(options);
  const finished = await run(options, LOCAL_CLOUDS[cloud], resolve(RECORD_FOLDER));
  const sole = { name: `metrics of the ${NAMES[cloud]} functions`, finished };
  await draw(options, { aws: sole, gcp: sole });
  sayNext(finished);
  return finished.summary.isBalanced ? 0 : 1;
}

/** Rolls the candidates out, on one cloud, or on one after the other; then the run is over, and the next one starts anew. */
async function rollOut({ cloud, ...options }: Options): Promise<number> {
  const folder = resolve(RECORD_FOLDER);
  if (cloud !== "both") {
    const { summaries, finish, isStopped } = await rollOutOn(options, cloud, folder);
    if (isStopped) return 0;
    finish();
    return summaries.every(({ isExpected }) => isExpected) ? 0 : 1;
  }
  const aws = await rollOutOn(options, "aws", folder);
  const gcp = await rollOutOn(options, "gcp", join(folder, "gcp"));
  for (const { finish } of [gcp, aws]) finish();
  const { isSame, text } = compareRollouts(aws.summaries, gcp.summaries);
  say(`${text}\n`);
  return isSame && [...aws.summaries, ...gcp.summaries].every(({ isExpected }) => isExpected) ? 0 : 1;
}

async function rollOutOn(
  { seed, from, until, isFresh, stopAt }: Omit<Options, "cloud">,
  cloud: CloudName,
  folder: string,
): Promise<{ readonly summaries: readonly RolloutSummary[]; readonly finish: () => void; readonly isStopped: boolean }> {
  const startedAt = performance.now();
  say(`Rolling candidates out through the ${NAMES[cloud]} functions, on a simulated endpoint: seed ${seed}\n`);
  const scenario = { seed, from, until, isFresh, folder, say, cloud: LOCAL_CLOUDS[cloud], ...(stopAt !== undefined && { stopAt }) };
  const { records, world, settings, troubles, stoppedAt } = await runRollouts(scenario);
  const summaries = await rolloutSummaries(records, { settings, metrics: world.endpoint });
  await writeFile(join(folder, "summary.json"), `${JSON.stringify(summaries, null, 2)}\n`);
  const trouble = [...troubles].map(([event, entry]) => `${event}, such as: ${"error" in entry ? entry.error : ""}\n`);
  if (stoppedAt === undefined) say(`\n${formatRollouts(summaries, world.counts())}\n${trouble.join("")}`);
  say(`\n${((performance.now() - startedAt) / 1000).toFixed(1)} s\n\n`);
  if (stoppedAt !== undefined) say(`${formatStop(stoppedAt)}\n`);
  return { summaries, finish: world.finish, isStopped: stoppedAt !== undefined };
}

/** Replays on AWS, then on Google Cloud, in a folder each; the command `retrigger` reads that of AWS. */
async function replayBoth(options: ReplayedOptions): Promise<number> {
  const folder = resolve(RECORD_FOLDER);
  const folders = { aws: folder, gcp: join(folder, "gcp") };
  // Vertex AI announces no ends of runs, nor models: without SageMaker's events both clouds learn of them from the sweeper and the
  // promoter, and can be compared.
  const withoutEvents = { ...LOCAL_CLOUDS.aws, runEndMessage: () => undefined, versionMessage: () => undefined };
  const aws = await run(options, withoutEvents, folders.aws);
  const gcp = await run(options, LOCAL_CLOUDS.gcp, folders.gcp);
  const comparison = compare(
    await comparableOf(options, aws, withoutEvents, folders.aws),
    await comparableOf(options, gcp, LOCAL_CLOUDS.gcp, folders.gcp),
  );
  say(`\n${formatComparison(comparison)}\n`);
  await draw(options, {
    aws: { name: "metrics of the AWS functions", finished: aws },
    gcp: { name: "metrics of the Google Cloud functions", finished: gcp },
  });
  sayNext(aws);
  const isBalanced = aws.summary.isBalanced && gcp.summary.isBalanced;
  return isBalanced && comparison.differences.length === 0 ? 0 : 1;
}

async function run(options: ReplayedOptions, cloud: LocalCloud, folder: string): Promise<FinishedReplay> {
  const startedAt = performance.now();
  say(`Replaying flights through the ${NAMES[cloud.name]} functions: store ${options.store}, seed ${options.seed}\n`);
  const finished = await runReplay(options, cloud, folder, say);
  const wallSec = (performance.now() - startedAt) / 1000;
  const isDrift = options.scenario === "drift";
  const perSec = Math.round(finished.summary.deliveries.total / wallSec).toLocaleString("en-US");
  const { promotion } = finished.summary;
  const summary = isDrift ? formatDrift(finished.replay) : formatSummary(finished.summary);
  const text = promotion === undefined ? summary : `${summary}\n\n${formatPromotion(promotion, finished.replay)}\n`;
  const places = isDrift ? "" : `${formatFates(finished.summary)}\n`;
  say(`\n${text}\n${wallSec.toFixed(1)} s${isDrift ? "" : `, ${perSec} events per second`}\n\n${places}`);
  return finished;
}

function sayNext({ replay, summary }: FinishedReplay): void {
  const next = nextCommands(replay.decisions, summary.waitingForRedrive);
  if (next !== "") say(`\n${next}\n`);
}

/** Draws the dashboards if the options ask for them, and prints where they are. */
async function draw(
  options: ReplayedOptions,
  runs: Record<CloudName, { readonly name: string; readonly finished: FinishedReplay }>,
): Promise<void> {
  const [aws, gcp] = [runs.aws, runs.gcp].map(({ name, finished: { metrics } }) => metrics && { name, metrics });
  if (aws === undefined || gcp === undefined) return;
  // Loaded only here: cdktf and the providers take longer to load than a short replay takes.
  const { writeDashboard }: typeof import("./dashboard/write-dashboard") = require("./dashboard/write-dashboard");
  const restedAt = Math.max(runs.aws.finished.replay.restedAt, runs.gcp.finished.replay.restedAt);
  const path = join(resolve(RECORD_FOLDER), "dashboard.html");
  const hasPromoter = options.scenario === "promotion";
  await writeDashboard(path, { aws, gcp, about: aboutOf(options), time: { from: options.from, until: restedAt }, hasPromoter });
  say(`Dashboards ${path}\n`);
}

async function comparableOf(
  { scenario }: ReplayedOptions,
  { replay, summary }: FinishedReplay,
  cloud: LocalCloud,
  folder: string,
): Promise<Comparable> {
  const models = modelsOf(scenario, cloud.name);
  const manifests = await Promise.all(models.map((settings) => readManifests(folder, settings, cloud.manifests)));
  return comparable(
    replay,
    manifests.flat().map(({ keys }) => keys),
    summary.promotion?.candidates,
  );
}

function aboutOf({ scenario, from, until, seed }: Options): string {
  const [first, last] = [from, until].map((time) => new Date(time).toISOString().slice(0, 10));
  const causes =
    scenario === "drift"
      ? "Flights of each week looked at by a monitor; no data lands, so what tells of batches is empty"
      : `Flights that land as files, schedules and people${scenario === "promotion" ? ", and the models that the runs make" : ""}; no monitor, so what tells of drift is empty (--scenario drift)`;
  return `Replay from ${first} to before ${last}, seed ${seed}, until all was at rest; times are UTC. ${causes}. The dashboards are those that are deployed; the numbers are of the replay.`;
}

function say(text: string): void {
  process.stdout.write(plainLines(text));
}

function failureText(error: unknown): string {
  if (error instanceof UsageError) return `${error.message}\nnpm start -- --help tells what is allowed`;
  if (error instanceof BrokenFileError) return error.message;
  if (hasCode(error, "ENOSPC"))
    return `the disk is full: ${String(error)}; make room for ${resolve(RECORD_FOLDER)}, and start again`;
  return String(error instanceof Error ? error.stack : error);
}

main().then(
  (exitCode) => {
    process.exitCode = exitCode;
  },
  (error: unknown) => {
    process.stderr.write(`${plainLines(failureText(error))}\n`);
    process.exitCode = 1;
  },
);
