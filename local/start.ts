import { join, resolve } from "node:path";
import * as z from "zod/mini";
import { type Comparable, comparable, compare } from "./compare-replays";
import { formatDrift } from "./drift/format-drift";
import type { Edition } from "./edition";
import { EDITIONS } from "./editions";
import { readManifests } from "./file-manifest-store";
import { formatComparison, formatSummary } from "./format-summary";
import { MODELS } from "./models";
import { HELP, type Options, parseOptions, UsageError } from "./options";
import { RECORD_FOLDER } from "./replay-record";
import { type FinishedReplay, runReplay } from "./run-replay";

z.config(z.locales.en());

const NAMES = { aws: "AWS", gcp: "Google Cloud" } as const;

async function main(): Promise<number> {
  const options = parseOptions(process.argv.slice(2));
  if (options.isHelp) {
    say(HELP);
    return 0;
  }
  const { cloud } = options;
  if (cloud === "both") return await replayBoth(options);
  const { summary } = await run(options, EDITIONS[cloud], resolve(RECORD_FOLDER));
  return summary.isBalanced ? 0 : 1;
}

/** Each cloud in a folder of its own; the command `retrigger` answers on that of AWS. */
async function replayBoth(options: Options): Promise<number> {
  const folder = resolve(RECORD_FOLDER);
  const folders = { aws: folder, gcp: join(folder, "gcp") };
  const untold = { ...EDITIONS.aws, runEndMessage: () => undefined };
  const aws = await run(options, untold, folders.aws);
  const gcp = await run(options, EDITIONS.gcp, folders.gcp);
  const comparison = compare(await comparableOf(aws, untold, folders.aws), await comparableOf(gcp, EDITIONS.gcp, folders.gcp));
  say(`\n${formatComparison(comparison)}\n`);
  const isBalanced = aws.summary.isBalanced && gcp.summary.isBalanced;
  return isBalanced && comparison.differences.length === 0 ? 0 : 1;
}

async function run(options: Options, edition: Edition, folder: string): Promise<FinishedReplay> {
  const startedAt = performance.now();
  const { cloud } = edition;
  say(`Replaying flights through the ${NAMES[cloud]} functions: store ${options.store}, seed ${options.seed}\n`);
  const finished = await runReplay(options, edition, folder, say);
  const wallSec = (performance.now() - startedAt) / 1000;
  const isDrift = options.scenario === "drift";
  const perSec = Math.round(finished.summary.deliveries.total / wallSec).toLocaleString("en-US");
  const text = isDrift ? formatDrift(finished.replay) : formatSummary(finished.summary);
  say(`\n${text}\n${wallSec.toFixed(1)} s${isDrift ? "" : `, ${perSec} events per second`}\n`);
  return finished;
}

async function comparableOf({ replay }: FinishedReplay, edition: Edition, folder: string): Promise<Comparable> {
  const models = MODELS[edition.cloud];
  const manifests = await Promise.all(models.map((settings) => readManifests(folder, settings, edition.manifests)));
  return comparable(
    replay,
    manifests.flat().map(({ keys }) => keys),
  );
}

function say(text: string): void {
  process.stdout.write(text);
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
